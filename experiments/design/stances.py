"""What stances are called where a config tries them: by the labels that the scenario gives them."""

from collections.abc import Mapping
from typing import Any

from experiments.design.sweep import label
from sim.config.schema.stances import named


def called(scenario: Mapping[str, Any], path: str, value: Any) -> str | None:
    """Give the label of a stance at the path of a strategy; None if none stands there.

    Args:
        scenario: as a mapping.
        path: dotted, maybe with stars.
        value: what stands at the path; what it changes in a stance is told behind its label.
    """
    seat, _, rest = path.partition(".")
    every: Mapping[str, Any] = scenario.get("stances", {})
    if seat != "strategies" or not isinstance(every, Mapping):
        return None
    country = rest.partition(".")[0]
    for stances in every.values() if country == "*" else [every.get(country, {})]:
        stance = stances.get(named(value)) if isinstance(stances, Mapping) else None
        if isinstance(stance, Mapping):
            name = str(stance.get("label") or named(value))
            return str(label({**value, "name": name})) if isinstance(value, Mapping) else name
    return None


def with_labels(scenario: Mapping[str, Any], path: str, values: Any) -> Any:
    """Give values of a path with the labels of stances, where they have none of their own.

    Args:
        scenario: as a mapping.
        path: dotted path of the scenario.
        values: a list, a choice, or the one value of a cell.
    """
    if isinstance(values, list):
        return [_with_label(scenario, path, value) for value in values]
    if isinstance(values, Mapping) and isinstance(values.get("choice"), list):
        return {**values, "choice": with_labels(scenario, path, values["choice"])}
    return _with_label(scenario, path, values)


def _with_label(scenario: Mapping[str, Any], path: str, value: Any) -> Any:
    dressed = isinstance(value, Mapping) and "value" in value
    said = called(scenario, path, value["value"] if dressed else value)
    if said is None:
        return value
    return {"label": said, **value} if dressed else {"label": said, "value": value}

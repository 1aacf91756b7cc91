"""What swept values are called, in tables and figures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from sim.config.paths import MISSING, value_at
from sim.config.schema.levels import GRID, is_grid
from sim.config.schema.sentences import shown
from sim.config.schema.stances import named
from sim.errors import ConfigError

STOPS = ("name", "offer", "value", "low", "uniform", "choice", "whole", "from")
"""A table with one of these keys is a value, not a level of a dotted path."""


UNSAID: Any = object()
"""The value of a path that an explicit cell leaves as it is in the scenario."""


@dataclass(frozen=True)
class SweptValue:
    """One value of a swept path.

    Attributes:
        value: what the scenario is given; `UNSAID` if it is left as it is.
        label: how it is called.
        also: values of other dotted paths that go with it.
        by: path of the config that says it, such as `sweep.rules.review`.
        left: what the scenario has that is left as it is, `MISSING` if nothing.
    """

    value: Any
    label: str | float
    also: Mapping[str, Any]
    by: str = ""
    left: Any = MISSING

    def said(self) -> dict[str, Any]:
        """Give it as a config says it."""
        said = {"value": self.value, "label": self.label, "also": dict(self.also)}
        return {key: value for key, value in said.items() if key != "also" or value}


def settings(path: str, values: Sequence[Any]) -> list[SweptValue]:
    """Read the values of a path of a config, such as `sweep.rules.review`.

    Labels are all different; numbers stay numbers unless words stand beside them.

    Raises:
        ConfigError: a label or `also` is wrong, or two labels are the same.
    """
    read = alike([_setting(path, value) for value in values])
    for called, times in Counter(setting.label for setting in read).items():
        if times > 1:
            raise same(path, called)
    return read


def alike(read: Sequence[SweptValue]) -> list[SweptValue]:
    """Give the same settings with words for all labels, if some are words."""
    if not any(isinstance(setting.label, str) for setting in read):
        return list(read)
    return [replace(setting, label=short(setting.label)) for setting in read]


def same(path: str, called: str | float) -> ConfigError:
    """Give the error of two values with one label."""
    return ConfigError(
        f"{path}: two values are called {called!r}; give each {{value = …, label = …}}"
    )


def _setting(path: str, value: Any) -> SweptValue:
    if isinstance(value, Mapping) and "value" in value and set(value) <= {"value", "label", "also"}:
        inner, also = value["value"], value.get("also", {})
        called = value.get("label", label(inner))
        if isinstance(called, bool) or not isinstance(called, str | int | float):
            raise ConfigError(f"{path}: the label {shown(called)} is no text in quotes")
        if not isinstance(also, Mapping):
            raise ConfigError(
                f"{path}: also is {shown(also)}; write a table of dotted paths and values"
            )
        called = called if isinstance(called, str) else float(called)
        return SweptValue(inner, called, flat(also), path)
    return SweptValue(value, label(value), {}, path)


def flat(tables: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Give nested tables by dotted path: `[sweep.rules] review = …` is `"rules.review" = …`."""
    found: dict[str, Any] = {}
    for key, value in tables.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping) and not any(stop in value for stop in STOPS):
            found |= flat(value, here)
        else:
            found[here] = value
    return found


def label(value: Any) -> str | float:
    """Call a value: a number stays one, a list is joined, a strategy names its parameters."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, list):
        return "+".join(str(label(item)) for item in value) or "none"
    if isinstance(value, Mapping) and "value" in value:
        return label(value["value"])
    if is_grid(value):
        first, last, step = (short(value.get(key)) for key in GRID)
        return f"{first} to {last} by {step}"
    if isinstance(value, Mapping):
        ends = value.get("uniform")
        if isinstance(ends, list) and len(ends) == 2:
            return "–".join(short(end) for end in ends)
        rest = [f"{k}={short(v)}" for k, v in value.items() if k not in ("name", "unit", "source")]
        named = str(value.get("name", "")).rpartition(":")[2]
        return f"{named}({', '.join(rest)})" if named and rest else named or ", ".join(rest)
    return _bare(str(value))


def _bare(word: str) -> str:
    """Call a class in a file by the file's name, wherever it lies, and a file named in full too."""
    if ".py:" in word or PurePath(word).is_absolute():
        return PurePath(word.replace("\\", "/")).name
    return word


def changes_of(
    before: Mapping[str, Any], after: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, str]:
    """Say by dotted path what changes made of a scenario: `33 → 20`; nothing of what stayed."""
    said = {}
    for path, value in changes.items():
        was, now = (value_at(scenario, path) for scenario in (before, after))
        if was is MISSING or was != now:
            had = "" if was is MISSING else f"{short(was)} → "
            said[path] = f"{had}{short(value if now is MISSING else now)}"
    return said


def short(value: Any) -> str:
    """Call a value in a word; a number with as many digits as it has."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return str(label(value))


def percent(value: float) -> str:
    """Write a share as a whole percentage; small ones that are not zero as `<1`."""
    if 0 < value <= 0.005:
        return "<1"
    if 0.995 <= value < 1:
        return ">99"
    return f"{100 * value:.0f}"


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

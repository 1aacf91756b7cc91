"""What a cell plays at a dotted path, in whatever words its config says it."""

from collections.abc import Mapping
from typing import Any

from experiments.design.designs import CASE, Cell
from experiments.design.plan import Plan
from sim.config import ScenarioConfig, override, parse
from sim.config.paths import named, value_at


def played_at(plan: Plan, cell: Cell, path: str) -> Any:
    """Give what a cell plays at a path, defaults and stances filled in.

    With a star it is a tuple of what stands at each path that it names. A label is nothing that is
    played.

    Args:
        plan: of the cell.
        cell: the cell.
        path: dotted path of the scenario, maybe with stars; or `case`.
    """
    if path == CASE:
        return None
    mapping = override(plan.scenario, cell.values)
    config = parse(mapping, plan.directory)
    dump = config.model_dump()
    values = tuple(_at(config, dump, each.split(".")) for each in named(mapping, path))
    return values[0] if len(values) == 1 else values


def _at(config: ScenarioConfig, dump: Mapping[str, Any], keys: list[str]) -> Any:
    """Give what is played at a path without stars."""
    first, *rest = keys
    if first in ("strategies", "positions") and rest:
        country, *inner = rest
        seats = [t for t, talk in config.talks.items() if country in (config.hub, talk.partner)]
        if inner and inner[0] in seats:
            seats, inner = [inner[0]], inner[1:]
        if first == "positions":
            return [config.position(country, talk) for talk in seats]
        said = (config.said_strategy(country, talk)[1] for talk in seats)
        whole = ({"name": each} if isinstance(each, str) else each for each in said)
        return [value_at(each, ".".join(inner)) if inner else each for each in whole]
    if first == "talks" and keys[2:3] == ["rules"] and len(keys) == 4:
        return getattr(config.rules_of(keys[1]), keys[3])
    return value_at(dump, ".".join(keys))

"""Whether two cells are paired: whether a world has the same luck in both.

Luck is keyed by seed, world, seat and what it is for, a drawn parameter by country, talk and leaf.
So a world is itself in every cell, whatever stands in a seat; unless draws are others, rounds are
others in number, or a strategy has the same leaf another number of times.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from experiments.design.designs import Cell
from experiments.design.plan import Plan
from sim.chance.spreads import Drawn
from sim.config import override, parse
from sim.config.shipped import located
from sim.errors import TariffTalksError
from sim.scenario.players.seating import strategies_of
from sim.seats.player import name_drawn

PAIRED, UNPAIRED = "paired", "not paired"

_DRAWS = ("payoffs.draws", "payoffs.sampling", "payoffs.replications", "economy.elasticity_draws")
_LUCK = {
    **dict.fromkeys(_DRAWS, "the draws are others"),
    "calendar.rounds": "the luck of a round falls on another time",
}
"""What makes the luck of a world other, and how."""


def unpaired(
    one: tuple[Plan, Iterable[Cell]], other: tuple[Plan, Iterable[Cell]], held: Sequence[str]
) -> list[str]:
    """Say why worlds have other luck in some cells than in others; nothing if they are paired.

    Args:
        one, other: of a plan, some cells.
        held: swept paths; cells are compared that have the same labels there.
    """
    if one[0].config.seed != other[0].config.seed:
        seeds = one[0].config.seed, other[0].config.seed
        return [f"seed is {seeds[0]} and {seeds[1]}: all luck is other"]
    sides = [{_rest(cell, held): (plan, cell) for cell in cells} for plan, cells in (one, other)]
    found: dict[str, None] = {}
    done: set[str] = set()
    for rest in sides[0].keys() & sides[1].keys():
        pair = sides[0][rest], sides[1][rest]
        said = [override(plan.scenario, cell.values) for plan, cell in pair]
        found |= dict.fromkeys(_keys((one[0], said[0]), (other[0], said[1])))
        seats = repr([[_at(each, key) for key in ("strategies", "talks")] for each in said])
        if seats not in done:
            done.add(seats)
            made = [parse(each, plan.directory) for each, (plan, _) in zip(said, pair, strict=True)]
            try:
                found |= dict.fromkeys(_leaves(*map(_of_seats, made)))
            except TariffTalksError as problem:
                found[f"whether parameters are drawn alike cannot be told here: {problem}"] = None
    return list(found)


def _rest(cell: Cell, held: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(cell.labels[path]) for path in held)


def _at(said: Any, path: str) -> Any:
    for key in path.split("."):
        said = said.get(key) if isinstance(said, Mapping) else None
    return said["value"] if isinstance(said, Mapping) and "value" in said else said


def draws_of(plan: Plan, scenario: Mapping[str, Any]) -> Any:
    """Give how many draws there are, or of a file of draws all that it holds, whatever its name."""
    said = _at(scenario, "payoffs.draws")
    return located(said, plan.directory).read_bytes() if isinstance(said, str) else said


def _keys(
    one: tuple[Plan, Mapping[str, Any]], other: tuple[Plan, Mapping[str, Any]]
) -> Iterator[str]:
    for key, why in _LUCK.items():
        values = _at(one[1], key), _at(other[1], key)
        if key == "payoffs.draws":
            apart = draws_of(*one) != draws_of(*other)
        else:
            apart = values[0] != values[1]
        if apart and values[0] == values[1]:
            yield f"{key} is {values[0]} in both, and these files are not the same: {why}"
        elif apart:
            shown = ["its default" if value is None else value for value in values]
            yield f"{key} is {shown[0]} and {shown[1]}: {why}"


def _of_seats(config: Any) -> dict[tuple[str, str, str], str]:
    """Give the leaf of every drawn parameter, by seat, strategy and name."""
    return {
        (f"{country} in {talk}", kind, name): leaf
        for (country, talk), strategy in strategies_of(config).items()
        for kind, name, leaf in _drawn(name_drawn(strategy))
    }


def _drawn(strategy: Any) -> Iterator[tuple[str, str, str]]:
    for item in fields(strategy):
        value = getattr(strategy, item.name)
        if isinstance(value, Drawn):
            yield type(strategy).__name__, item.name, value.leaf
        elif is_dataclass(value):
            yield from _drawn(value)


def _leaves(
    one: Mapping[tuple[str, str, str], str], other: Mapping[tuple[str, str, str], str]
) -> Iterator[str]:
    for key in one.keys() & other.keys():
        if one[key] != other[key]:
            seat, kind, name = key
            yield (
                f"{name} of {kind} ({seat}) is drawn as '{one[key]}' and as '{other[key]}', since "
                "a strategy inside has that parameter, too"
            )

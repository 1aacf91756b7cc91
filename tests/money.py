"""Sums of money: where a scenario holds them, found by what its classes and files say of units.

A field is a sum of money if its class documents it in "USD bn a year"; a number of a config is one
if its unit begins so. What trade brings, the gains, is not: payoff tables and their weights.
"""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from sim.chance.spreads import Drawn
from sim.payoffs.interim import Interim
from sim.payoffs.tables import Payoffs
from sim.protocol.rules import TalkRules
from sim.scenario.scenario import Scenario

UNIT = "USD bn a year"
GAINS: dict[type, tuple[str, ...]] = {
    Payoffs: ("main", "tail", "weights"),
    Interim: ("main",),
}
"""What trade and concessions bring; what interacts is counted by its weights."""

LEFT = ("rates", "provenance", "space", "calendar", "labels", "barred", "bars")
"""Fields that hold no money, and are large or not to be copied."""

BAND = "band"
"""Money only where the rules of the talk say so; otherwise a part of utility."""

RATIOS = ("per USD bn of profits", "per USD bn of revenue")
"""Units of weights on money: money per money."""

PER_UNIT = ("per USD bn a year of purchases", "per USD bn of face value", "per step", "per point")
"""Units of what gains are made of: money for something that is no money."""


@cache
def documented(cls: type) -> Mapping[str, str]:
    """What the docstrings of a class and of those that it inherits from say of their fields."""
    told: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        section = inspect.cleandoc(base.__dict__.get("__doc__") or "").partition("Attributes:\n")[2]
        name = ""
        for line in section.split("\n\n")[0].splitlines():
            begins = re.match(r" {4}(\w+(?:, \w+)*): (.*)", line)
            if begins:
                name = begins[1]
                told |= dict.fromkeys(name.split(", "), begins[2])
            elif name:
                told |= {key: f"{told[key]} {line.strip()}" for key in name.split(", ")}
    return told


@dataclass
class Scaling:
    """Multiplies what a scenario holds: its gains, its sums of money, or both.

    Attributes:
        gains, sums: factors.
        found: paths of the sums of money that were met, without numbers and names of keys.
    """

    gains: float
    sums: float
    found: set[str] = field(default_factory=set)

    def of(self, game: Scenario) -> Scenario:
        """The scenario with everything multiplied."""
        in_money = {rules.name: rules.in_money for rules in game.talks}
        strategies = {
            (country, talk): self._walk(strategy, "strategies", in_money[talk])
            for (country, talk), strategy in game.strategies.items()
        }
        made: Scenario = self._walk(replace(game, strategies={}), "", False)
        return replace(made, strategies=strategies)

    def _walk(self, thing: Any, path: str, in_money: bool) -> Any:
        if isinstance(thing, Mapping):
            return {key: self._walk(value, path, in_money) for key, value in thing.items()}
        if isinstance(thing, tuple):
            return tuple(self._walk(value, path, in_money) for value in thing)
        if not is_dataclass(thing) or isinstance(thing, type | Drawn):
            return thing
        if isinstance(thing, TalkRules):
            in_money = thing.in_money
        return replace(
            thing,
            **{
                name: self._field(thing, name, path, in_money)
                for name in (f.name for f in fields(thing) if f.init and f.name not in LEFT)
            },
        )

    def _field(self, thing: Any, name: str, path: str, in_money: bool) -> Any:
        value, cls = getattr(thing, name), type(thing)
        here = f"{path}.{name}".lstrip(".")
        if name in GAINS.get(cls, ()):
            return times(value, self.gains)
        money = in_money if name == BAND else UNIT in documented(cls).get(name, "")
        if not money or isinstance(value, bool):
            return self._walk(value, here, in_money)
        self.found.add(here)
        return times(value, self.sums)


def times(value: Any, k: float) -> Any:
    """Multiply all numbers in something; rounds, the whole numbers of pairs, stay."""
    if isinstance(value, Mapping):
        return {key: times(part, k) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(times(part, k) for part in value)
    if isinstance(value, Drawn):
        return replace(value, args=tuple(arg * k for arg in value.args))
    if isinstance(value, np.ndarray | float):
        return value * k
    return value


# --- in a config -------------------------------------------------------------------------------


def in_config(table: Mapping[str, Any], path: str = "") -> dict[str, str]:
    """Find the numbers of a config that are money, by dotted path, with their units."""
    found = {}
    for key, value in table.items():
        here = f"{path}.{key}".lstrip(".")
        if isinstance(value, Mapping):
            unit = str(value.get("unit", ""))
            if unit.startswith(UNIT) and "levels" not in value:
                found[here] = unit
            found |= in_config(value, here)
    return found


def kind(unit: str) -> str:
    """Tell what a unit of money is of: a sum, a gain per unit of something, or a ratio."""
    if any(word in unit for word in RATIOS):
        return "ratio"
    return "gain" if any(word in unit for word in PER_UNIT) else "sum"

"""Below what an effect is none: what is worth telling, and what the payoff tables can tell.

A difference of means is printed as `none` where it is smaller than both of them allow; tables on
disk keep the number. Only points and USD bn a year have a smallest effect worth telling: payoffs
that are given are in units of their own, and have no tables that could be off.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from experiments.runs.schema import given_in
from sim.errors import ConfigError

POINTS, BN = "points", "USD bn a year"
NONE = "none"
"""What is printed for an effect below the floors."""

_KEYS = ("points", "bn")
_SAME = {"percentage points": POINTS}
_OF_COUNTRIES = ("payoff",)


@dataclass(frozen=True)
class Floors:
    """Sizes below which an effect is none.

    Attributes:
        points: smallest effect worth telling, in points.
        bn: the same in USD bn a year.
        tables: by country, how far a difference of its payoffs may be off because the payoff tables
            are put together from parts, USD bn a year; empty where nothing is.
        given: unit of the payoffs, if they are given: they have no floor.
    """

    points: float = 1.0
    bn: float = 0.1
    tables: Mapping[str, float] = field(default_factory=dict)
    given: str = ""

    @classmethod
    def of(
        cls,
        manifest: Mapping[str, Any],
        scenario: Mapping[str, Any],
        least: str = "",
        cells: Collection[int] | None = None,
    ) -> "Floors":
        """Give the floors of a run.

        Args:
            manifest: of the run; it has the errors of its payoff tables.
            scenario: as a mapping.
            least: `points=1,bn=0.1`, or one of them; the defaults if not said.
            cells: those that are spoken of, all if not given; the largest error of any counts.

        Raises:
            ConfigError: the smallest effects are said in another way.
        """
        tables: dict[str, float] = {}
        for economy in manifest.get("economy", []):
            if cells is None or not set(cells).isdisjoint(economy["cells"]):
                tables = _larger(tables, economy["table"].get("error_bn", {}))
        return cls(**_least(least), tables=tables, given=given_in(scenario))

    def joined(self, other: "Floors") -> "Floors":
        """Give the floors of two runs that are compared: the larger errors of tables count."""
        return replace(self, tables=_larger(self.tables, other.tables))

    def floor(self, unit: str, quantity: str = "", of: str = "") -> float:
        """Give the floor of a quantity of a talk or a country; 0 if its unit has none."""
        unit = _SAME.get(unit, unit)
        if unit == POINTS:
            return self.points
        if unit != BN or self.given:
            return 0.0
        return max(self.bn, self.tables.get(of, 0.0) if quantity in _OF_COUNTRIES else 0.0)

    def none(self, value: float, unit: str, quantity: str = "", of: str = "") -> bool:
        """Tell whether an effect is none: below its floor, or nothing at all."""
        return value == 0 or abs(value) < self.floor(unit, quantity, of)

    def below(self, table: pd.DataFrame, column: str = "difference") -> list[bool]:
        """Tell which rows of a table with quantity, of and unit have no effect."""
        keys = zip(table[column], table["unit"], table["quantity"], table["of"], strict=True)
        return [self.none(*key) for key in keys]

    def told(self, units: Sequence[str], name: Callable[[str], str] = str) -> str:
        """Say what counts as none in a table with these units; `name` names countries."""
        units = [_SAME.get(unit, unit) for unit in units]
        said = []
        if POINTS in units:
            said.append(f"{self.points:g} {'point' if self.points == 1 else 'points'}")
        if BN in units and not self.given:
            said.append(f"{self.bn:g} {BN}")
        if not said:
            return f"{NONE}: no change at all"
        off = {country: error for country, error in self.tables.items() if error > 0}
        words = f"{NONE}: less than {' or '.join(said)}"
        if off and BN in units:
            errors = ", ".join(f"{name(country)} {error:.2g}" for country, error in off.items())
            words += f", or than the payoff tables may be off ({errors} {BN})"
        return words


def _larger(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {key: max(one.get(key, 0.0), other.get(key, 0.0)) for key in [*one, *other]}


def _least(said: str) -> dict[str, float]:
    found = {}
    for part in said.split(",") if said else []:
        key, _, value = part.partition("=")
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if key.strip() not in _KEYS or not 0 <= number < float("inf"):
            raise ConfigError(
                f"--least {said}: '{part}' is no smallest effect; give numbers from 0 on, such as "
                "points=1,bn=0.1"
            )
        found[key.strip()] = number
    return found

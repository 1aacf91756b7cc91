"""What is scored: the numbers and events that were observed, and what every world says of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from experiments.design.config import ExperimentConfig
from experiments.history.patterns import Pattern, read_patterns
from experiments.history.worlds import Floats, WorldOutcomes
from sim.config import ScenarioConfig

RATES, DATES, EVENTS, PATTERNS = "rates", "dates", "events", "patterns"
"""Families of targets; each concession is one as well, `give.NAME`. Only targets of one family have
the same unit, and are averaged."""


@dataclass(frozen=True)
class Target:
    """A number, or a yes or no, that was observed.

    Attributes:
        talk: its talk; empty for patterns, which are of all talks.
        name: a column of the table of outcomes (`applied.GOODS`, `rate.MEASURE`, `give.CONCESSION`,
            `date`), an event (`deal`, `lowers.MEASURE`), or `pattern.NAME`.
        family: what it is averaged with.
        observed: what happened; dates in days from `start`, events as 1 or 0.
        start: day from which dates count; None without dates.
    """

    talk: str
    name: str
    family: str
    observed: float
    start: date | None = None

    @property
    def key(self) -> str:
        """What stands behind the family: goods, measure, concession, pattern."""
        return self.name.partition(".")[2]

    @property
    def is_event(self) -> bool:
        """Whether it is a yes or no."""
        return self.family in (EVENTS, PATTERNS)

    def values(self, ends: WorldOutcomes, patterns: Mapping[str, Pattern]) -> Floats:
        """Give what every world says, (W,): not a number where it says nothing.

        A world without a deal has the rates of no deal and gives nothing; it has no date.
        """
        if self.family == PATTERNS:
            return patterns[self.key].holds(ends).astype(np.float64)
        if self.name == "date":
            later = (ends.start - self.start).days if ends.start and self.start else 0
            table = np.where(ends.deal, ends.day + later, np.nan)
        elif self.name == "deal":
            table = ends.deal.astype(np.float64)
        else:
            table = _families(ends)[self.name.partition(".")[0]][self.key].astype(np.float64)
        return table[:, ends.at(self.talk)]


def _families(ends: WorldOutcomes) -> Mapping[str, Mapping[str, np.ndarray]]:
    return {
        "applied": ends.applied,
        "rate": ends.points,
        "give": ends.given,
        "lowers": ends.lowered,
    }


def targets(config: ExperimentConfig, scenario: ScenarioConfig) -> list[Target]:
    """Give all that is scored: what was observed in the talks, and the patterns, which all hold."""
    seen = [target for talk in config.observed for target in _of_talk(config, scenario, talk)]
    names = read_patterns(config.patterns, scenario)
    return [*seen, *(Target("", f"pattern.{name}", PATTERNS, 1.0) for name in names)]


def _of_talk(config: ExperimentConfig, scenario: ScenarioConfig, talk: str) -> Iterator[Target]:
    said = config.observed[talk]
    for column, value in said.columns().items():
        if column == "date":
            start = scenario.calendar.start
            if start is not None:
                yield Target(talk, column, DATES, float((value - start).days), start)
        else:
            family = column if column.startswith("give.") else RATES
            yield Target(talk, column, family, float(value))
    for name, happened in said.events().items():
        yield Target(talk, name, EVENTS, float(happened))

"""Measures and dates: what the goods of a partner pay on any day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Steps = tuple[tuple[date, float], ...]
"""Days and the points added from each on, until the next; nothing before the first."""


@dataclass(frozen=True)
class DatedMeasure:
    """A measure over time, as long as there is no deal.

    Attributes:
        name: of the measure.
        goods: sectors that it is charged on.
        steps: days and added points, in any order of the days; of two steps on one day the later
            one in the list holds.
    """

    name: str
    goods: tuple[str, ...]
    steps: Steps

    def points(self, day: date) -> float:
        """Give the points that it adds on a day."""
        begun = [(start, k) for k, (start, _) in enumerate(self.steps) if start <= day]
        return self.steps[max(begun)[1]][1] if begun else 0.0


@dataclass(frozen=True)
class Schedule:
    """The measures on one partner over time; measures on the same goods add up."""

    measures: tuple[DatedMeasure, ...]

    def points(self, day: date, goods: Sequence[str]) -> Floats:
        """Give the points added on each of some goods on a day, (G,)."""
        added = [
            sum(measure.points(day) for measure in self.measures if name in measure.goods)
            for name in goods
        ]
        return np.array(added, dtype=np.float64)


def average_points(points: Floats, flows: Floats) -> float:
    """Give the average of added points over trade.

    Args:
        points: (G,) by goods.
        flows: (G,) what is bought of each, before the tariffs; not all zero.
    """
    return float(np.average(points, weights=flows))

"""Strategies that concede with time alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.draws import Drawn
from sim.strategies.parameters import at_least
from sim.strategy import BatchStrategy
from sim.view import View


@dataclass(frozen=True)
class TimeDependent(BatchStrategy):
    """Concedes along a curve of time: target = best - (best - reservation) time^(1/exponent).

    Of the packages in a narrow band above the target it offers the one nearest to the other
    side's last offer. Faratin, Sierra and Jennings (1998).

    Attributes:
        exponent: above 0; below 1 it concedes late, at 1 evenly, above 1 early.
    """

    exponent: float | Drawn = 1.0

    def __post_init__(self) -> None:
        at_least("exponent", self.exponent, 0, strictly=True)

    def propose(self, view: View) -> ArrayLike:
        """Offer at the target."""
        given = power(view.time, 1 / view.of(self.exponent))
        return view.near(view.best - (view.best - view.reservation) * given, view.standing)


@dataclass(frozen=True)
class Boulware(TimeDependent):
    """Holds firm and gives way late. Faratin, Sierra and Jennings (1998).

    Attributes:
        exponent: above 0, as a rule below 1.
    """

    exponent: float | Drawn = 0.2


@dataclass(frozen=True)
class Linear(TimeDependent):
    """Gives way evenly over time. Faratin, Sierra and Jennings (1998).

    Attributes:
        exponent: 1.
    """

    exponent: float | Drawn = 1.0


@dataclass(frozen=True)
class Conceder(TimeDependent):
    """Gives way early. Faratin, Sierra and Jennings (1998).

    Attributes:
        exponent: above 0, as a rule above 1.
    """

    exponent: float | Drawn = 2.0


def power(time: NDArray[np.float64], exponent: Any) -> Any:
    """Raise time to an exponent; once, where every world has the same time and exponent."""
    if np.ndim(exponent) == 0 and len(time) and (time == time[0]).all():
        return time[0] ** exponent
    return time**exponent

"""Strategies that concede with time alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.at_target import AtTarget, kept

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Curve(AtTarget):
    """Demands what a curve of time says, between its best package and no deal.

    Attributes:
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
        keeps: whether it never takes back, issue by issue, what it has given.
    """

    keeps: bool = False

    def given(self, view: View) -> Any:
        """Give the share of the way from the best package to no deal that is conceded by now."""
        raise TypeError(f"{type(self).__name__} does not say what it concedes: write given")

    def target(self, view: View) -> Floats:
        """Give the utility demanded now, (W,)."""
        demanded: Floats = view.best - (view.best - view.reservation) * self.given(view)
        return demanded

    def propose(self, view: View) -> ArrayLike:
        """Offer at the target."""
        target = self.target(view)
        offer = self.offer(view, target)
        return kept(view, target, offer) if self.keeps else offer


@dataclass(frozen=True)
class TimeDependent(Curve):
    """Concedes along a polynomial of time: target = best - (best - reservation) · F.

    F = start + (1 - start) time^(1 / exponent). Of the packages in a narrow band above the target
    it offers the one nearest to the other side's last offer; with an opponent model the one that
    is worth most to the other side.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182.

    Attributes:
        exponent: below 1 it concedes late, at 1 evenly, above 1 early.
        start: share of the way that it concedes at once.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
        keeps: whether it never takes back, issue by issue, what it has given.
    """

    exponent: float | Drawn = number(1.0, above=0)
    start: float | Drawn = number(0.0, least=0, most=1)

    def given(self, view: View) -> Any:
        """Follow the polynomial."""
        start = view.of(self.start)
        return start + (1 - start) * power(view.time, 1 / view.of(self.exponent))


@dataclass(frozen=True)
class Boulware(TimeDependent):
    """Holds firm and gives way late.

    The time-dependent strategy with an exponent below 1, named after a negotiator who made one
    offer and stood by it.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182; Raiffa (1982), The Art and Science of
    Negotiation, Harvard University Press.

    Attributes:
        exponent: below 1 it concedes late; the smaller, the later.
        start: share of the way that it concedes at once.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
        keeps: whether it never takes back, issue by issue, what it has given.
    """

    exponent: float | Drawn = number(0.2, above=0)


@dataclass(frozen=True)
class Linear(TimeDependent):
    """Gives way evenly over time.

    The time-dependent strategy with an exponent of 1.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182.

    Attributes:
        exponent: 1 is even.
        start: share of the way that it concedes at once.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
        keeps: whether it never takes back, issue by issue, what it has given.
    """

    exponent: float | Drawn = number(1.0, above=0)


@dataclass(frozen=True)
class Conceder(TimeDependent):
    """Gives way early.

    The time-dependent strategy with an exponent above 1.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182; Pruitt (1981), Negotiation Behavior,
    Academic Press.

    Attributes:
        exponent: above 1 it concedes early; the larger, the earlier.
        start: share of the way that it concedes at once.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
        keeps: whether it never takes back, issue by issue, what it has given.
    """

    exponent: float | Drawn = number(2.0, above=0)


@dataclass(frozen=True)
class Exponential(Curve):
    """Concedes along an exponential of time: F = exp((1 - time)^exponent · ln start).

    With an exponent of 1 it holds longer than the polynomial, with a large one it gives way faster.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182.

    Attributes:
        exponent: below 1 it concedes late, above 1 early.
        start: share of the way that it concedes at once.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
        keeps: whether it never takes back, issue by issue, what it has given.
    """

    exponent: float | Drawn = number(0.5, above=0)
    start: float | Drawn = number(0.01, above=0, most=1)

    def given(self, view: View) -> Any:
        """Follow the exponential."""
        left = power(1 - view.time, view.of(self.exponent))
        return np.exp(left * np.log(view.of(self.start)))


def power(base: Floats, exponent: Any) -> Any:
    """Raise numbers to an exponent; once, where every world has the same number and exponent."""
    if np.ndim(exponent) == 0 and len(base) and (base == base[0]).all():
        return base[0] ** exponent
    return base**exponent

"""A strategy that hardly moves before the end, and learns meanwhile."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.strategy import Answer
from sim.seats.views.view import View
from sim.strategies.at_target import AtTarget
from sim.strategies.parts import Frequency, OpponentModel
from sim.strategies.remembered import best_seen
from sim.strategies.time_dependent import power

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class HardHeaded(AtTarget):
    """Demands much until the end, and of what is worth its demand offers what suits the other best.

    Its demand falls along a late curve of time, never below a share of the way from no deal to its
    best package. What suits the other side it learns from how often that asks for what. Once the
    best that the other side ever offered is worth its demand, it offers that back. It accepts what
    is worth more than the least that it has offered itself so far, or as much as its next offer.

    Source: van Krimpen, Looije and Hajizadeh (2013), HardHeaded, in Complex Automated Negotiations,
    Studies in Computational Intelligence 435, 223–227.

    Attributes:
        exponent: of the curve; below 1 it concedes late.
        least: share of the way from no deal to the best package that it always demands.
        model: what the other side is believed to want.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
    """

    exponent: float | Drawn = number(0.2, above=0)
    least: float | Drawn = number(0.4, least=0, most=1)
    model: OpponentModel = Frequency()

    def propose(self, view: View) -> ArrayLike:
        """Offer at the demand, or give back the other side's best offer."""
        view = view.through(self.model)
        least = view.of(self.least)
        share = least + (1 - least) * (1 - power(view.time, 1 / view.of(self.exponent)))
        target = view.demand(share)
        seen = best_seen(view)
        enough = (seen >= 0) & view.on_menu(seen) & (view.utility(seen) >= target)
        return np.where(enough, seen, self.offer(view, target))

    def answer(self, view: View, mine: Ints) -> ArrayLike:
        """Accept as usual, and what is worth more than the least own offer so far."""
        worth = view.utility(view.standing)
        good = view.on_menu(view.standing) & (worth >= view.reservation)
        good &= worth > _least(view)
        return np.where(good, Answer.ACCEPT, super().answer(view, mine))


def _least(view: View) -> Floats:
    """Give the least that an own offer so far is worth, (W,); infinite before the first."""
    least = np.full(len(view), np.inf)
    for offer in view.mine[:]:
        least = np.where(offer >= 0, np.minimum(least, view.utility(offer)), least)
    return least

"""A strategy that hardly moves before the end, and learns meanwhile."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.at_target import AtTarget
from sim.strategies.parts import Frequency, OpponentModel
from sim.strategies.remembered import best_seen
from sim.strategies.time_dependent import power


@dataclass(frozen=True)
class HardHeaded(AtTarget):
    """Demands much until the end, and of what is worth its demand offers what suits the other best.

    Its demand falls along a late curve of time, never below a share of the way from no deal to its
    best package. What suits the other side it learns from how often that asks for what. Once the
    best that the other side ever offered is worth its demand, it offers that back.

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

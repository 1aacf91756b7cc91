"""A strategy that waits for the other side to give in, and gives in itself by chance."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.strategy import Answer
from sim.seats.views.view import View
from sim.strategies.at_target import AtTarget

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_YIELDED = "attrition yielded"


@dataclass(frozen=True)
class WarOfAttrition(AtTarget):
    """Demands and waits; in each round it gives in with a chance that leaves the other indifferent.

    Winning is worth W to it (its demand), giving in L (the other side's standing offer), both over
    no deal. It gives in at the hazard (cost + rate · L) / (W - L) per round: what waiting costs,
    over what there is to win. The other side is taken to be like itself. Once it has given in it
    accepts the standing offer, or offers the like of it. It waits as long as nothing is offered.

    Source: Maynard Smith (1974), The theory of games and the evolution of animal conflicts, Journal
    of Theoretical Biology 47, 209–221; Hendricks, Weiss and Wilson (1988), The war of attrition in
    continuous time with complete information, International Economic Review 29, 663–680.

    Attributes:
        cost: own utility that a round of waiting costs.
        rate: own discount rate per round.
        share: of the way from no deal to the best package that it demands.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
    """

    aims: ClassVar[bool] = False
    cost: float | Drawn = number(0.02, least=0)
    rate: float | Drawn = number(0.0, least=0)
    share: float | Drawn = number(1.0, above=0, most=1)

    def propose(self, view: View) -> ArrayLike:
        """Demand; after giving in, offer the like of the other side's offer."""
        demand = view.demand(view.of(self.share))
        yielded = self._yielded(view, demand)
        offer = view.at_least(demand)
        if yielded.any():
            given = np.maximum(view.utility(view.standing), view.reservation)
            offer = np.where(yielded, view.near(given, view.standing, view.of(self.band)), offer)
        return offer

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Accept the demand; after giving in, whatever is worth no deal."""
        floor = np.where(self._flag(view), view.reservation, view.demand(view.of(self.share)))
        wanted = np.where(view.agreed >= 0, view.reservation, floor)
        good = view.on_menu(view.standing) & (view.utility(view.standing) >= wanted)
        return np.where(good, int(Answer.ACCEPT), int(Answer.REJECT))

    def hazard(self, view: View, demand: Floats) -> Floats:
        """Give the rate at which it gives in now, per round, (W,)."""
        won, lost = demand - view.reservation, view.utility(view.standing) - view.reservation
        lost = np.maximum(lost, 0)
        rate: Floats = hazard(view.of(self.cost), view.of(self.rate), won, lost)
        return rate

    def _yielded(self, view: View, demand: Floats) -> Flags:
        """Tell where it has given in by now, (W,), this turn included."""
        chance = -np.expm1(-self.hazard(view, demand))
        yields = (view.standing >= 0) & (view.luck(1)[:, 0] < chance)
        yielded = self._flag(view) | yields
        view.memory[_YIELDED] = yielded
        return yielded

    @staticmethod
    def _flag(view: View) -> Flags:
        memory = view.memory
        return memory[_YIELDED] if _YIELDED in memory else np.zeros(len(view), dtype=bool)


def hazard(
    cost: float | Floats, rate: float | Floats, won: float | Floats, lost: float | Floats
) -> Floats:
    """Give the hazard of giving in that makes waiting as good as giving in, per unit of time.

    Args:
        cost: of waiting, per unit of time.
        rate: of discount.
        won: what the winner gets.
        lost: what the loser gets; where it is as much the hazard is infinite.
    """
    prize, wait = np.broadcast_arrays(
        np.asarray(won, dtype=np.float64) - lost, np.asarray(cost + rate * np.asarray(lost))
    )
    rates: Floats = np.divide(wait, prize, out=np.full(prize.shape, np.inf), where=prize > 0)
    return rates

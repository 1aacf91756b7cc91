"""The player of alternating offers who reckons back from the last one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.strategy import Answer, BatchStrategy
from sim.seats.views.view import View
from sim.strategies.parts import Frequency, OpponentModel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HAIR = 2.0**-40
"""Utility by which an offer may be short of what makes it indifferent: products are rounded."""


@dataclass(frozen=True)
class Rubinstein(BatchStrategy):
    """Offers what backward induction from the last offer of the talk gives.

    The last offer that can still be answered leaves the other side no more than no deal. Each one
    before gives who answers it as much as it would get, discounted, by rejecting and offering
    itself. It accepts what is worth at least its own next offer, discounted. With n offers to come
    this is the equilibrium of the game of n periods; without impatience who offers last gets all.
    After the deadline it takes every turn for the last one.

    Source: Rubinstein (1982), Perfect equilibrium in a bargaining model, Econometrica 50, 97–109;
    Ståhl (1972), Bargaining Theory, Stockholm School of Economics, on a last round.

    Attributes:
        discount: own factor per turn; 0 for that of the scenario, which is one per round.
        their_discount: the other side's, in the same way; the own one if information is private.
        model: what the other side is believed to want, if information is private.
    """

    discount: float | Drawn = number(0.0, least=0, most=1)
    their_discount: float | Drawn = number(0.0, least=0, most=1)
    model: OpponentModel = Frequency()

    def propose(self, view: View) -> ArrayLike:
        """Reckon back to this turn; once for all worlds that are alike."""
        view = view.through(self.model)
        if isinstance(self.discount, Drawn) or isinstance(self.their_discount, Drawn):
            return self._induced(view)
        some, back = view.alike()
        return self._induced(view.narrow(some))[back]

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Accept what is worth at least the own next offer, discounted."""
        standing, turn = view.standing, _turn(view)
        next_offer = np.where(turn < 2 * view.deadline, mine, -1)
        wait = self._factor(view, turn - 1, own=True)
        wanted = view.reservation + wait * (view.utility(next_offer) - view.reservation)
        wanted = np.maximum(wanted - _HAIR, view.reservation)
        wanted = np.where(view.agreed >= 0, view.reservation, wanted)
        good = view.on_menu(standing) & (view.utility(standing) >= wanted)
        return np.where(good, int(Answer.ACCEPT), int(Answer.REJECT))

    def _induced(self, view: View) -> Ints:
        """Give the offer of this turn, (W,)."""
        turn, none = _turn(view), (view.reservation, view.their_reservation)
        ends = np.maximum(2 * view.deadline - 1, turn)
        later = np.full(len(view), -1, dtype=np.int64)
        for k in range(int(ends.max(initial=turn)), turn - 1, -1):
            own = (k - turn) % 2 == 0
            who, floor = (view.their_utility, none[1]) if own else (view.utility, none[0])
            wait = self._factor(view, k, own=not own)
            wanted = floor + wait * (who(later) - floor)
            offer = view.granting(wanted) if own else view.suiting(wanted)
            later = np.where(k <= ends, np.where(offer >= 0, offer, later), later)
        return np.where(later >= 0, later, view.best_package)

    def _factor(self, view: View, turn: int, own: bool) -> Any:
        """Give what is left of a gain when the offer of a turn is rejected for the next one."""
        said = view.of(self.discount if own else self.their_discount)
        known = own or not view.complete
        per_round = view.discount if known else view.their_discount
        passes = (turn + 3) // 2 - (turn + 2) // 2
        return np.where(np.asarray(said) > 0, said, per_round**passes)


def _turn(view: View) -> int:
    """Give the number of this turn in the talk, from 1: two in a round."""
    return len(view.mine) + len(view.theirs) + 1

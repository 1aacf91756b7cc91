"""A partner that lets the other one go first."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.seats.either import either
from sim.seats.parameters import number
from sim.seats.strategy import Answer
from sim.seats.views.view import View
from sim.strategies.floored import Floored, any_signed, best_terms


@dataclass(frozen=True)
class WaitAndSee(Floored):
    """Passes until another talk has signed or a time has come, then asks for no worse terms.

    Passing and following are two things. It neither offers nor accepts until another talk is signed
    or `until` has come. If it follows, then once another talk is signed and its terms are seen it
    neither offers nor accepts a package that is worth less to itself than the same terms would be.
    Otherwise it plays its inner strategy. The second mover, whose terms follow the first contract.

    Source: Horn and Wolinsky (1988), Bilateral monopolies and incentives for merger, RAND Journal
    of Economics 19, 408–419.

    Attributes:
        inner: how it offers and answers once it moves.
        until: relative time from which it moves whatever the others do; 0 never passes, above 1
            it waits for another signature for ever; or a day.
        follows: whether it asks for no worse terms than another has got.
    """

    reopens: ClassVar[bool] = True
    until: float | Drawn | date = number(0.75, least=0)
    follows: bool = True

    def floor(self, view: View) -> NDArray[np.float64]:
        """Give what the best terms that another talk was seen to get are worth, if it follows."""
        return best_terms(view) if self.follows else view.reservation

    def propose(self, view: View) -> ArrayLike:
        """Pass while waiting; then offer, at no worse terms than another has got."""
        offer = super().propose
        return either(view, self._moves(view), lambda now, _: offer(now), lambda *_: -1)

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Reject while waiting, and what is worth less than the terms that it follows."""
        answer = super().answer
        return either(
            view,
            self._moves(view),
            lambda now, some: answer(now, mine[some]),
            lambda *_: int(Answer.REJECT),
        )

    def _moves(self, view: View) -> NDArray[np.bool_]:
        timely = view.has_come(self.until)
        return np.asarray(timely | any_signed(view) | (view.agreed >= 0))

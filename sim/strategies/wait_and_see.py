"""A partner that lets the other one go first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.draws import Drawn
from sim.parameters import number
from sim.strategy import Answer, Wrapper
from sim.view import View


@dataclass(frozen=True)
class WaitAndSee(Wrapper):
    """Passes until another talk has signed or a time has come, then asks for no worse terms.

    Once another talk is signed and its terms are seen, it neither offers nor accepts a package
    that is worth less to itself than the same terms would be; otherwise it plays its inner
    strategy. The second mover of bilateral oligopoly, whose terms follow the first contract: Horn
    and Wolinsky (1988).

    Attributes:
        inner: how it offers and answers once it moves.
        until: relative time from which it moves whatever the others do; above 1 never.
    """

    until: float | Drawn = number(0.75, least=0)

    def propose(self, view: View) -> ArrayLike:
        """Pass while waiting; then offer, at no worse terms than another has got."""
        moves = self._moves(view)
        offer = np.full(len(view), -1, dtype=np.int64)
        if moves.any():
            now = view.narrow(moves)
            inner = np.asarray(self._inner.propose(now))
            floor = self._floor(now)
            short = (inner >= 0) & (now.utility(inner) < floor)
            offer[moves] = np.where(short, now.at_least(floor), inner)
        return offer

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Reject while waiting, and what is worth less than the terms another has got."""
        moves = self._moves(view)
        answer = np.full(len(view), int(Answer.REJECT))
        if moves.any():
            now = view.narrow(moves)
            inner = np.asarray(self._inner.answer(now, mine[moves]))
            short = (now.standing >= 0) & (now.utility(now.standing) < self._floor(now))
            refused = short & (inner == Answer.ACCEPT)
            answer[moves] = np.where(refused, int(Answer.REJECT), inner)
        return answer

    def _moves(self, view: View) -> NDArray[np.bool_]:
        signed = np.any([other.signed for other in view.others.values()], axis=0)
        return np.asarray((view.time >= view.of(self.until)) | signed | (view.agreed >= 0))

    @staticmethod
    def _floor(view: View) -> NDArray[np.float64]:
        """Give what the best terms that another talk was seen to get are worth here."""
        floor = view.reservation.copy()
        best = view.best
        for other in view.others.values():
            same = np.where(other.mirror >= 0, view.utility(other.mirror), floor)
            floor = np.maximum(floor, np.minimum(same, best))
        return floor

"""The article's partner: everything is reviewed, or nothing is signed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.strategy import Answer, Wrapper
from sim.view import View


@dataclass(frozen=True)
class PackageOrNothing(Wrapper):
    """Signs nothing until every measure is open, and asks for everything meanwhile.

    While a measure is closed it requests all of them, rejects every offer, and offers what its
    inner strategy would offer if everything were open, with every closed measure lowered at least
    to its next level: such an offer asks for them all, and cannot be accepted before they are
    open. It passes where that is worth less to it than no deal. The stance of the partner on
    3 May 2025 that no deal is possible unless all measures are reviewed in one package.

    Attributes:
        inner: how it offers and answers once everything is open.
    """

    def scope(self, view: View) -> ArrayLike:
        """Request everything."""
        return np.ones(len(view.measures), dtype=bool)

    def propose(self, view: View) -> ArrayLike:
        """Offer from the wide view while a measure is closed."""
        opened = view.open.all(axis=1)
        if opened.all():
            return self._inner.propose(view)
        offer = np.empty(len(view), dtype=np.int64)
        if opened.any():
            offer[opened] = self._inner.propose(view.narrow(opened))
        offer[~opened] = self._everything(view.narrow(~opened).wide())
        return offer

    def _everything(self, wide: View) -> NDArray[np.int64]:
        """Offer as if everything were open, and ask for every closed measure."""
        inner = np.asarray(self._inner.propose(wide))
        asked = wide.space.lowering(np.maximum(inner, 0), ~wide.open)
        worth = (inner >= 0) & (wide.utility(asked) >= wide.reservation)
        return np.where(worth, asked, -1)

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Reject everything while a measure is closed."""
        opened = view.open.all(axis=1)
        answer = np.full(len(view), int(Answer.REJECT))
        if opened.any():
            answer[opened] = self._inner.answer(view.narrow(opened), mine[opened])
        return answer

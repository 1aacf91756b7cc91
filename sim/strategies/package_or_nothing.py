"""The article's partner: everything is reviewed, or nothing is signed."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.seats.either import either
from sim.seats.strategy import Answer, Wrapper
from sim.seats.views.view import View

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class PackageOrNothing(Wrapper):
    """Signs nothing until every measure is open, and asks for everything meanwhile.

    While a measure is closed it requests all of them, rejects every offer, and offers what its
    inner strategy would offer if that were open, with every closed measure lowered at least
    to its next level unless that is worth less to it. Such an offer asks for what it lowers, and
    cannot be accepted before that is open. The stance of the partner on 3 May 2025 that no deal is
    possible unless all measures are reviewed in one package.

    Source: Schelling (1956), An essay on bargaining, American Economic Review 46, 281–306, on
    binding oneself; Fershtman (1990), The importance of the agenda in bargaining, Games and
    Economic Behavior 2, 224–238.

    Attributes:
        inner: how it offers and answers once everything is open.
        cut: whether it demands a cut on every closed measure; without, it offers what its inner
            strategy would, and requests the rest.
    """

    seats: ClassVar[tuple[str, ...]] = ("partner",)
    cut: bool = True

    def required(self, view: View) -> Flags:
        """Give the measures without which nothing is signed, (W, M)."""
        return np.ones((len(view), len(view.measures)), dtype=bool)

    def scope(self, view: View) -> ArrayLike:
        """Request everything."""
        return np.ones(len(view.measures), dtype=bool)

    def ask(self, view: View) -> ArrayLike:
        """Ask for what it insists on; once that is open, as inside."""
        closed, inner = self._closed(view), np.asarray(self._inner.ask(view))
        insists = closed.any(axis=1, keepdims=True)
        return np.where(insists, closed & self.cut, inner)

    def propose(self, view: View) -> ArrayLike:
        """Offer from the wide view while a measure is closed."""
        return either(
            view,
            np.all(~self._closed(view), axis=1),
            lambda some, _: self._inner.propose(some),
            lambda some, _: self._inner.propose(some.wide(self.required(some))),
        )

    def answer(self, view: View, mine: Ints) -> ArrayLike:
        """Reject everything while a measure is closed."""
        return either(
            view,
            np.all(~self._closed(view), axis=1),
            lambda some, at: self._inner.answer(some, mine[at]),
            lambda *_: int(Answer.REJECT),
        )

    def _closed(self, view: View) -> Flags:
        return self.required(view) & ~view.open

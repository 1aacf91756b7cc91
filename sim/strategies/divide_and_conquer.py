"""A hub that plays its partners off against each other."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.strategies.either import either
from sim.strategies.floored import any_signed
from sim.strategies.time_dependent import Boulware, Conceder
from sim.strategy import BatchStrategy, Strategy, as_batch
from sim.view import View


@dataclass(frozen=True)
class DivideAndConquer(BatchStrategy):
    """Buys the first signature, and makes the others pay for it.

    Until one of its talks is signed it plays generously in the talk that it wants first, and hard
    in the others; if it wants none in particular, generously in all. Once a talk is signed it
    plays hard in all that are left: who comes late faces a rival with better terms.

    Source: Segal (2003), Coordination and discrimination in contracting with externalities: divide
    and conquer?, Journal of Economic Theory 113, 147–181.

    Attributes:
        first: name of the talk that it wants signed first; empty for whichever comes.
        inner: how it plays the talk that it wants first.
        then: how it plays the others, and all that are left after the first signature.
    """

    seats: ClassVar[tuple[str, ...]] = ("hub",)
    first: str = ""
    inner: Strategy | BatchStrategy = Conceder()
    then: Strategy | BatchStrategy = Boulware(0.1)

    def scope(self, view: View) -> ArrayLike:
        """Admit as the strategy that plays."""
        generous = self._generous(view)[:, None]
        soft, hard = (np.asarray(as_batch(s).scope(view)) for s in (self.inner, self.then))
        return np.where(generous, soft, hard)

    def propose(self, view: View) -> ArrayLike:
        """Offer as the strategy that plays."""
        return either(
            view,
            self._generous(view),
            lambda some, _: as_batch(self.inner).propose(some),
            lambda some, _: as_batch(self.then).propose(some),
        )

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Answer as the strategy that plays."""
        return either(
            view,
            self._generous(view),
            lambda some, at: as_batch(self.inner).answer(some, mine[at]),
            lambda some, at: as_batch(self.then).answer(some, mine[at]),
        )

    def _generous(self, view: View) -> NDArray[np.bool_]:
        wanted = self.first in ("", view.talk)
        return wanted & ~any_signed(view)

"""A hub that plays its partners off against each other."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.either import either
from sim.state import PARTNER
from sim.strategies.floored import any_signed
from sim.strategies.time_dependent import Boulware, Conceder
from sim.strategy import BatchStrategy, Strategy, as_batch
from sim.view import View


@dataclass(frozen=True)
class DivideAndConquer(BatchStrategy):
    """Buys the first signature, and makes the others pay for it.

    Until one of its talks is signed it plays generously in the talk that it wants first, and hard
    in the others. Once a talk is signed it plays hard in all that are left: who comes late faces a
    rival with better terms. If it wants none in particular, the talk in which the partner offers
    most is the one, the other partners' offers valued as if made here; as long as it sees no
    offers, it is generous in all.

    Source: Segal (2003), Coordination and discrimination in contracting with externalities: divide
    and conquer?, Journal of Economic Theory 113, 147–181.

    Attributes:
        first: name of the talk that it wants signed first; empty for that of the best offer.
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
        wanted = _offers_most(view) if not self.first else self.first == view.talk
        return np.asarray(wanted & ~any_signed(view))


def _offers_most(view: View) -> NDArray[np.bool_]:
    """Tell where no other partner's offer, as if made here, is worth more than this one's, (W,)."""
    here, most = view.utility(view.standing), np.full(len(view), -np.inf)
    for other in view.others.values():
        offer = other.mirrors[PARTNER]
        most = np.maximum(most, np.where(offer >= 0, view.utility(offer), -np.inf))
    return np.asarray(here >= most)

"""A hub that plays its partners off against each other."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.protocol.state import PARTNER
from sim.seats.either import either, either_flags
from sim.seats.strategy import BatchStrategy, SideMove, Strategy, as_batch
from sim.seats.views.view import View
from sim.strategies.floored import any_signed
from sim.strategies.time_dependent import Boulware, Conceder


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
    aims: ClassVar[bool] = False
    first: str = ""
    inner: Strategy | BatchStrategy = Conceder()
    then: Strategy | BatchStrategy = Boulware(0.1)

    def side_move(self, view: View) -> SideMove | None:
        """Move beside the table as the strategy that plays."""
        generous = self._generous(view)
        made = [
            (some, as_batch(player).side_move(view.narrow(some)))
            for some, player in ((generous, self.inner), (~generous, self.then))
            if some.any()
        ]
        return _joined(view, [(some, move) for some, move in made if move is not None])

    def scope(self, view: View) -> ArrayLike:
        """Admit as the strategy that plays."""
        return either_flags(
            view,
            self._generous(view),
            lambda some, _: as_batch(self.inner).scope(some),
            lambda some, _: as_batch(self.then).scope(some),
        )

    def ask(self, view: View) -> ArrayLike:
        """Ask as the strategy that plays."""
        return either_flags(
            view,
            self._generous(view),
            lambda some, _: as_batch(self.inner).ask(some),
            lambda some, _: as_batch(self.then).ask(some),
        )

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


def _joined(view: View, moves: Sequence[tuple[NDArray[np.bool_], SideMove]]) -> SideMove | None:
    """Join the side moves of some worlds each; nothing moves in the others.

    Args:
        view: all worlds.
        moves: with flags (W,) of the worlds in which each is made.
    """
    if not moves:
        return None
    parts: dict[str, NDArray[Any]] = {}
    for part in fields(SideMove):
        made = [np.asarray(getattr(move, part.name)) for _, move in moves]
        flags = isinstance(part.default, bool)
        shape = (len(view), len(view.measures)) if flags else (len(view),)
        none = np.asarray(part.default)
        parts[part.name] = np.full(shape, none, np.result_type(none, *made))
        for (some, _), value in zip(moves, made, strict=True):
            parts[part.name][some] = value
    return SideMove(**parts)


def _offers_most(view: View) -> NDArray[np.bool_]:
    """Tell where no other partner's offer, as if made here, is worth more than this one's, (W,)."""
    here, most = view.utility(view.standing), np.full(len(view), -np.inf)
    for other in view.others.values():
        offer = other.mirrors[PARTNER]
        most = np.maximum(most, np.where(offer >= 0, view.utility(offer), -np.inf))
    return np.asarray(here >= most)

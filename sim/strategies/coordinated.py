"""Partners that hold out together."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.chance.spreads import Drawn
from sim.protocol.state import PARTNER
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.floored import Floored, any_signed, best_terms


@dataclass(frozen=True)
class Coordinated(Floored):
    """Keeps a pact with the other partners: nobody signs for less than a share of its best.

    Until a time, and as long as no other talk is signed, it neither offers nor accepts what is
    worth less than the share of the way from no deal to its best package; it plays its inner
    strategy above that. When another partner has signed the pact is over, and it asks for no worse
    terms. Where it sees the offers of the other partners the pact is over, too, once one of them
    asks for terms that are worth less here. After the time it plays its inner strategy freely.

    Source: Horn and Wolinsky (1988), Worker substitutability and patterns of unionisation, Economic
    Journal 98, 484–497.

    Attributes:
        inner: how it offers and answers.
        share: of the way from no deal to its best package that the pact demands.
        until: relative time at which the pact ends, above 1 never; or a day.
    """

    seats: ClassVar[tuple[str, ...]] = ("partner",)
    share: float | Drawn = number(0.5, least=0, most=1)
    until: float | Drawn | date = number(0.9, least=0)

    def floor(self, view: View) -> NDArray[np.float64]:
        """Give the floor of the pact, or the terms that another has got."""
        agreed = view.demand(view.of(self.share))
        holds = ~view.has_come(self.until) & ~_undercut(view, agreed)
        pact = np.where(holds, agreed, view.reservation)
        return np.where(any_signed(view), best_terms(view), pact)


def _undercut(view: View, agreed: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell where another partner is seen to ask for less than was agreed, as if here, (W,)."""
    broken = np.zeros(len(view), dtype=bool)
    for other in view.others.values():
        asked = other.mirrors[PARTNER]
        broken |= (asked >= 0) & (view.utility(asked) < agreed)
    return broken

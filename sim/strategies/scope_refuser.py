"""The article's hub: some measures are not for discussion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.draws import Drawn
from sim.strategies.parameters import at_least
from sim.strategy import Wrapper
from sim.view import View

NEVER = float("inf")


@dataclass(frozen=True)
class ScopeRefuser(Wrapper):
    """Admits only some measures; the rest late, at a price, or never. Offers as its inner strategy.

    The stance of the hub in April and May 2025: only the suspended part is negotiable. An agenda
    fought over before its content, as in Busch and Horstmann (1997).

    Attributes:
        inner: how it offers and answers.
        admits: names of the measures that it admits at once.
        until: relative time from which it admits everything; above 1 never.
        price: admits everything while the standing offer, valued as if all were admitted, is worth
            at least this much own utility above the reservation value; infinite for never.
    """

    admits: tuple[str, ...] = ()
    until: float | Drawn = NEVER
    price: float | Drawn = NEVER

    def __post_init__(self) -> None:
        at_least("until", self.until, 0)

    def scope(self, view: View) -> ArrayLike:
        """Admit what is admitted at once; everything when the time or the price has come."""
        yields = np.asarray(view.time >= view.of(self.until))
        gain = view.utility(view.standing) - view.reservation
        yields |= (view.standing >= 0) & (gain >= view.of(self.price))
        wanted: NDArray[np.bool_] = view.is_in(self.admits) | yields[:, None]
        return wanted

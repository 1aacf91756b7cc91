"""The article's hub: some measures are not for discussion."""

from dataclasses import dataclass

from sim.components.scope import Refuser
from sim.strategy import Wrapper


@dataclass(frozen=True)
class ScopeRefuser(Refuser, Wrapper):
    """Admits only some measures; the rest late, at a price, or never. Offers as its inner strategy.

    The stance of the hub in April and May 2025: only the suspended part is negotiable.

    Source: Busch and Horstmann (1997), Bargaining frictions, bargaining procedures and implied
    costs in multiple-issue bargaining, Economica 64, 669–680: the agenda is bargained over first.

    Attributes:
        inner: how it offers and answers.
        admits: names of the measures that it admits at once.
        until: relative time from which it admits everything; above 1 never.
        price: admits everything while the standing offer, valued as if all were admitted, is worth
            at least this much own utility above the reservation value; infinite for never.
    """

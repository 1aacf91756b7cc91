"""Which measures are wanted on the table."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.components.base import Flags, Floats, ScopeRule, first_of, requested
from sim.draws import Drawn
from sim.parameters import number
from sim.view import View

NEVER = float("inf")


@dataclass(frozen=True)
class Position(ScopeRule):
    """Wants the measures of its seat's position, from the first round to the last.

    The default: the scenario says the positions in `[positions]`.

    Source: Fershtman (1990), The importance of the agenda in bargaining, Games and Economic
    Behavior 2, 224–238, on an agenda that is set before.
    """

    def scope(self, view: View) -> ArrayLike:
        """Name the position."""
        return view.is_in(view.position)


@dataclass(frozen=True)
class Everything(ScopeRule):
    """Wants every measure on the table: a partner requests all, a hub admits all.

    Source: Inderst (2000), Multi-issue bargaining with endogenous agenda, Games and Economic
    Behavior 30, 64–82, where joint bargaining over all issues is efficient.
    """

    def scope(self, view: View) -> ArrayLike:
        """Name all measures."""
        return np.ones(len(view.measures), dtype=bool)


@dataclass(frozen=True)
class Refuser(ScopeRule):
    """Admits only some measures; the rest late, at a price, or never.

    Source: Busch and Horstmann (1997), Bargaining frictions, bargaining procedures and implied
    costs in multiple-issue bargaining, Economica 64, 669–680: the agenda is bargained over first.

    Attributes:
        admits: names of the measures that it admits at once.
        until: relative time from which it admits everything; above 1 never.
        price: admits everything while the standing offer, valued as if all were admitted, is worth
            at least this much own utility above the reservation value; infinite for never.
    """

    admits: tuple[str, ...] = ()
    until: float | Drawn = number(NEVER, least=0)
    price: float | Drawn = number(NEVER)

    def scope(self, view: View) -> ArrayLike:
        """Admit what is admitted at once; everything when the time or the price has come."""
        yields = (view.time >= view.of(self.until)) | paid(view, view.of(self.price))
        return np.asarray(view.is_in(self.admits) | np.reshape(yields, (-1, 1)))


@dataclass(frozen=True)
class Salami(ScopeRule):
    """One measure more at a time: a hub admits it at a price, a partner asks for the next slice.

    A hub admits its position, and one more of the requested measures in every turn in which the
    standing offer, valued as if admitted, is worth the price above its reservation value: first
    what that offer lowers, in the order of the talk. A partner requests the measures of its
    position one by one, the next when the last is open.

    Source: Schelling (1966), Arms and Influence, Yale University Press, on salami tactics.

    Attributes:
        price: own utility above the reservation value.
    """

    price: float | Drawn = number(0.05)

    def scope(self, view: View) -> ArrayLike:
        """Admit or request one slice."""
        held: Flags = view.is_in(view.position) | view.open
        asked = requested(view)
        if not view.is_hub:
            slices = first_of(view.is_in(view.position) & ~view.open)
            return view.open | np.where(asked.any(axis=1, keepdims=True), asked, slices)
        offered = asked & lowered(view)
        slices = first_of(np.where(offered.any(axis=1, keepdims=True), offered, asked) & ~held)
        return held | (slices & paid(view, view.of(self.price))[:, None])


def paid(view: View, price: float | Floats) -> Flags:
    """Tell whether the standing offer is worth a price above the reservation value, (W,)."""
    gain = view.utility(view.standing) - view.reservation
    return np.asarray((view.standing >= 0) & (gain >= price))


def lowered(view: View) -> Flags:
    """Tell which measures the standing offer lowers, (W, M)."""
    levels = view.space.levels[view.standing][:, : len(view.measures)]
    return np.asarray((levels > 0) & (view.standing >= 0)[:, None])

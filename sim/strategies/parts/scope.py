"""Which measures are wanted on the table."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from sim.chance.spreads import Drawn
from sim.protocol.docket import flags
from sim.seats.parameters import Times, number
from sim.seats.views.view import View
from sim.strategies.parts.base import Flags, Floats, ScopeRule, first_of, requested

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


GONE = (
    (
        "price",
        "a share of own utility is no price any longer, as a present paid it; price_bn says in USD "
        "bn a year what an offer has to bring that asks for what is closed",
    ),
)


@dataclass(frozen=True)
class Refuser(ScopeRule):
    """Admits only some measures; the rest late, at a price, or never.

    At a price it admits what the standing offer touches and what the rule names, while that offer
    touches something that is closed. What the offer brings is its gain over the best that could
    still become a deal on today's docket, less the cost of every review that it then needs. That
    best is no deal while the rule names something closed; else the most that the other side has
    offered so far of what today's menu holds. (Of its own best package a hub never comes to hear;
    measured against that no offer ever reaches a price.) An offer that asks for nothing closed pays
    for nothing.

    Source: Busch and Horstmann (1997), Bargaining frictions, bargaining procedures and implied
    costs in multiple-issue bargaining, Economica 64, 669–680: the agenda is bargained over first.

    Attributes:
        admits: names of the measures that it admits at once; or, by measure, the relative time or
            the day from which it admits it, 0 for at once.
        until: relative time from which it admits everything, above 1 never; or a day.
        price_bn: what an offer that asks for what is closed has to bring, USD bn a year; infinite
            for never.
    """

    gone: ClassVar[tuple[tuple[str, str], ...]] = GONE
    admits: tuple[str, ...] | Times = ()
    until: float | Drawn | date = number(NEVER, least=0)
    price_bn: float | Drawn = number(NEVER)

    def scope(self, view: View) -> ArrayLike:
        """Admit what is admitted at once; what is paid for; everything when the time has come."""
        late = view.has_come(self.until)[:, None]
        wanted = view.is_in([each for each in self.admits if isinstance(each, str)]) | late
        for each in self.admits:
            if not isinstance(each, str):
                measure, when = each
                wanted = wanted | (view.is_in(measure) & view.has_come(when)[:, None])
        return np.asarray(wanted | bought(view, view.of(self.price_bn)))


@dataclass(frozen=True)
class Slicing(ScopeRule):
    """One measure more at a time: a hub admits it at a price, a partner asks for the next slice.

    A hub admits its position, and one more of the requested measures in every turn in which the
    standing offer pays the price as for `refuser`: of what the rule names and what that offer
    touches, first what only the rule names, in the order of the talk. A partner requests the
    measures of its position one by one, the next when the last is open, and asks for no more.

    Source: Schelling (1966), Arms and Influence, Yale University Press, on salami tactics.

    Attributes:
        price_bn: what an offer that asks for what is closed has to bring, USD bn a year.
    """

    gone: ClassVar[tuple[tuple[str, str], ...]] = GONE
    price_bn: float | Drawn = number(0.5)

    def scope(self, view: View) -> ArrayLike:
        """Admit or request one slice."""
        asked = requested(view)
        if not view.is_hub:
            return view.open | self.slice(view)
        held: Flags = view.is_in(view.position) | view.open
        paid = bought(view, view.of(self.price_bn)) & asked & ~held
        ruled = paid & ~lowered(view)
        return held | first_of(np.where(ruled.any(axis=1, keepdims=True), ruled, paid))

    def slice(self, view: View) -> Flags:
        """Give what a partner requests now: what it has requested, or the next one, (W, M)."""
        asked = requested(view)
        slices = first_of(view.is_in(view.position) & ~view.open)
        return np.where(asked.any(axis=1, keepdims=True), asked, slices)


def bought(view: View, price: float | Floats) -> Flags:
    """Give what the standing offer pays a hub for, (W, M): what it touches and the rule names."""
    if np.isinf(price).all():
        return np.zeros((len(view), len(view.measures)), dtype=bool)
    touched = lowered(view)
    opens = touched | view.ruled
    asks = (touched & ~view.open).any(axis=1) & np.isfinite(price)
    some = np.flatnonzero(asks)
    if len(some):
        seen = view.narrow(some)
        reviews = np.where(opens[some], seen.review_cost, 0.0).sum(axis=1)
        brings = seen.gain(seen.standing) - within_reach(seen) - reviews
        asks[some] = brings >= np.broadcast_to(price, len(view))[some]
    return opens & asks[:, None]


def within_reach(view: View) -> Floats:
    """Give the best that could still become a deal on today's docket, USD bn a year, (W,).

    No deal if the rule names what is closed; else the most that was offered of today's menu.
    """
    best = np.zeros(len(view))
    some = np.flatnonzero(~(view.ruled & ~view.open).any(axis=1))
    if len(some):
        seen = view.narrow(some)
        for offer in np.unique(seen.theirs.all, axis=0):
            worth = np.where(seen.on_menu(offer), seen.gain(offer), 0.0)
            best[some] = np.maximum(best[some], worth)
    return best


def lowered(view: View) -> Flags:
    """Tell which measures the standing offer lowers, (W, M)."""
    cuts = np.where(view.standing < 0, 0, view.space.lowered.take(view.standing))
    return flags(cuts, len(view.measures))


Salami = Slicing
"""The name of before."""

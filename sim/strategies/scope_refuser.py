"""The article's hub: some measures are not for discussion."""

from dataclasses import dataclass

from sim.seats.strategy import Wrapper
from sim.strategies.parts.scope import Refuser


@dataclass(frozen=True)
class ScopeRefuser(Refuser, Wrapper):
    """Admits only some measures; the rest late, at a price, or never. Offers as its inner strategy.

    The stance of the hub in April and May 2025: only the suspended part is negotiable. At a price
    it admits what the standing offer touches and what the rule names, while that offer touches
    something that is closed. What the offer brings is its gain over the best that could still
    become a deal on today's docket, less the cost of every review that it then needs. That best is
    no deal while the rule names something closed; else the most that the other side has offered so
    far of what today's menu holds. (Of its own best package a hub never comes to hear; measured
    against that no offer ever reaches a price.) An offer that asks for nothing closed pays for
    nothing.

    Source: Busch and Horstmann (1997), Bargaining frictions, bargaining procedures and implied
    costs in multiple-issue bargaining, Economica 64, 669–680: the agenda is bargained over first.

    Attributes:
        inner: how it offers and answers.
        admits: names of the measures that it admits at once; or, by measure, the relative time or
            the day from which it admits it, 0 for at once.
        until: relative time from which it admits everything, above 1 never; or a day.
        price_bn: what an offer that asks for what is closed has to bring, USD bn a year; infinite
            for never.
    """

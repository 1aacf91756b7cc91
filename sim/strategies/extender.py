"""A hub that moves the deadline."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

import numpy as np

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.strategy import SideMove, Wrapper
from sim.seats.views.view import View


@dataclass(frozen=True)
class Extender(Wrapper):
    """Extends the pause once a relative time has come and the talk is still open.

    Before the end by default, as news: both sides then concede towards the new deadline. If it may
    extend again, it does so when the time has come anew. Where the calendar does not allow it, it
    plays its inner strategy alone. A deadline that one side can move is no commitment.

    Source: Fearon (1994), Domestic political audiences and the escalation of international
    disputes, American Political Science Review 88, 577–592, on what backing down costs at home.

    Attributes:
        inner: how it asks, offers and answers.
        at: relative time from which it extends, 1 is the last round before the deadline; or a day.
        rounds: rounds to add; 0 takes as many as the calendar allows.
    """

    seats: ClassVar[tuple[str, ...]] = ("hub",)
    at: float | Drawn | date = number(0.9, least=0)
    rounds: int = number(0, least=0)

    def side_move(self, view: View) -> SideMove | None:
        """Extend where the time has come."""
        inner = super().side_move(view) or SideMove()
        now = view.may_extend & view.has_come(self.at)
        longest = view.longest_extension
        rounds = min(self.rounds, longest) or longest
        return replace(inner, extend=np.where(now, rounds, inner.extend))

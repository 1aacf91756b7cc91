"""A hub that moves the deadline."""

from dataclasses import dataclass

import numpy as np

from sim.draws import Drawn
from sim.strategies.parameters import at_least
from sim.strategy import SideMove, Wrapper
from sim.view import View


@dataclass(frozen=True)
class Extender(Wrapper):
    """Extends the pause once a relative time has come and the talk is still open.

    Where the calendar does not allow it, it plays its inner strategy alone. A deadline that one
    side can move is no commitment: Fearon (1994) on what backing down costs at home.

    Attributes:
        inner: how it asks, offers and answers.
        at: relative time from which it extends; 1 is the last round before the deadline.
        rounds: rounds to add, at least 0; 0 takes as many as the calendar allows.
    """

    at: float | Drawn = 1.0
    rounds: int = 0

    def __post_init__(self) -> None:
        at_least("at", self.at, 0)
        at_least("rounds", self.rounds, 0)

    def side_move(self, view: View) -> SideMove | None:
        """Extend where the time has come."""
        inner = super().side_move(view) or SideMove()
        now = view.may_extend & (view.time >= view.of(self.at))
        longest = view.longest_extension
        rounds = min(self.rounds, longest) or longest
        return SideMove(inner.message, np.where(now, rounds, inner.extend), inner.threat)

"""A strategy that concedes as its patience runs out, whatever the deadline."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.time_dependent import Curve


@dataclass(frozen=True)
class ResourceDependent(Curve):
    """Concedes with the length of the talk, the less the more talks it still has.

    The share conceded is F = start + (1 - start) exp(-resource), and the resource is patience times
    the number of its talks without a deal, over the number of turns so far; the other talks are
    taken to be as long as this one. It knows no deadline and never comes down to no deal.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182.

    Attributes:
        patience: turns after which about a third of the way is conceded, in a single talk.
        start: share of the way that it concedes at once.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
        keeps: whether it never takes back, issue by issue, what it has given.
    """

    patience: float | Drawn = number(20.0, above=0)
    start: float | Drawn = number(0.0, least=0, most=1)

    def given(self, view: View) -> Any:
        """Let the resource run out."""
        turns = len(view.mine) + len(view.theirs)
        start = view.of(self.start)
        if not turns:
            return start
        resource = view.of(self.patience) * self._talks(view) / turns
        return start + (1 - start) * np.exp(-resource)

    @staticmethod
    def _talks(view: View) -> Any:
        """Count the talks of this seat's country that have no deal, this one included."""
        if not view.is_hub:
            return 1
        return 1 + sum(~other.signed for other in view.others.values())

"""A country that plays a card beside the table."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.strategy import SideMove, Wrapper
from sim.seats.views.view import View


@dataclass(frozen=True)
class Threatener(Wrapper):
    """Makes a threat once a relative time has come, as often as it may.

    A threat that leaves something to chance: it makes a shock likelier that changes what no deal is
    worth. One with an unless is made only where that is not met already, and not again before it
    has fallen due. Where the scenario gives its country no such threat, it plays its inner strategy
    alone.

    Source: Schelling (1960), The Strategy of Conflict, Harvard University Press.

    Attributes:
        inner: how it asks, offers and answers.
        threat: name of the threat; empty for the first that the country can make.
        at: relative time from which it threatens; or a day.
    """

    threat: str = ""
    at: float | Drawn | date = number(0.5, least=0)

    def side_move(self, view: View) -> SideMove | None:
        """Threaten where the time has come."""
        inner = super().side_move(view) or SideMove()
        name = self.threat or next(iter(view.threats), "")
        if name not in view.threats:
            return inner
        now = view.may_threaten(name) & ~view.heeded(name) & view.has_come(self.at)
        return replace(inner, threat=np.where(now, view.threats[name], inner.threat))

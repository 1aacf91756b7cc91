"""A partner that gives up its rule in the end."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

import numpy as np

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.strategy import SideMove, Wrapper
from sim.seats.views.view import View


@dataclass(frozen=True)
class Relents(Wrapper):
    """Drops from its review rule what is still closed once a relative time has come.

    It does so only where the rule can be given up, and where what it can then sign (the package
    agreed in principle, else the best of its menu) is worth more beyond no deal than dropping costs
    it at home, in USD bn a year. What the rule names and is open by then stays in the rule.
    Otherwise it plays its inner strategy alone: how long it insists is the dose.

    Source: Fearon (1994), Domestic political audiences and the escalation of international
    disputes, American Political Science Review 88, 577–592, and Fearon (1997), Signaling foreign
    policy interests, Journal of Conflict Resolution 41, 68–90, on what backing down costs at home;
    Leventoğlu and Tarar (2005), Prenegotiation public commitment in domestic and international
    bargaining, American Political Science Review 99, 419–433; Ellingsen and Miettinen (2008),
    Commitment and conflict in bilateral bargaining, American Economic Review 98, 1629–1635, on
    commitments that can be revoked at a cost.

    Attributes:
        inner: how it asks, offers and answers.
        at: relative time from which it gives up; 1 is the last round before the deadline, above 1
            never; or a day.
    """

    seats: ClassVar[tuple[str, ...]] = ("partner",)
    at: float | Drawn | date = number(0.9, least=0)

    def side_move(self, view: View) -> SideMove | None:
        """Give up where the time has come and a deal is worth it."""
        inner = super().side_move(view) or SideMove()
        drops = view.may_relent & ~view.open & view.has_come(self.at)[:, None]
        count = drops.sum(axis=1)
        if not count.any():
            return inner
        cost = np.where(count > 0, view.audience_cost, 0.0) * count
        signs = np.where(view.agreed >= 0, view.agreed, view.best_without(drops))
        worth = view.gain(signs) > cost
        wanted = np.asarray(inner.relent) | (drops & worth[:, None])
        return replace(inner, relent=wanted)

"""Tit for tat towards the Nash point."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.at_target import AtTarget
from sim.strategies.parts import Bayesian, OpponentModel
from sim.strategies.parts.acceptance import Combi

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SHORT = 2.0**-52


@dataclass(frozen=True)
class NiceTitForTat(AtTarget):
    """Goes as far to the Nash point as the other side has gone, and offers what suits it best.

    It estimates the Nash point through its model. When the other side has come a share of the way
    to that point, in own utility, from the package that suits it best, it demands as much less than
    its own best, and a little less than that, so that somebody begins. It gives some more when time
    runs out. It accepts by AC_combi: what is worth its next offer, late what is worth all that it
    may still hope for, and in the last round whatever is worth no deal. So two of them sign unless
    what stands then is worth less than no deal to who has to answer.

    Source: Baarslag, Hindriks and Jonker (2013), A tit for tat negotiation strategy for real-time
    bilateral negotiations, in Complex Automated Negotiations, Studies in Computational
    Intelligence 435, 229–233.

    Attributes:
        kindness: share of the way that it goes further than the other side.
        bonus: share of what is left of the way that it gives in addition by the deadline.
        after: relative time from which the bonus grows.
        late: relative time from which it accepts what is worth all that the other side has offered
            in a window as long as the time that is left.
        model: what the other side is believed to want.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
    """

    kindness: float | Drawn = number(0.05, least=0, most=1)
    bonus: float | Drawn = number(0.5, least=0, most=1)
    after: float | Drawn = number(0.9, least=0, most=1)
    late: float | Drawn = number(0.98, least=0, most=1)
    model: OpponentModel = Bayesian()

    def propose(self, view: View) -> ArrayLike:
        """Offer at what is left to demand."""
        view = view.through(self.model)
        nash = view.utility(view.solution("nash"))
        given = np.minimum(self._reciprocated(view, nash) + view.of(self.kindness), 1)
        given = given + (1 - given) * view.of(self.bonus) * self._pressure(view)
        return self.offer(view, view.best - given * np.maximum(view.best - nash, 0))

    def answer(self, view: View, mine: Ints) -> ArrayLike:
        """Accept by AC_combi."""
        return Combi(self.late).answer(view, mine)

    def _reciprocated(self, view: View, nash: Floats) -> Floats:
        """Give the share of the way to the Nash point that the other side has gone."""
        worst = view.utility(view.suiting(view.reservation))
        come, way = view.utility(view.standing) - worst, nash - worst
        share = np.divide(come, way, out=np.ones(len(view)), where=way > 0)
        return np.where(view.standing >= 0, np.clip(share, 0, 1), 0)

    def _pressure(self, view: View) -> Floats:
        after = view.of(self.after)
        late = np.maximum(view.time - after, 0)
        return np.asarray(late / np.maximum(1 - after, _SHORT))

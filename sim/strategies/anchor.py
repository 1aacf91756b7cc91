"""A strategy that opens high and then pays back."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.at_target import AtTarget
from sim.strategies.remembered import best_seen, first_seen


@dataclass(frozen=True)
class AnchorAndReciprocate(AtTarget):
    """Holds to its best package for a while, then pays back part of all that the other side gave.

    The anchor draws the other side's offers to it. Afterwards its demand is its best less a share
    of how far the other side has come from its first offer to its best one, in own utility; so it
    asks for more as long as it is given nothing.

    Source: Galinsky and Mussweiler (2001), First offers as anchors, Journal of Personality and
    Social Psychology 81, 657–669; Komorita and Esser (1975), Frequency of reciprocated concessions
    in bargaining, Journal of Personality and Social Psychology 32, 699–705.

    Attributes:
        until: relative time until which it holds to the anchor; or a day.
        share: of what it was given that it pays back.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
    """

    until: float | Drawn | date = number(0.2, least=0)
    share: float | Drawn = number(0.8, least=0)

    def propose(self, view: View) -> ArrayLike:
        """Hold to the anchor, or pay back."""
        first, best = first_seen(view), best_seen(view)
        come = np.where(best >= 0, view.utility(best) - view.utility(first), 0)
        target = view.best - view.of(self.share) * np.maximum(come, 0)
        offer = self.offer(view, np.maximum(target, view.reservation))
        return np.where(view.has_come(self.until), offer, view.best_package)

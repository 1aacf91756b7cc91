"""A strategy that looks for trades before it gives anything up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.at_target import AtTarget
from sim.strategies.remembered import best_seen

Floats = NDArray[np.float64]

_STEPS = "logroller steps"


@dataclass(frozen=True)
class Logroller(AtTarget):
    """Trades one issue for another at the same worth to itself; gives way only when stuck.

    It keeps its demand and offers, of the packages worth it, the one most similar to the other
    side's last offer. Only when that offer is no better for it than an earlier one it takes a step
    down, and never further down than an even concession over time. Similarity is counted in shares
    of the range of each issue, with given payoffs in level steps.

    Source: Faratin, Sierra and Jennings (2002), Using similarity criteria to make issue trade-offs
    in automated negotiations, Artificial Intelligence 142, 205–237.

    Attributes:
        step: share of the way to no deal that it gives up when stuck.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
    """

    step: float | Drawn = number(0.05, above=0, most=1)

    def propose(self, view: View) -> ArrayLike:
        """Offer the most similar package worth the demand."""
        given = np.minimum(self._steps(view) * view.of(self.step), view.time)
        return self.offer(view, view.demand(1 - given))

    def _steps(self, view: View) -> Floats:
        """Count the turns in which the other side made no better offer, (W,)."""
        memory = view.memory
        before = memory["best seen"] if "best seen" in memory else np.zeros(len(view))
        better = best_seen(view) + 1 != before
        steps: Floats = memory[_STEPS] if _STEPS in memory else np.zeros(len(view))
        stuck = (len(view.theirs) > 1) & ~better
        memory[_STEPS] = steps = steps + stuck
        return steps

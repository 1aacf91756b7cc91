"""A strategy that plays to the last moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.at_target import AtTarget


@dataclass(frozen=True)
class Brinkman(AtTarget):
    """Gives nothing until the last rounds, then comes down at once to a modest demand.

    Until then it offers its best package and accepts nothing less, whatever that risks. In the
    last rounds it offers, and accepts, what is worth a share of the way from no deal to its best.

    Source: Schelling (1960), The Strategy of Conflict, Harvard University Press; Roth, Murnighan
    and Schoumaker (1988), The deadline effect in bargaining: some experimental evidence, American
    Economic Review 78, 806–823.

    Attributes:
        last: rounds before the end, the last one included, in which it gives way.
        share: of the way from no deal to its best package that it then demands.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
    """

    last: int = number(1, least=1)
    share: float | Drawn = number(0.25, least=0, most=1)

    def propose(self, view: View) -> ArrayLike:
        """Hold out, or come down."""
        late = view.deadline - view.round < self.last
        modest = self.offer(view, view.demand(view.of(self.share)))
        return np.where(late, modest, view.best_package)

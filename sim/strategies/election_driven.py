"""A government that faces the voters."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.floored import Floored


@dataclass(frozen=True)
class ElectionDriven(Floored):
    """Signs before its election only what it could boast of; after it plays freely.

    Before the election a deal has to clear a premium over no deal, for it would be measured by what
    voters hoped for: the set of deals that it could win with is smaller. After the election it
    plays its inner strategy.

    Source: Putnam (1988), Diplomacy and domestic politics: the logic of two-level games,
    International Organization 42, 427–460.

    Attributes:
        inner: how it offers and answers.
        election: relative time of the election, above 1 after the talks; or its day, which counts
            as the first round that begins on it or later.
        premium: share of the way from no deal to its best package that a deal has to clear before.
    """

    election: float | Drawn | date = number(0.5, least=0)
    premium: float | Drawn = number(0.4, least=0, most=1)

    def floor(self, view: View) -> NDArray[np.float64]:
        """Give the premium before the election, no deal after it."""
        after = view.has_come(self.election)
        return np.where(after, view.reservation, view.demand(view.of(self.premium)))

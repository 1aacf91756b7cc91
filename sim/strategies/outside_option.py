"""A side that walks away when nothing at the table can be worth what it has elsewhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.seats.strategy import Answer, Wrapper
from sim.seats.views.view import View


@dataclass(frozen=True)
class OutsideOption(Wrapper):
    """Walks away where the best that it can reach is worth less than its outside option.

    The best that it can reach: of all packages, as if every measure were open, under the review
    rule as it stands; the outside option is in its value of no deal
    (`payoffs.weights.NAME.outside`), as are the shocks in force and what the other talks have
    signed. An option that is worth less than what the table offers changes nothing. Otherwise it
    plays its inner strategy.

    Source: Shaked and Sutton (1984), Involuntary unemployment as a perfect equilibrium in a
    bargaining model, Econometrica 52, 1351–1364; Binmore, Shaked and Sutton (1989), An outside
    option experiment, Quarterly Journal of Economics 104, 753–770.

    Attributes:
        inner: how it asks, offers and answers while it stays.
    """

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Walk away where nothing can be reached; else answer as inside."""
        inner = super().answer(view, mine)
        return np.where(view.hopeless, int(Answer.WALK), np.asarray(inner))

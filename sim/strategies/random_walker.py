"""A strategy without a plan."""

from dataclasses import dataclass
from typing import ClassVar

from numpy.typing import ArrayLike

from sim.seats.strategy import BatchStrategy
from sim.seats.views.view import View


@dataclass(frozen=True)
class RandomWalker(BatchStrategy):
    """Offers any package on the menu worth its reservation value, each rank alike.

    The zero-intelligence trader: a yardstick for every other strategy.

    Source: Gode and Sunder (1993), Allocative efficiency of markets with zero-intelligence traders,
    Journal of Political Economy 101, 119–137.
    """

    aims: ClassVar[bool] = False
    presents: ClassVar[bool] = True

    def propose(self, view: View) -> ArrayLike:
        """Offer a random package."""
        return view.uniform()

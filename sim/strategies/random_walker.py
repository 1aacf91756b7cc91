"""A strategy without a plan."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from sim.strategy import BatchStrategy
from sim.view import View


@dataclass(frozen=True)
class RandomWalker(BatchStrategy):
    """Offers any package on the menu worth its reservation value, each rank alike.

    The zero-intelligence trader of Gode and Sunder (1993): a yardstick for every other strategy.
    """

    def propose(self, view: View) -> ArrayLike:
        """Offer a random package."""
        return view.uniform()

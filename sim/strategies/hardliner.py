"""A strategy that never moves."""

from dataclasses import dataclass
from typing import ClassVar

from numpy.typing import ArrayLike

from sim.seats.strategy import BatchStrategy
from sim.seats.views.view import View


@dataclass(frozen=True)
class Hardliner(BatchStrategy):
    """Offers its best package on the menu, and accepts nothing that is worth less.

    The limit of a time-dependent strategy whose exponent goes to zero.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182.
    """

    aims: ClassVar[bool] = False

    def propose(self, view: View) -> ArrayLike:
        """Offer the best package on the menu."""
        return view.best_package

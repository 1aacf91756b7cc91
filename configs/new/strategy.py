"""A strategy of this folder: 'tariff-talks check strategy.py:Halfway' plays it in every way."""

from dataclasses import dataclass

from sim import BatchStrategy


@dataclass(frozen=True)
class Halfway(BatchStrategy):
    """Asks for a share of what is left between its best package and no deal.

    Attributes:
        share: of the way that is asked for, 0 to 1.
    """

    share: float = 0.5

    def propose(self, view):
        """Give a package for every world."""
        gap = view.best - view.reservation
        return view.near(view.reservation + view.of(self.share) * gap, view.standing)

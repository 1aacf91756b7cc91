"""Players of the theory: what they offer is computed, not learned."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.payoffs.frontier import nash
from sim.seats.strategy import BatchStrategy


@dataclass(frozen=True)
class NashOfferer(BatchStrategy):
    """Offers the Nash point of its menu, with complete information, and accepts nothing less."""

    def propose(self, view: Any) -> Any:
        return np.array([self._point(view, k) for k in range(len(view))])

    @staticmethod
    def _point(view: Any, k: int) -> int:
        packages = np.arange(view.space.size)
        one = view.narrow(np.full(len(packages), k))
        menu = np.flatnonzero(one.on_menu(packages))
        points = np.column_stack([one.utility(packages), one.their_utility(packages)])[menu]
        none = np.array([one.reservation[0], one.their_reservation[0]])
        found = nash(points, none) if len(menu) else -1
        return int(menu[found]) if found >= 0 else -1

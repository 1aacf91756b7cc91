"""A strategy that concedes rank by rank, as long as the other side does."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from sim.protocol.state import Ints
from sim.seats.parameters import number
from sim.seats.strategy import BatchStrategy
from sim.seats.views.view import View


@dataclass(frozen=True)
class Micro(BatchStrategy):
    """Concedes one step in rank whenever the other side has made as many different offers.

    It knows nothing of time or of the other side: it goes down its own ranking as long as the
    other side has made at least as many different offers as itself, else it repeats its last one;
    where that is no longer worth its reservation value it begins again with the best package. It
    accepts what is worth at least its next step.

    Source: de Jonge (2022), An analysis of the linear bilateral ANAC domains using the MiCRO
    benchmark strategy, Proceedings of IJCAI 2022, 223–229.

    Attributes:
        stride: ranks conceded in a step, at least 1; 0 takes packages over rounds, rounded up, so
            that the whole ranking can be walked down to the deadline.
    """

    aims: ClassVar[bool] = False
    stride: int = number(0, least=0)

    def propose(self, view: View) -> ArrayLike:
        """Offer the next step if the other side keeps up, else repeat the last."""
        if not len(view.mine):
            return view.best_package
        last = view.mine[-1]
        made, answered = _different(view.mine.all), _different(view.theirs.all)
        below = view.below(last, self.stride or -(-view.space.size // view.deadline))
        step = (made <= answered) & (below >= 0)
        void = (last < 0) | (view.utility(last) < view.reservation)
        return np.where(void, view.best_package, np.where(step, below, last))


def _different(offers: Ints) -> Ints:
    """Count the different offers of a history (turns, W); passes are not offers."""
    ranked = np.sort(offers, axis=0)
    new = np.ones(ranked.shape, dtype=bool)
    new[1:] = ranked[1:] != ranked[:-1]
    count: Ints = np.sum(new & (ranked >= 0), axis=0)
    return count

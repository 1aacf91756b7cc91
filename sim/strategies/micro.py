"""A strategy that concedes rank by rank, as long as the other side does."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.protocol.state import Ints
from sim.seats.parameters import number
from sim.seats.strategy import BatchStrategy
from sim.seats.views.view import View

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Micro(BatchStrategy):
    """Concedes one step in rank whenever the other side has made as many different offers.

    It knows nothing of time or of the other side: it goes down its own ranking as long as the
    other side has made at least as many different offers as itself, else it repeats one of its
    earlier offers, drawn at random; those that are no longer worth its reservation value do not
    count, and without any it begins again with the best package. It accepts what is worth at least
    its next step, or where it takes none the lowest of its offers.

    In the source a step is one rank (`stride = 1`). The default deviates from that: there a talk
    has thousands of turns, here some twenty, in which one rank at a time leads nowhere.

    Source: de Jonge (2022), An analysis of the linear bilateral ANAC domains using the MiCRO
    benchmark strategy, Proceedings of IJCAI 2022, 223–229.

    Attributes:
        stride: ranks conceded in a step, at least 1; 0 takes packages over rounds, rounded up, so
            that the whole ranking can be walked down to the deadline.
    """

    aims: ClassVar[bool] = False
    stride: int = number(0, least=0)

    def propose(self, view: View) -> ArrayLike:
        """Offer the next step if the other side keeps up, else repeat an earlier offer."""
        if not len(view.mine):
            return view.best_package
        good, lowest = _standing(view)
        below, step = self._step(view, lowest)
        again = np.where(lowest < 0, view.best_package, _drawn(view, good))
        return np.where(step, below, again)

    def answer(self, view: View, mine: Ints) -> ArrayLike:
        """Accept what is worth the next step, or the lowest offer so far."""
        if not len(view.mine):
            return super().answer(view, mine)
        _, lowest = _standing(view)
        below, step = self._step(view, lowest)
        then = np.where(lowest < 0, view.best_package, lowest)
        return super().answer(view, np.where(step, below, then))

    def _step(self, view: View, lowest: Ints) -> tuple[Ints, Flags]:
        """Give the next offer down, (W,), and where the other side has earned it."""
        made, answered = _different(view.mine.all), _different(view.theirs.all)
        below = view.below(lowest, self.stride or -(-view.space.size // view.deadline))
        return below, (lowest >= 0) & (made <= answered) & (below >= 0)


def _standing(view: View) -> tuple[Flags, Ints]:
    """Tell which offers so far can be made again, each once, (turns, W); give the lowest, (W,).

    In the order of `_ranked`. The lowest is -1 where none is worth the reservation value.
    """
    ranked = _ranked(view)
    worth = np.array([view.utility(offer) for offer in ranked])
    good = (ranked >= 0) & (worth >= view.reservation)
    if view.is_hub:
        good &= [view.on_menu(offer) for offer in ranked]
    good[1:] &= ranked[1:] != ranked[:-1]
    worth = np.where(good, worth, np.inf)
    last = len(ranked) - 1 - worth[::-1].argmin(axis=0)
    return good, np.where(good.any(axis=0), ranked[last, np.arange(len(view))], -1)


def _ranked(view: View) -> Ints:
    """Give the own offers so far by their numbers, (turns, W)."""
    return np.sort(view.mine.all, axis=0)


def _drawn(view: View, good: Flags) -> Ints:
    """Give one of the offers that can be made again, each as likely, (W,)."""
    place = (view.luck(1)[:, 0] * good.sum(axis=0)).astype(np.int64)
    found = (good.cumsum(axis=0) <= place).sum(axis=0)
    drawn: Ints = _ranked(view)[np.minimum(found, len(good) - 1), np.arange(len(view))]
    return drawn


def _different(offers: Ints) -> Ints:
    """Count the different offers of a history (turns, W); passes are not offers."""
    ranked = np.sort(offers, axis=0)
    new = np.ones(ranked.shape, dtype=bool)
    new[1:] = ranked[1:] != ranked[:-1]
    count: Ints = np.sum(new & (ranked >= 0), axis=0)
    return count

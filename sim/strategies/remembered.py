"""What a seat remembers of the other side's offers, world by world."""

import numpy as np
from numpy.typing import NDArray

from sim.seats.views.view import View

Ints = NDArray[np.int64]

_FIRST, _BEST = "first seen", "best seen"


def first_seen(view: View) -> Ints:
    """Give the other side's first offer, (W,); -1 before it."""
    first = _held(view, _FIRST)
    if len(view.theirs) and (first < 0).any():
        offers = view.theirs.all
        earliest = offers[(offers >= 0).argmax(axis=0), np.arange(len(view))]
        first = _hold(view, _FIRST, np.where(first < 0, earliest, first))
    return first


def best_seen(view: View) -> Ints:
    """Give the other side's offer that is worth most to the own, (W,); -1 if none beats no deal.

    Of those that stood in the turns in which this was asked.
    """
    best = _held(view, _BEST)
    if not len(view.theirs):
        return best
    latest = view.theirs[-1]
    better = (latest >= 0) & (view.utility(latest) > view.utility(best))
    return _hold(view, _BEST, np.where(better, latest, best))


def _held(view: View, name: str) -> Ints:
    """Read a package; memory that was never written is 0, so that packages are kept as 1 more."""
    memory = view.memory
    return memory[name] - 1 if name in memory else np.full(len(view), -1)


def _hold(view: View, name: str, package: Ints) -> Ints:
    view.memory[name] = package + 1
    return package

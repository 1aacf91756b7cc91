"""Opponent models that believe in a sum over issues, and learn from one offer at a time."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.components.base import Floats, Ints, OpponentModel
from sim.outcomes import OutcomeSpace
from sim.view import View

State = dict[str, NDArray[Any]]


class AdditiveModel(OpponentModel):
    """Believes that a package is worth the sum of what its levels are worth.

    What was learned is kept in the seat's memory, world by world. An offer that is made again, or
    left standing, counts again.
    """

    def begin(self, view: View) -> State:
        """Give the state before any offer; arrays with an axis of worlds."""
        raise TypeError(f"{type(self).__name__} does not say how it begins: write begin")

    def learn(self, view: View, state: State, before: Ints, now: Ints, turn: int) -> State:
        """Give the state after an offer.

        Args:
            view: the worlds.
            state: before the offer.
            before, now: (W,) the offer before it (-1: none) and the offer.
            turn: number of the other side's turn, from 0.
        """
        raise TypeError(f"{type(self).__name__} does not say how it learns: write learn")

    def table(self, view: View, state: Mapping[str, NDArray[Any]]) -> Floats:
        """Give what every level of every issue is worth, (W, I, L)."""
        raise TypeError(f"{type(self).__name__} does not say what it believes: write table")

    def utility(self, view: View, package: Ints) -> Floats:
        """Sum over the issues."""
        return _summed(view.space, self.levels(view), package)

    def levels(self, view: View) -> Floats:
        """Give what every level of every issue is believed to be worth now, (W, I, L)."""
        return view.once((self, "levels"), lambda: self.table(view, self.state(view)))

    def state(self, view: View) -> State:
        """Give what was learned from all offers so far; new ones are learned now."""
        memory, own = view.memory, repr(self)
        seen = memory[f"{own} seen"] if f"{own} seen" in memory else np.zeros(len(view), np.int64)
        state = self.begin(view)
        if seen.any():
            kept = {name: memory[f"{own} {name}"] for name in state}
            state = kept if seen.all() else _merged(seen > 0, kept, state)
        turns = len(view.theirs)
        if not turns or (seen == turns).all():
            return state
        for turn in range(int(seen.min()), turns):
            state = self._learned(view, state, seen <= turn, turn)
        memory[f"{own} seen"] = np.full(len(view), turns)
        for name, array in state.items():
            memory[f"{own} {name}"] = array
        return state

    def _learned(self, view: View, state: State, fresh: NDArray[np.bool_], turn: int) -> State:
        """Learn from one turn in the worlds where it is new and an offer stands."""
        now = view.theirs[turn]
        before = view.theirs[turn - 1] if turn else np.full(len(view), -1)
        fresh = fresh & (now >= 0)
        if fresh.all():
            return self.learn(view, state, before, now, turn)
        if not fresh.any():
            return state
        part = {name: array[fresh] for name, array in state.items()}
        part = self.learn(view.narrow(fresh), part, before[fresh], now[fresh], turn)
        for name, array in part.items():
            state[name] = state[name].copy()
            state[name][fresh] = array
        return state


def _merged(kept: NDArray[np.bool_], old: State, new: State) -> State:
    """Take the old state where it was kept, else the new one."""
    return {
        name: np.where(kept.reshape(-1, *(1,) * (array.ndim - 1)), old[name], array)
        for name, array in new.items()
    }


def most_levels(space: OutcomeSpace) -> int:
    """Give the largest number of levels of an issue, L."""
    return max(space.shape, default=1)


def _summed(space: OutcomeSpace, table: Floats, packages: Ints) -> Floats:
    """Sum what the levels of packages are worth, (W,) or (W, n); two issues at a time."""
    worlds = np.arange(len(packages))
    worlds = worlds if packages.ndim == 1 else worlds[:, None]
    total = np.zeros(packages.shape)
    for issue in range(0, len(space.shape), 2):
        worth, column = _pair(space, table, issue)
        place = column.take(packages)
        place += worlds * worth.shape[1]
        total += worth.ravel().take(place)
    return total


def _pair(space: OutcomeSpace, table: Floats, issue: int) -> tuple[Floats, Ints]:
    """Give what the combinations of an issue and the next are worth, (W, C), by package, (P,)."""
    levels, size = space.levels, space.shape[issue]
    worth, column = table[:, issue, :size], levels[:, issue].astype(np.int64)
    if issue + 1 == len(space.shape):
        return worth, column
    following = table[:, issue + 1, : space.shape[issue + 1]]
    both = (worth[:, :, None] + following[:, None, :]).reshape(len(table), -1)
    return both, column * space.shape[issue + 1] + levels[:, issue + 1]

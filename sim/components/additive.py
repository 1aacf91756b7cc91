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
        table = self.levels(view)
        if package.ndim == 1:
            return _one_each(view.space, table, package)
        return _some_each(view.space, table, package)

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


def _one_each(space: OutcomeSpace, table: Floats, package: Ints) -> Floats:
    """Sum for one package in every world, (W,); in the order of `_some_each`."""
    rows, levels = np.arange(len(package)), space.levels[package]
    parts = np.zeros((2, len(package)))
    for issue in range(len(space.shape)):
        parts[int(issue >= space.split)] += table[rows, issue, levels[:, issue]]
    worth: Floats = parts[0] + parts[1]
    return worth


def _some_each(space: OutcomeSpace, table: Floats, packages: Ints) -> Floats:
    """Sum for several packages in every world, (W, n): two parts of the issues, each once."""
    head, tail = (
        _combinations(table, space.shape, issues)
        for issues in (range(space.split), range(space.split, len(space.shape)))
    )
    first, second = np.divmod(packages, tail.shape[1])
    rows = np.arange(len(packages))[:, None]
    worth: Floats = head.ravel().take(first + rows * head.shape[1], mode="wrap")
    worth += tail.ravel().take(second + rows * tail.shape[1], mode="wrap")
    return worth


def _combinations(table: Floats, shape: tuple[int, ...], issues: range) -> Floats:
    """Sum what the levels of some issues are worth in all combinations, (W, C)."""
    total = np.zeros((len(table), 1), dtype=table.dtype)
    for issue in issues:
        levels = table[:, issue, : shape[issue]]
        total = (total[:, :, None] + levels[:, None, :]).reshape(len(table), -1)
    return total

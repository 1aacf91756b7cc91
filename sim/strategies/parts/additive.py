"""Opponent models that believe in a sum over issues, and learn from one offer at a time."""

from collections.abc import Mapping
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.tradeoffs import once
from sim.protocol.issues import OutcomeSpace
from sim.seats.views.view import View
from sim.strategies.parts.base import Floats, Ints, OpponentModel

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
        """Sum over the issues; raises IndexError where there is no such package."""
        size = view.space.size
        if package.size and once(package).max() >= size:
            raise IndexError(
                f"package {package.max()} is not there; packages are numbered 0 to {size - 1}"
            )
        worth = view.once((self, "pairs"), lambda: _pairs(view.space, self.levels(view)))
        return _summed(worth, _columns(view.space.shape), package)

    def levels(self, view: View) -> Floats:
        """Give what every level of every issue is believed to be worth now, (W, I, L)."""
        return view.once((self, "levels"), lambda: self.table(view, self.state(view)))

    def state(self, view: View) -> State:
        """Give what was learned from all offers so far; new ones are learned now."""
        memory, own = view.memory, repr(self)
        seen = memory[f"{own} seen"] if f"{own} seen" in memory else np.zeros(len(view), np.int64)
        known, prefix = seen.all(), f"{own} state "
        state = {} if known else self.begin(view)
        if seen.any():
            kept = {k.removeprefix(prefix): memory[k] for k in memory if k.startswith(prefix)}
            state = kept if known else _merged(seen > 0, kept, state)
        turns = len(view.theirs)
        if not turns or (seen == turns).all():
            return state
        for turn in range(int(seen.min()), turns):
            state = self._learned(view, state, seen <= turn, turn)
        memory[f"{own} seen"] = np.full(len(view), turns)
        for name, array in state.items():
            memory[prefix + name] = array
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


def _summed(worth: Floats, columns: list[Ints], packages: Ints) -> Floats:
    """Sum what the levels of packages are worth, (W,) or (W, n); two issues at a time.

    Args:
        worth: (W, C) of the combinations of an issue and the next.
        columns: which combination a package has, (P,) for every two issues.
        packages: numbers.
    """
    shared = packages.ndim > 1 and packages.size > 0 and _alike(packages)
    worlds = np.arange(0, worth.size, worth.shape[1]).reshape(-1, *(1,) * (packages.ndim - 1))
    total, more = (np.empty if columns else np.zeros)(packages.shape), np.empty(packages.shape)
    place = np.empty(packages.shape, dtype=np.int64)
    for pair, column in enumerate(columns):
        part = more if pair else total
        if shared:
            worth.take(column.take(packages[0]), axis=1, out=part, mode="clip")
        else:
            column.take(packages, out=place, mode="clip")
            place += worlds
            worth.take(place, out=part, mode="clip")
        if pair:
            total += part
    return total


def _alike(packages: Ints) -> bool:
    """Tell whether several packages, (W, n), are the same in all worlds."""
    if len(once(packages)) == 1:
        return True
    return not (packages[0] != packages[-1]).any() and bool((packages == packages[0]).all())


def _pairs(space: OutcomeSpace, table: Floats) -> Floats:
    """Give what the combinations of an issue and the next are worth, (W, C)."""
    worlds, issues, most = table.shape
    one, other = _combinations(space.shape, most)
    flat = table.reshape(worlds, issues * most)
    worth = flat.take(one, axis=1)
    worth[:, : len(other)] += flat.take(other, axis=1)
    return worth.astype(np.float64, copy=False)


@lru_cache(maxsize=16)
def _combinations(shape: tuple[int, ...], most: int) -> tuple[Ints, Ints]:
    """Give the places, in a flat table of levels, of the first and of the second level, (C,).

    An issue that is left over comes last, and has no second.

    Args:
        shape: levels of every issue.
        most: columns of the table for an issue.
    """
    place = np.arange(len(shape) * most).reshape(len(shape), most)
    of = [place[issue, :size] for issue, size in enumerate(shape)]
    firsts, seconds = of[::2], of[1::2]
    one = [np.repeat(a, len(b)) for a, b in zip(firsts, seconds, strict=False)]
    other = [np.tile(b, len(a)) for a, b in zip(firsts, seconds, strict=False)]
    alone = firsts[len(seconds) :]
    return np.concatenate([*one, *alone, place[:0, 0]]), np.concatenate([*other, place[:0, 0]])


@lru_cache(maxsize=16)
def _columns(shape: tuple[int, ...]) -> list[Ints]:
    """Give which combination of an issue and the next a package has, (P,) each."""
    packages, columns, begin = np.arange(prod(shape)), [], 0
    for issue in range(0, len(shape), 2):
        size = prod(shape[issue : issue + 2])
        columns.append(packages // prod(shape[issue + 2 :]) % size + begin)
        begin += size
    return columns

"""What both sides can get from a menu, in every world of a view: solutions and trade-offs.

`Known` looks at every package, with what it is worth to the other side; `Guessed` at some packages,
with what a model of the other side believes.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.frontier import SOLUTIONS, pareto
from sim.payoffs.menu import PACKAGE, Menus
from sim.payoffs.values import Growing, Situations
from sim.protocol.state import Ints

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Reach = Literal["reached", "above", "below"]

_PACKAGE, _OWN, _THEIRS, _PEAK = range(4)
"""Columns of the points of a frontier."""


class Tradeoffs(ABC):
    """Packages that give both sides at least what no deal is worth to them; (W,) worlds."""

    @abstractmethod
    def solution(self, name: str) -> Ints:
        """Give a solution of `sim.payoffs.frontier.SOLUTIONS`, (W,); -1 where there is none."""

    @abstractmethod
    def granting(self, utility: Floats) -> Ints:
        """Give the best own package worth a utility to the other side, (W,); -1 if none."""

    @abstractmethod
    def suiting(self, utility: Floats) -> Ints:
        """Give the package best for the other side that is worth a utility to the own, (W,)."""

    @abstractmethod
    def beating(self, product: Floats) -> Ints:
        """Give the best own package whose product of gains is above a number, (W,); else -1."""


class Frontiers:
    """The Pareto frontiers of a seat's menus: one for each pair of situations of both sides met.

    A frontier holds packages that give both sides at least what no deal is worth, best own first;
    on ties of the rule of a solution the point that is better for the seat.

    Attributes:
        points: (n, 4) of all frontiers, one behind another: package; own utility, which falls;
            the other side's, which rises; largest product of gains up to here.
        ends: (m + 1,) where frontiers start, and where the last stops.
        solved: (m, S) packages of the solutions; -1 where there is none.
    """

    def __init__(self, menus: Menus, own: Situations, theirs: Situations) -> None:
        self._menus, self._sides = menus, (own, theirs)
        self._row: dict[tuple[int, int, int], int] = {}
        self.points, self.ends = Growing(np.float64, 4), Growing(np.int64)
        self.solved = Growing(np.int64, len(SOLUTIONS))
        self.ends.append(np.zeros(1, dtype=np.int64))

    def find(self, situation: Ints, menus: Ints, other: Ints) -> Ints:
        """Give the frontiers of menus, (n,), by own situation, key, and the other's situation."""
        kinds, back = np.unique(np.stack([situation, menus, other]), axis=1, return_inverse=True)
        keys = [tuple(column) for column in kinds.T.tolist()]
        for key in keys:
            if key not in self._row:
                self._add(*key)
                self._row[key] = len(self._row)
        rows = np.array([self._row[key] for key in keys], dtype=np.int64)
        return rows[back.ravel()]

    def _add(self, situation: int, key: int, other: int) -> None:
        start, stop = (end[0] for end in self._menus.whole(np.array([situation]), np.array([key])))
        menu = np.append(-1, np.sort(self._menus.keys[start:stop] & PACKAGE))
        points = np.stack(
            [
                side.utility(np.array([number]), menu[None])[0]
                for side, number in zip(self._sides, (situation, other), strict=True)
            ],
            axis=1,
        )
        none, rational = points[0], 1 + np.flatnonzero((points[1:] >= points[0]).all(axis=1))
        best = rational[pareto(points[rational])[::-1]]
        points, packages = points[best], np.append(menu[best], -1)
        peak = np.maximum.accumulate((points - none).prod(axis=1))
        solved = [packages[solve(points, none)] for solve in SOLUTIONS.values()]
        self.points.append(np.column_stack([packages[:-1], points, peak]))
        self.solved.append(np.array([solved]))
        self.ends.append(self.ends.rows[-1:] + len(best))


@dataclass(frozen=True, eq=False)
class Known(Tradeoffs):
    """Trade-offs with complete information.

    Attributes:
        frontiers: the Pareto frontiers of the menus met so far.
        rows: (W,) which of them.
    """

    frontiers: Frontiers
    rows: Ints

    def solution(self, name: str) -> Ints:
        """Give a solution; the frontier knows it."""
        found: Ints = self.frontiers.solved.rows[self.rows, list(SOLUTIONS).index(named(name))]
        return found

    def granting(self, utility: Floats) -> Ints:
        """Give the first package of the frontier that grants the utility."""
        return self._taken(_THEIRS, utility, "reached")

    def suiting(self, utility: Floats) -> Ints:
        """Give the last package of the frontier that is worth the utility."""
        return self._taken(_OWN, utility, "below", before=1)

    def beating(self, product: Floats) -> Ints:
        """Give the first package of the frontier with a larger product."""
        return self._taken(_PEAK, product, "above")

    def _taken(self, column: int, wanted: Floats, how: Reach, before: int = 0) -> Ints:
        """Give the package at the first number that stands so, or before it; -1 outside."""
        points, ends = self.frontiers.points.rows, self.frontiers.ends.rows
        start, stop = ends[self.rows], ends[self.rows + 1]
        position = first(points[:, column], start, stop, wanted, how) - before
        inside = (position >= start) & (position < stop)
        found = np.full(len(position), -1, dtype=np.int64)
        found[inside] = points[position[inside], _PACKAGE]
        return found


@dataclass(frozen=True, eq=False)
class Guessed(Tradeoffs):
    """Trade-offs as a model of the other side believes them.

    Whoever reckons back from the deadline asks many times in one turn. So what the packages so far
    are worth at most to the other side is looked up, once it has been asked for.

    Attributes:
        package: (W, n), best own first; -1 where the menu is empty.
        own, theirs: (W, n) gains over no deal.
        floors: (2, W) utilities of no deal, own and theirs.
    """

    package: Ints
    own: Floats
    theirs: Floats
    floors: tuple[Floats, Floats]

    def solution(self, name: str) -> Ints:
        """Give the package with the largest score, the best own of several; -1 if none."""
        named(name)
        if name == "nash":
            score = self._product
        elif name == "egalitarian":
            score = np.minimum(self.own, self.theirs)
        else:
            score = np.minimum(_shares(self.own, self._good), _shares(self.theirs, self._good))
        return self._largest(score)

    def granting(self, utility: Floats) -> Ints:
        """Give the first package that grants the utility, by the model."""
        granted = self._most >= (utility - self.floors[1])[:, None]
        column = granted.argmax(axis=1)
        return np.where(chosen(granted, column), chosen(self.package, column), -1)

    def suiting(self, utility: Floats) -> Ints:
        """Give the package that is worth most to the other side, by the model."""
        least = np.maximum(utility - self.floors[0], 0)
        own, theirs, package = self._favourite
        if ((own >= least) & (theirs >= 0) & (package >= 0)).all():
            return package
        short = self.own < least[:, None]
        column = short.argmax(axis=1)
        last = np.where(chosen(short, column), column, short.shape[1]) - 1
        there = (last >= 0) & (chosen(self._most, last) >= 0)
        return np.where(there, chosen(self.package, chosen(self._reached, last)), -1)

    def beating(self, product: Floats) -> Ints:
        """Give the first package with a larger product, by the model."""
        good = self._good & (self._product > product[:, None])
        column = good.argmax(axis=1)
        return np.where(chosen(good, column), chosen(self.package, column), -1)

    @cached_property
    def _most(self) -> Floats:
        """(W, n) the most that a good package up to here is worth to the other side, else -inf."""
        return np.maximum.accumulate(np.where(self._good, self.theirs, -np.inf), axis=1)

    @cached_property
    def _reached(self) -> Ints:
        """(W, n) column of the first package that is worth as much as the best up to here."""
        new = np.broadcast_to(np.arange(self.theirs.shape[1]), self.theirs.shape).copy()
        new[:, 1:] *= self._most[:, 1:] > self._most[:, :-1]
        return np.maximum.accumulate(new, axis=1)

    @cached_property
    def _favourite(self) -> tuple[Floats, Floats, Ints]:
        """(W,) each: own and other gain from what is best for the other side, and the package."""
        return self._chosen(self.theirs.argmax(axis=1))

    @cached_property
    def _good(self) -> Flags:
        return np.asarray((self.theirs >= 0) & self._rational)

    @cached_property
    def _rational(self) -> Flags:
        return np.asarray((self.own >= 0) & (self.package >= 0))

    @cached_property
    def _product(self) -> Floats:
        return self.own * self.theirs

    def _largest(self, score: Floats) -> Ints:
        """Give the first good package with the largest score, (W, n), in every world, (W,).

        Where the largest score of all belongs to such a package the others are not asked.
        """
        own, theirs, package = self._chosen(score.argmax(axis=1))
        if ((own >= 0) & (theirs >= 0) & (package >= 0)).all():
            return package
        column = np.where(self._good, score, -np.inf).argmax(axis=1)
        return np.where(chosen(self._good, column), chosen(self.package, column), -1)

    def _chosen(self, column: Ints) -> tuple[Floats, Floats, Ints]:
        """Give both gains and the package of a column of each world."""
        return chosen(self.own, column), chosen(self.theirs, column), chosen(self.package, column)


def named(solution: str) -> str:
    """Give the name of a solution.

    Raises:
        ValueError: there is no such solution.
    """
    if solution not in SOLUTIONS:
        raise ValueError(f"there is no solution '{solution}'; there is {', '.join(SOLUTIONS)}")
    return solution


_REACHES = {"reached": np.greater_equal, "above": np.greater, "below": np.less}


def first(
    numbers: Floats,
    start: Ints,
    stop: Ints,
    wanted: Floats,
    how: Reach,
) -> Ints:
    """Find in each of some stretches the first number that stands to a wanted one as asked.

    Args:
        numbers: (n,) they never fall within a stretch; for `"below"` they never rise.
        start, stop: (W,) the stretches.
        wanted: (W,).
        how: the number is at least the wanted one, above it, or below it.

    Returns:
        (W,) positions; `stop` where no number of the stretch does.
    """
    low, high = start.copy(), stop.copy()
    while (searched := low < high).any():
        middle = (low + high) // 2
        reached = _REACHES[how](numbers[np.where(searched, middle, 0)], wanted)
        high = np.where(searched & reached, middle, high)
        low = np.where(searched & ~reached, middle + 1, low)
    return low


def _shares(gain: Floats, among: Flags) -> Floats:
    """Give gains as shares of the largest one of a row, among some."""
    ideal = np.where(among, gain, 0).max(axis=1)[:, None]
    shares: Floats = np.divide(gain, ideal, out=np.full_like(gain, np.inf), where=ideal > 0)
    return shares


def chosen(array: NDArray[Any], column: Ints) -> NDArray[Any]:
    """Give of every row, (W, n), what stands in its column, (W,)."""
    rows = once(array)
    begins = np.arange(0, array.size, array.shape[1]) if len(rows) > 1 else 0
    found: NDArray[Any] = np.take(rows, begins + column)
    return found


def once(array: NDArray[Any]) -> NDArray[Any]:
    """Give the rows, (W, ...), or the first alone if it is repeated by `numpy.broadcast_to`."""
    return array if array.strides[0] else array[:1]

"""What both sides can get from a menu, in every world of a view: solutions and trade-offs.

`Known` looks at every package, with what it is worth to the other side; `Guessed` at some packages,
with what a model of the other side believes.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.frontier import SOLUTIONS
from sim.payoffs.frontiers import Frontiers
from sim.payoffs.ragged import chosen
from sim.protocol.state import Ints

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


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
        return self.frontiers.solution(named(name))[self.rows]

    def granting(self, utility: Floats) -> Ints:
        """Give the first package of the frontier that grants the utility."""
        start, stop = self._ends
        position = first(self.frontiers.theirs, start, stop, utility, "reached")
        return self._taken(position, position < stop)

    def suiting(self, utility: Floats) -> Ints:
        """Give the last package of the frontier that is worth the utility."""
        start, stop = self._ends
        position = first(self.frontiers.own, start, stop, utility, "below") - 1
        return self._taken(position, position >= start)

    def beating(self, product: Floats) -> Ints:
        """Give the first package of the frontier with a larger product."""
        start, stop = self._ends
        position = first(self.frontiers.peak, start, stop, product, "above")
        return self._taken(position, position < stop)

    @cached_property
    def _ends(self) -> tuple[Ints, Ints]:
        return self.frontiers.start[self.rows], self.frontiers.stop[self.rows]

    def _taken(self, position: Ints, inside: Flags) -> Ints:
        if not inside.any():
            return np.full(len(position), -1, dtype=np.int64)
        return np.where(inside, self.frontiers.package[np.where(inside, position, 0)], -1)


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
    how: Literal["reached", "above", "below"],
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

"""The Pareto frontiers of a seat's menus, for every pair of situations of both sides met."""

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.frontier import SOLUTIONS, pareto
from sim.payoffs.growing import Growing
from sim.payoffs.menu import PACKAGE, Menus
from sim.payoffs.values import Situations

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Frontiers:
    """Packages on which nobody gains without loss to the other, one row for each menu met.

    A row holds packages that give both sides at least what no deal is worth, best own first; on
    ties of the rule of a solution the point that is better for the seat.
    """

    def __init__(self, menus: Menus, own: Situations, theirs: Situations) -> None:
        self._menus, self._own, self._theirs = menus, own, theirs
        self._row: dict[tuple[int, int, int], int] = {}
        self._package, self._mine = Growing(np.int64), Growing(np.float64)
        self._yours, self._peak = Growing(np.float64), Growing(np.float64)
        self._ends = Growing(np.int64)
        self._ends.append(np.zeros(1, dtype=np.int64))
        self._solved = {name: Growing(np.int64) for name in SOLUTIONS}

    @property
    def package(self) -> Ints:
        """(n,) packages of all rows."""
        return self._package.rows

    @property
    def own(self) -> Floats:
        """(n,) own utilities: they fall within a row."""
        return self._mine.rows

    @property
    def theirs(self) -> Floats:
        """(n,) utilities of the other side: they rise within a row."""
        return self._yours.rows

    @property
    def peak(self) -> Floats:
        """(n,) the largest product of gains from the start of a row to here."""
        return self._peak.rows

    @property
    def start(self) -> Ints:
        """Where rows start."""
        return self._ends.rows[:-1]

    @property
    def stop(self) -> Ints:
        """Where rows stop."""
        return self._ends.rows[1:]

    def solution(self, name: str) -> Ints:
        """Give the package of a solution in every row; -1 where there is none."""
        return self._solved[name].rows

    def find(self, situation: Ints, menus: Ints, other: Ints) -> Ints:
        """Give the rows of menus, (n,): own situation, key of the menu, the other's situation."""
        kinds, back = np.unique(np.stack([situation, menus, other]), axis=1, return_inverse=True)
        keys = [tuple(column) for column in kinds.T.tolist()]
        for key in keys:
            if key not in self._row:
                self._row[key] = len(self._row)
                self._add(*key)
        rows = np.array([self._row[key] for key in keys], dtype=np.int64)
        return rows[back.ravel()]

    def _add(self, situation: int, key: int, other: int) -> None:
        where, menus = np.array([situation]), np.array([key])
        start, stop = (end[0] for end in self._menus.whole(where, menus))
        menu = np.sort(self._menus.keys[start:stop] & PACKAGE)
        sides = (self._own, situation), (self._theirs, other)
        points, none = (
            np.stack([_utility(*side, packages) for side in sides], axis=1)
            for packages in (menu, np.array([-1]))
        )
        rational = np.flatnonzero((points >= none).all(axis=1))
        best = rational[pareto(points[rational])[::-1]]
        points = points[best]
        gains = points - none[0]
        self._package.append(menu[best])
        self._mine.append(points[:, 0])
        self._yours.append(points[:, 1])
        self._peak.append(np.maximum.accumulate(gains.prod(axis=1)))
        self._ends.append(self._ends.rows[-1:] + len(best))
        for name, solve in SOLUTIONS.items():
            found = solve(points, none[0])
            self._solved[name].append(menu[best[[found]]] if found >= 0 else np.array([-1]))


def _utility(situations: Situations, number: int, packages: Ints) -> Floats:
    """Give the utilities of packages in one situation; of -1: of no deal."""
    found: Floats = situations.utility(np.array([number]), packages[None])[0]
    return found

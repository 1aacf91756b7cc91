"""What the outcomes of a talk are measured against: frontiers, and solutions on them."""

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.frontier import SOLUTIONS, solutions
from sim.payoffs.growing import Growing
from sim.payoffs.planes import Planes
from sim.payoffs.tables import Payoffs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST = 1 << 23
"""Numbers of a talk that are kept: cells that share payoffs share most of their situations."""


class Landmarks:
    """The landmarks of the situations (draw, outlook) of a talk that were met, a row for each.

    Each attribute grows; what it holds is its `rows`.

    Attributes:
        heads: (n, 2, 1 + H) values of states, of the hub and of the partner.
        least, span: (n, 2) their utility scales.
        reservations: (n, 2) utilities of no deal.
        solved: (n, S, 2) utilities of the solutions; not a number where there is none.
        points: (F, 2) Pareto-optimal utilities of all situations, one behind another.
        ends: (n + 1,) where each situation's points start, and where the last ones stop.
    """

    def __init__(self, heads: int) -> None:
        self._row: dict[tuple[int, int], int] = {}
        self.heads = Growing(np.float64, 2, 1 + heads)
        self.least, self.span = Growing(np.float64, 2), Growing(np.float64, 2)
        self.reservations = Growing(np.float64, 2)
        self.solved = Growing(np.float64, len(SOLUTIONS), 2)
        self.points, self.ends = Growing(np.float64, 2), Growing(np.int64)
        self.ends.append(np.zeros(1, dtype=np.int64))

    @property
    def full(self) -> bool:
        """Whether there are more than are kept."""
        return self.heads.rows.size + self.points.rows.size > MOST

    def find(self, payoffs: Payoffs, talk: int, draws: Ints, outlook: Ints) -> Ints:
        """Give the rows, (W,), of situations; of the payoffs and the talk that it is for."""
        codes = outlook * payoffs.draws + draws
        _, first, back = np.unique(codes, return_index=True, return_inverse=True)
        keys = list(zip(draws[first].tolist(), outlook[first].tolist(), strict=True))
        new = [n for n, key in enumerate(keys) if key not in self._row]
        if new:
            some = first[new]
            self._add(Planes.of(payoffs, talk, (0, talk + 1), draws[some], outlook[some]))
        for n in new:
            self._row[keys[n]] = len(self._row)
        return np.array([self._row[key] for key in keys], dtype=np.int64)[back]

    def _add(self, planes: Planes) -> None:
        _, points, ends = planes.frontiers()
        none = planes.reservations
        found = solutions(points, none, ends)
        solved = np.stack([_picked(points, found[name]) for name in SOLUTIONS], axis=1)
        self.heads.append(planes.heads)
        self.least.append(planes.least)
        self.span.append(planes.span)
        self.reservations.append(none)
        self.solved.append(solved)
        self.points.append(points)
        self.ends.append(self.ends.rows[-1] + ends[1:])


def _picked(points: Floats, positions: Ints) -> Floats:
    """Give points at positions, (n, 2); not a number for -1."""
    return np.where(positions[:, None] < 0, np.nan, points[positions])

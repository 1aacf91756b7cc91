"""Where an outcome stands: utilities, and distances to the frontier and its solutions."""

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.frontier import SOLUTIONS, distances
from sim.payoffs.landmarks import Landmarks
from sim.payoffs.tables import Payoffs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TOGETHER = 2_048
"""Outcomes that are looked at together: each may have a situation, and a frontier, of its own."""

_KNOWN: WeakKeyDictionary[Payoffs, dict[int, Landmarks]] = WeakKeyDictionary()


def reference_columns(
    payoffs: Payoffs,
    talk: int,
    draws: Ints,
    outlook: Ints,
    packages: Ints,
    lost: Floats | None = None,
) -> dict[str, Floats]:
    """Give where the outcomes of a talk stand, in the situation in which the talks ended.

    Args:
        payoffs: of the scenario.
        talk: number of the talk.
        draws, outlook, packages: (W,); `outlook` as from `Payoffs.encode`.
        lost: (W, 2) what hub and partner have lost of their outside options, USD bn a year.

    Returns:
        Columns (W,): utilities and reservation utilities of both sides, and Euclidean distances in
        the utility plane to the Pareto frontier and to its solutions (`frontier`); not a
        number where no package gives both sides their reservation value.
    """
    lost = np.zeros((len(draws), 2)) if lost is None else lost
    parts = [
        _columns(payoffs, talk, draws[part], outlook[part], packages[part], lost[part])
        for part in (slice(at, at + _TOGETHER) for at in range(0, max(len(draws), 1), _TOGETHER))
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _columns(
    payoffs: Payoffs, talk: int, draws: Ints, outlook: Ints, packages: Ints, lost: Floats
) -> dict[str, Floats]:
    """Give the columns of some outcomes.

    Landmarks met before with these payoffs are at hand. Whoever looks has them alone, and one that
    is interrupted leaves none behind.
    """
    known = _KNOWN.setdefault(payoffs, {})
    marks = known.pop(talk, None) or Landmarks(payoffs.heads[talk])
    row = marks.find(payoffs, talk, draws, outlook)
    ends = _ends(payoffs, talk, marks, row, draws, packages, lost)
    columns: dict[str, Floats] = {}
    for name, pairs in (("utility", ends), ("reservation", marks.reservations.rows[row])):
        columns |= {f"{name}.hub": pairs[:, 0], f"{name}.partner": pairs[:, 1]}
    start, stop = marks.ends.rows[row], marks.ends.rows[row + 1]
    columns["distance.pareto"] = distances(ends, marks.points.rows, start, stop)
    for k, name in enumerate(SOLUTIONS):
        apart = ends - marks.solved.rows[row, k]
        columns[f"distance.{name}"] = np.sqrt((apart**2).sum(axis=1))
    if not marks.full:
        known[talk] = marks
    return columns


def _ends(
    payoffs: Payoffs,
    talk: int,
    marks: Landmarks,
    row: Ints,
    draws: Ints,
    packages: Ints,
    lost: Floats,
) -> Floats:
    """Give the utilities of packages (-1: no deal), (W, 2), each in the situation of its row."""
    head, tail = np.divmod(packages, payoffs.tails[talk])
    values = marks.heads.rows[row, :, 1 + head]
    given = np.stack([payoffs.tail[c][talk][draws, tail] for c in (0, talk + 1)], axis=1)
    values += np.where(packages[:, None] < 0, -lost, given)
    scaled: Floats = (values - marks.least.rows[row]) / marks.span.rows[row]
    return scaled

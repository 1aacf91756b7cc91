"""Solution concepts on a finite set of utility pairs: pure functions of arrays.

Points are (P, 2): utility of the hub and of the partner. A reservation pair (2,) is what no deal is
worth to them; a solution is looked for among the points that give both at least that, and is -1
where there is none. Ties go to the lower number.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.ragged import batches, spread

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def pareto(points: Floats) -> Ints:
    """Give the points that no other dominates, (F,), by rising first utility.

    A point is dominated if another is no worse for either side and better for one. Of equal points
    the first stays.
    """
    order = np.lexsort((np.arange(len(points)), -points[:, 1], -points[:, 0]))
    second = points[order, 1]
    ahead = np.concatenate([[-np.inf], np.maximum.accumulate(second)[:-1]])
    found: Ints = order[second > ahead][::-1]
    return found


def gains(points: Floats, reservation: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Give gains over the reservation pair, (P, 2), and where both are at least zero, (P,)."""
    above = points - reservation
    return above, np.all(above >= 0, axis=1)


def _best(score: Floats, rational: NDArray[np.bool_]) -> int:
    return int(np.argmax(np.where(rational, score, -np.inf))) if rational.any() else -1


def nash(points: Floats, reservation: Floats, weight: float = 0.5) -> int:
    """Give the point with the largest g1^(2 weight) g2^(2 (1 - weight)); Nash (1950).

    With weight 1/2 the product of the gains g; else the asymmetric solution of Harsanyi and
    Selten (1972).
    """
    above, rational = gains(points, reservation)
    safe = np.maximum(above, 0)
    return _best(safe[:, 0] ** (2 * weight) * safe[:, 1] ** (2 * (1 - weight)), rational)


def kalai_smorodinsky(points: Floats, reservation: Floats) -> int:
    """Give the point with the largest min(g1 / G1, g2 / G2); Kalai and Smorodinsky (1975).

    G is each side's largest gain at points where the other loses nothing. A side that cannot gain
    anything does not count.
    """
    above, rational = gains(points, reservation)
    if not rational.any():
        return -1
    ideal = above[rational].max(axis=0)
    share = np.divide(above, ideal, out=np.full_like(above, np.inf), where=ideal > 0)
    return _best(share.min(axis=1), rational)


def egalitarian(points: Floats, reservation: Floats) -> int:
    """Give the point with the largest min(g1, g2); Kalai (1977)."""
    above, rational = gains(points, reservation)
    return _best(above.min(axis=1), rational)


def utilitarian(points: Floats, reservation: Floats) -> int:
    """Give the point with the largest u1 + u2; Harsanyi (1955)."""
    return _best(points.sum(axis=1), gains(points, reservation)[1])


def distances(outcomes: Floats, targets: Sequence[Floats], which: Ints) -> Floats:
    """Give the Euclidean distance of outcomes to the nearest of some targets, (n,).

    Args:
        outcomes: (n, 2).
        targets: sets of points, (m, 2) each, none empty.
        which: (n,) number of the set of each outcome.
    """
    stops = np.cumsum([len(points) for points in targets])
    starts = stops - [len(points) for points in targets]
    every, nearest = np.concatenate(targets), np.empty(len(outcomes))
    for part in batches(starts[which], stops[which]):
        position, begins, lengths = spread(starts[which[part]], stops[which[part]])
        apart = np.repeat(outcomes[part], lengths, axis=0) - every[position]
        nearest[part] = np.minimum.reduceat((apart**2).sum(axis=1), begins)
    found: Floats = np.sqrt(nearest)
    return found

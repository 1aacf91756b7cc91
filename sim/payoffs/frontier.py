"""Solution concepts on a finite set of utility pairs: pure functions of arrays.

Points are (P, 2): utility of the hub and of the partner. A reservation pair (2,) is what no deal is
worth to them; a solution is looked for among the points that give both at least that, and is -1
where there is none. Ties go to the lower number.
"""

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.ragged import batches, spread

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def pareto(points: Floats) -> Ints:
    """Give the points that no other dominates, (F,), by rising first utility.

    A point is dominated if another is no worse for either side and better for one. Of equal points
    the first stays.
    """
    order = np.lexsort((-points[:, 1], -points[:, 0]))
    second = points[order, 1]
    ahead = np.concatenate([[-np.inf], np.maximum.accumulate(second)[:-1]])
    found: Ints = order[second > ahead][::-1]
    return found


def undominated(sets: Floats) -> NDArray[np.bool_]:
    """Tell which points of sets of equal size, (n, P, 2), are in `pareto` of their set, (n, P)."""
    first, second = -sets[:, :, 0], -sets[:, :, 1]
    order = np.lexsort((second, first), axis=-1)
    ranked = np.take_along_axis(second, order, axis=1)
    found = np.ones(order.shape, dtype=bool)
    found[:, 1:] = ranked[:, 1:] < np.minimum.accumulate(ranked, axis=1)[:, :-1]
    told = np.empty_like(found)
    np.put_along_axis(told, order, found, axis=1)
    return told


def gains(points: Floats, reservation: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Give gains over the reservation pair, (P, 2), and where both are at least zero, (P,).

    The pair is (2,), or (P, 2) one for each point.
    """
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
    return _best(_product(above, weight), rational)


def _product(above: Floats, weight: float) -> Floats:
    safe = np.maximum(above, 0)
    found: Floats = safe[:, 0] ** (2 * weight) * safe[:, 1] ** (2 * (1 - weight))
    return found


def kalai_smorodinsky(points: Floats, reservation: Floats) -> int:
    """Give the point with the largest min(g1 / G1, g2 / G2); Kalai and Smorodinsky (1975).

    G is each side's largest gain at points where the other loses nothing. A side that cannot gain
    anything does not count.
    """
    above, rational = gains(points, reservation)
    if not rational.any():
        return -1
    return _best(_share(above, above[rational].max(axis=0)), rational)


def _share(above: Floats, ideal: Floats) -> Floats:
    share = np.divide(above, ideal, out=np.full_like(above, np.inf), where=ideal > 0)
    return _less(share)


def _less(pairs: Floats) -> Floats:
    less: Floats = np.minimum(pairs[:, 0], pairs[:, 1])
    return less


def egalitarian(points: Floats, reservation: Floats) -> int:
    """Give the point with the largest min(g1, g2); Kalai (1977)."""
    above, rational = gains(points, reservation)
    return _best(_less(above), rational)


def utilitarian(points: Floats, reservation: Floats) -> int:
    """Give the point with the largest u1 + u2; Harsanyi (1955)."""
    return _best(points.sum(axis=1), gains(points, reservation)[1])


SOLUTIONS = {"nash": nash, "kalai_smorodinsky": kalai_smorodinsky, "egalitarian": egalitarian}
"""The solutions that outcomes are measured against."""


def solutions(points: Floats, reservations: Floats, ends: Ints) -> dict[str, Ints]:
    """Give `SOLUTIONS` of many sets at once, by name the position of a point of each, (n,).

    Args:
        points: (P, 2) of all sets, one behind another, none empty.
        reservations: (n, 2).
        ends: (n + 1,) where each set starts, and where the last stops.
    """
    start, which = ends[:-1], np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    above, rational = gains(points, reservations[which])
    ideal = np.maximum.reduceat(np.where(rational[:, None], above, -np.inf), start)
    scores = {
        "nash": _product(above, 0.5),
        "kalai_smorodinsky": _share(above, ideal[which]),
        "egalitarian": _less(above),
    }
    return {
        name: _bests(np.where(rational, s, -np.inf), start, which) for name, s in scores.items()
    }


def _bests(score: Floats, start: Ints, which: Ints) -> Ints:
    """Give where the score of each set is largest, (n,); -1 where it is minus infinity."""
    top = np.maximum.reduceat(score, start)
    hits = np.flatnonzero(score == top[which])
    return np.where(top > -np.inf, hits[np.searchsorted(hits, start)], -1)


def distances(outcomes: Floats, points: Floats, start: Ints, stop: Ints) -> Floats:
    """Give the Euclidean distance of outcomes to the nearest of some points, (n,).

    Args:
        outcomes: (n, 2).
        points: (m, 2).
        start, stop: (n,) where the points of each outcome start and stop; there is at least one.
    """
    nearest = np.empty(len(outcomes))
    for part in batches(start, stop):
        position, begins, lengths = spread(start[part], stop[part])
        apart = np.repeat(outcomes[part], lengths, axis=0) - points[position]
        nearest[part] = np.minimum.reduceat((apart**2).sum(axis=1), begins)
    found: Floats = np.sqrt(nearest)
    return found

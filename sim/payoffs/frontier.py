"""What is efficient, what theory picks, and how far an outcome is from both.

Points are (P, 2): utility of the hub and of the partner. A reservation pair (2,) is what no deal is
worth to them; a solution is looked for among the points that give both at least that, and is -1
where there is none. Ties go to the lower number.
"""

from itertools import pairwise
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.tables import Payoffs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OUTCOMES = 2_048
"""Outcomes that are looked at together: each may have a situation, and a frontier, of its own."""

PACKAGES = 1 << 20
"""Packages of situations that are looked at together: few of them are compared."""

MOST = 1 << 23
"""Numbers of a talk that are kept: cells that share payoffs share most of their situations."""


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
    position, begins = _spread(start, stop)
    apart = np.repeat(outcomes, stop - start, axis=0) - points[position]
    found: Floats = np.sqrt(np.minimum.reduceat((apart**2).sum(axis=1), begins))
    return found


def _spread(start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Give every position of some ranges, one behind another, and where each begins among them."""
    lengths = stop - start
    begins = np.cumsum(lengths) - lengths
    return np.repeat(start - begins, lengths) + np.arange(lengths.sum()), begins


class Planes(NamedTuple):
    """The utilities of both sides in some situations (draw, outlook) of a talk.

    Attributes:
        heads: (n, 2, 1 + H) value of every state; column 0 is no deal.
        tails: (n, 2, T) what concession parts add.
        least, span: (n, 2) the utility scale: smallest value and range over the whole outcome
            space, the other talks without a deal.
    """

    heads: Floats
    tails: Floats
    least: Floats
    span: Floats

    @classmethod
    def of(
        cls, payoffs: Payoffs, talk: int, countries: tuple[int, int], draws: Ints, outlook: Ints
    ) -> "Planes":
        """Give the planes of situations: draws (n,) and outlooks (n,) as from `Payoffs.encode`."""
        kinds, back = np.unique(draws, return_inverse=True)
        alone = [payoffs.row(c, talk, kinds, np.zeros_like(kinds))[:, 1:] for c in countries]
        given = [payoffs.tail[c][talk] for c in countries]
        both = [(h, t[kinds]) for h, t in zip(alone, given, strict=True)]
        least = np.stack([h.min(axis=1) + t.min(axis=1) for h, t in both], axis=1)
        span = np.stack([h.max(axis=1) + t.max(axis=1) for h, t in both], axis=1) - least
        return cls(
            np.stack([payoffs.row(c, talk, draws, outlook) for c in countries], axis=1),
            np.stack([table[draws] for table in given], axis=1),
            least[back],
            np.where(span > 0, span, 1.0)[back],
        )

    def utilities(
        self, packages: Ints, which: Ints | int = 0, lost: Floats | float = 0.0
    ) -> Floats:
        """Give the utilities of packages (-1: no deal), (m, 2).

        Args:
            packages: (m,).
            which: (m,) in which of the situations each; all in the first if not given.
            lost: (m, 2) what no deal is worth less to both sides.
        """
        head, tail = np.divmod(packages, self.tails.shape[2])
        beyond = np.where(packages[:, None] < 0, -lost, self.tails[which, :, tail])
        values = self.heads[which, :, 1 + head] + beyond
        found: Floats = (values - self.least[which]) / self.span[which]
        return found

    @property
    def reservations(self) -> Floats:
        """(n, 2) utilities of no deal."""
        return (self.heads[:, :, 0] - self.least) / self.span

    def frontiers(self) -> tuple[Ints, Floats, Ints]:
        """Give the Pareto-optimal packages of all situations, one behind another.

        A sum of a dominated part and any other is dominated, so that only undominated parts need
        to be combined.

        Returns:
            packages (F,), by rising utility of the hub; their utilities (F, 2); and where each
            situation starts, and the last stops (n + 1,).
        """
        size = max(1, PACKAGES // (self.heads.shape[2] * self.tails.shape[2]))
        packages, points, counts = [np.zeros(0, dtype=np.int64)], [np.zeros((0, 2))], [0]
        for at in range(0, len(self.heads), size):
            some = Planes(*(part[at : at + size] for part in self))
            which, asked = some._candidates()
            worth = some.utilities(asked, which)
            bounds = np.searchsorted(which, np.arange(len(some.heads) + 1)).tolist()
            best = [start + pareto(worth[start:stop]) for start, stop in pairwise(bounds)]
            counts += [len(part) for part in best]
            packages += [asked[part] for part in best]
            points += [worth[part] for part in best]
        return np.concatenate(packages), np.concatenate(points), np.cumsum(counts)

    def _candidates(self) -> tuple[Ints, Ints]:
        """Give situations and packages, (M,) each and rising, of which both parts may be best."""
        heads = undominated(self.heads[:, :, 1:].transpose(0, 2, 1))
        tails = undominated(self.tails.transpose(0, 2, 1))
        which, head = np.nonzero(heads)
        stop = np.cumsum(np.count_nonzero(tails, axis=1))
        start = np.concatenate([[0], stop[:-1]])
        position, _ = _spread(start[which], stop[which])
        lengths = stop[which] - start[which]
        packages = np.repeat(head * self.tails.shape[2], lengths)
        packages += np.nonzero(tails)[1][position]
        return np.repeat(which, lengths), packages


class Landmarks(NamedTuple):
    """What the outcomes of a talk are measured against, in some situations (draw, outlook).

    Attributes:
        codes: (n,) the situations, `outlook * draws + draw`.
        solved: (n, S, 2) utilities of the solutions; not a number where there is none.
        counts: (n,) how many points each situation has.
        points: (F, 2) Pareto-optimal utilities of all situations, one behind another.
        planes: of the situations.
    """

    codes: Ints
    solved: Floats
    counts: Ints
    points: Floats
    planes: Planes

    @classmethod
    def of(cls, payoffs: Payoffs, talk: int, draws: Ints, outlook: Ints) -> "Landmarks":
        """Look at every package of the situations."""
        planes = Planes.of(payoffs, talk, (0, talk + 1), draws, outlook)
        _, points, ends = planes.frontiers()
        found = solutions(points, planes.reservations, ends)
        solved = [np.where(found[k][:, None] < 0, np.nan, points[found[k]]) for k in SOLUTIONS]
        codes = outlook * payoffs.draws + draws
        return cls(codes, np.stack(solved, axis=1), np.diff(ends), points, planes)

    def joined(self, more: "Landmarks") -> "Landmarks":
        """Give these situations and more."""
        planes = zip(self.planes, more.planes, strict=True)
        return Landmarks(
            np.concatenate((self.codes, more.codes)),
            np.concatenate((self.solved, more.solved)),
            np.concatenate((self.counts, more.counts)),
            np.concatenate((self.points, more.points)),
            Planes(*(np.concatenate(both) for both in planes)),
        )


_KNOWN: WeakKeyDictionary[Payoffs, dict[int, Landmarks]] = WeakKeyDictionary()
"""The landmarks of every talk that were met with some payoffs; they are never changed."""


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
        the utility plane to the Pareto frontier and to its solutions; not a number where no
        package gives both sides their reservation value.
    """
    lost = np.zeros((len(draws), 2)) if lost is None else lost
    parts = [
        _columns(payoffs, talk, draws[part], outlook[part], packages[part], lost[part])
        for part in (slice(at, at + OUTCOMES) for at in range(0, max(len(draws), 1), OUTCOMES))
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _columns(
    payoffs: Payoffs, talk: int, draws: Ints, outlook: Ints, packages: Ints, lost: Floats
) -> dict[str, Floats]:
    """Give the columns of some outcomes."""
    marks, row = _landmarks(payoffs, talk, draws, outlook)
    ends, none = marks.planes.utilities(packages, row, lost), marks.planes.reservations[row]
    columns: dict[str, Floats] = {}
    for name, pairs in (("utility", ends), ("reservation", none)):
        columns |= {f"{name}.hub": pairs[:, 0], f"{name}.partner": pairs[:, 1]}
    stop = np.cumsum(marks.counts)
    columns["distance.pareto"] = distances(
        ends, marks.points, stop[row] - marks.counts[row], stop[row]
    )
    for k, name in enumerate(SOLUTIONS):
        apart = ends - marks.solved[row, k]
        columns[f"distance.{name}"] = np.sqrt((apart**2).sum(axis=1))
    return columns


def _landmarks(payoffs: Payoffs, talk: int, draws: Ints, outlook: Ints) -> tuple[Landmarks, Ints]:
    """Give landmarks, and which of them each of some situations has, (W,).

    Those that were met before with these payoffs are at hand, unless there are too many.
    """
    known = _KNOWN.setdefault(payoffs, {})
    marks = known.get(talk)
    codes = outlook * payoffs.draws + draws
    unique, first, back = np.unique(codes, return_index=True, return_inverse=True)
    new = first if marks is None else first[~np.isin(unique, marks.codes)]
    if marks is None or len(new):
        made = Landmarks.of(payoffs, talk, draws[new], outlook[new])
        marks = made if marks is None else marks.joined(made)
        if marks.planes.heads.size + marks.points.size <= MOST:
            known[talk] = marks
        else:
            known.pop(talk, None)
    order = np.argsort(marks.codes)
    place = np.searchsorted(marks.codes, unique, sorter=order)
    return marks, order[place][back]

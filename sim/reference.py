"""Where an outcome stands: utilities, and distances to the frontier and its solutions."""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from sim.frontier import distances, egalitarian, kalai_smorodinsky, nash, pareto
from sim.payoffs import Payoffs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NOWHERE = np.full(2, np.nan)

POINTS = {"nash": nash, "kalai_smorodinsky": kalai_smorodinsky, "egalitarian": egalitarian}


@dataclass(frozen=True, eq=False)
class Scale:
    """Utilities of a seat: values over the whole outcome space, the other talks without a deal.

    Attributes:
        least, span: (D,) smallest value and range.
    """

    least: Floats
    span: Floats

    @classmethod
    def of(cls, payoffs: Payoffs, country: int, talk: int, draws: Ints) -> "Scale":
        """Set the scale for some draws; the others stay at 0 to 1."""
        least, span = np.zeros(payoffs.draws), np.ones(payoffs.draws)
        heads = payoffs.row(country, talk, draws, np.zeros_like(draws))[:, 1:]
        tails = payoffs.tail[country][talk][draws]
        low = heads.min(axis=1) + tails.min(axis=1)
        width = heads.max(axis=1) + tails.max(axis=1) - low
        least[draws], span[draws] = low, np.where(width > 0, width, 1.0)
        return cls(least, span)


@dataclass(frozen=True, eq=False)
class Plane:
    """The utilities of both sides in one situation of a talk.

    Attributes:
        heads: (2, 1 + H) value of every state; column 0 is no deal.
        tails: (2, n) what concession parts add.
        least, span: (2,) the utility scale.
    """

    heads: Floats
    tails: Floats
    least: Floats
    span: Floats

    def utilities(self, packages: Ints) -> Floats:
        """Give the utilities of packages (-1: no deal), (n, 2)."""
        head, tail = np.divmod(packages, self.tails.shape[1])
        given = np.where(packages < 0, 0.0, self.tails[:, tail])
        return self._scaled(self.heads[:, 1 + head] + given)

    @property
    def reservation(self) -> Floats:
        """(2,) utilities of no deal."""
        pair: Floats = self._scaled(self.heads[:, :1])[0]
        return pair

    def frontier(self) -> tuple[Ints, Floats]:
        """Give the Pareto-optimal packages, (F,), and their utilities, (F, 2).

        A sum of a dominated part and any other is dominated, so that only undominated parts need
        to be combined.
        """
        heads, tails = pareto(self.heads[:, 1:].T), pareto(self.tails.T)
        packages = (heads[:, None] * self.tails.shape[1] + tails[None, :]).ravel()
        packages.sort()
        points = self.utilities(packages)
        best = pareto(points)
        return packages[best], points[best]

    def _scaled(self, values: Floats) -> Floats:
        scaled: Floats = ((values - self.least[:, None]) / self.span[:, None]).T
        return scaled


def planes(
    payoffs: Payoffs, talk: int, countries: Sequence[int], draws: Ints, outlook: Ints
) -> list[Plane]:
    """Give the utility plane of each situation (draw, outlook)."""
    scales = [Scale.of(payoffs, c, talk, np.unique(draws)) for c in countries]
    rows = np.stack([payoffs.row(c, talk, draws, outlook) for c in countries], axis=1)
    return [
        Plane(
            rows[n],
            np.stack([payoffs.tail[c][talk][d] for c in countries]),
            np.array([scale.least[d] for scale in scales]),
            np.array([scale.span[d] for scale in scales]),
        )
        for n, d in enumerate(draws.tolist())
    ]


def reference_columns(
    payoffs: Payoffs, talk: int, draws: Ints, outlook: Ints, packages: Ints
) -> dict[str, Floats]:
    """Give where the outcomes of a talk stand, in the situation in which the talks ended.

    Args:
        payoffs: of the scenario.
        talk: number of the talk.
        draws, outlook, packages: (W,); `outlook` as from `Payoffs.encode`.

    Returns:
        Columns (W,): utilities and reservation utilities of both sides, and Euclidean distances in
        the utility plane to the Pareto frontier and to its solutions (`sim.frontier`); not a
        number where no package gives both sides their reservation value.
    """
    keys = outlook * payoffs.draws + draws
    _, first, back = np.unique(keys, return_index=True, return_inverse=True)
    marks = _landmarks(payoffs, talk, (0, talk + 1), draws[first], outlook[first])
    ends = _ends(marks, back, payoffs.tails[talk], packages)
    reservation = np.array([mark.reservation for mark in marks])[back]
    columns: dict[str, Floats] = {}
    for name, pairs in (("utility", ends), ("reservation", reservation)):
        columns |= {f"{name}.hub": pairs[:, 0], f"{name}.partner": pairs[:, 1]}
    columns["distance.pareto"] = distances(ends, [mark.frontier for mark in marks], back)
    for name in POINTS:
        points = np.array([mark.solutions.get(name, _NOWHERE) for mark in marks])[back]
        columns[f"distance.{name}"] = np.sqrt(((ends - points) ** 2).sum(axis=1))
    return columns


def _ends(marks: "Sequence[Landmarks]", back: Ints, tails: int, packages: Ints) -> Floats:
    """Give the utilities of packages, (W, 2), each in the situation that `back` says."""
    head, tail = np.divmod(packages, tails)
    states = np.where(packages < 0, 0, 1 + head).tolist()
    planes_of = [marks[n].plane for n in back.tolist()]
    values = np.array([plane.heads[:, k] for plane, k in zip(planes_of, states, strict=True)])
    if tails > 1:
        given = [plane.tails[:, k] for plane, k in zip(planes_of, tail.tolist(), strict=True)]
        values += np.where(packages[:, None] < 0, 0.0, np.array(given))
    least, span = (
        np.array([getattr(mark.plane, name) for mark in marks])[back] for name in ("least", "span")
    )
    scaled: Floats = (values - least) / span
    return scaled


@dataclass(frozen=True, eq=False)
class Landmarks:
    """What an outcome of a situation is measured against.

    Attributes:
        plane: the utilities.
        frontier: (F, 2) Pareto-optimal utilities.
        solutions: by name, (2,) utilities of a solution; left out where there is none.
        reservation: (2,) utilities of no deal.
    """

    plane: Plane
    frontier: Floats
    solutions: dict[str, Floats]
    reservation: Floats

    @classmethod
    def of(cls, plane: Plane) -> "Landmarks":
        """Find the frontier and the solutions of a plane."""
        points, none = plane.frontier()[1], plane.reservation
        found = {name: solve(points, none) for name, solve in POINTS.items()}
        return cls(plane, points, {n: points[k] for n, k in found.items() if k >= 0}, none)


_KNOWN: WeakKeyDictionary[Payoffs, dict[tuple[int, int, int], Landmarks]] = WeakKeyDictionary()
_MOST_KNOWN = 1 << 24
"""Values of states in the landmarks that are kept: cells that share payoffs share most of them."""


def _landmarks(
    payoffs: Payoffs, talk: int, seats: tuple[int, int], draws: Ints, outlook: Ints
) -> list[Landmarks]:
    """Give the landmarks of situations; those met before with these payoffs are at hand."""
    known = _KNOWN.setdefault(payoffs, {})
    if len(known) * 2 * (1 + payoffs.heads[talk]) > _MOST_KNOWN:
        known.clear()
    keys = [(talk, d, o) for d, o in zip(draws.tolist(), outlook.tolist(), strict=True)]
    new = np.array([n for n, key in enumerate(keys) if key not in known], dtype=np.int64)
    if len(new):
        fresh = planes(payoffs, talk, seats, draws[new], outlook[new])
        known.update((keys[n], Landmarks.of(p)) for n, p in zip(new.tolist(), fresh, strict=True))
    return [known[key] for key in keys]

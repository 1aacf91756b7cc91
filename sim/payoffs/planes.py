"""Utility planes: what every package of a talk is worth to both sides, in some situations."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.frontier import pareto, undominated
from sim.payoffs.ragged import spread
from sim.payoffs.tables import Payoffs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


_TOGETHER = 1 << 20
"""Packages of situations that are looked at together: few of them are compared."""


@dataclass(frozen=True, eq=False)
class Planes:
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
        scales = [_scale(payoffs, country, talk, kinds) for country in countries]
        least, span = (np.stack(part, axis=1)[back] for part in zip(*scales, strict=True))
        heads = np.stack([payoffs.row(c, talk, draws, outlook) for c in countries], axis=1)
        tails = np.stack([payoffs.tail[c][talk][draws] for c in countries], axis=1)
        return cls(heads, tails, least, span)

    def __len__(self) -> int:
        return len(self.heads)

    def __iter__(self) -> Iterator["Plane"]:
        return (self[n] for n in range(len(self)))

    def __getitem__(self, n: int) -> "Plane":
        return Plane(self.heads[n], self.tails[n], self.least[n], self.span[n])

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
        size = max(1, _TOGETHER // (self.heads.shape[2] * self.tails.shape[2]))
        parts = (self._some(slice(at, at + size)) for at in range(0, len(self), size))
        found = zip(*(part._frontiers() for part in parts), strict=True)
        packages, points, counts = (np.concatenate(part) for part in found)
        return packages, points, np.concatenate([[0], np.cumsum(counts)])

    def _some(self, part: slice) -> "Planes":
        return Planes(self.heads[part], self.tails[part], self.least[part], self.span[part])

    def _frontiers(self) -> tuple[Ints, Floats, list[int]]:
        """Give packages and utilities of all frontiers, and how many each situation has."""
        which, packages = self._candidates()
        points = self._utilities(which, packages)
        bounds = np.searchsorted(which, np.arange(len(self) + 1)).tolist()
        best = [start + pareto(points[start:stop]) for start, stop in pairwise(bounds)]
        chosen = np.concatenate(best)
        return packages[chosen], points[chosen], [len(part) for part in best]

    def _candidates(self) -> tuple[Ints, Ints]:
        """Give situations and packages, (M,) each and rising, of which both parts may be best."""
        heads = undominated(self.heads[:, :, 1:].transpose(0, 2, 1))
        tails = undominated(self.tails.transpose(0, 2, 1))
        which, head = np.nonzero(heads)
        stop = np.cumsum(np.count_nonzero(tails, axis=1))
        start = np.concatenate([[0], stop[:-1]])
        position, _, lengths = spread(start[which], stop[which])
        packages = np.repeat(head * self.tails.shape[2], lengths)
        packages += np.nonzero(tails)[1][position]
        return np.repeat(which, lengths), packages

    def _utilities(self, which: Ints, packages: Ints) -> Floats:
        head, tail = np.divmod(packages, self.tails.shape[2])
        values = self.heads[which, :, 1 + head] + self.tails[which, :, tail]
        found: Floats = (values - self.least[which]) / self.span[which]
        return found


def _scale(payoffs: Payoffs, country: int, talk: int, draws: Ints) -> tuple[Floats, Floats]:
    """Give the smallest value and the range of a seat in some draws, (n,) each."""
    heads = payoffs.row(country, talk, draws, np.zeros_like(draws))[:, 1:]
    tails = payoffs.tail[country][talk][draws]
    low = heads.min(axis=1) + tails.min(axis=1)
    width = heads.max(axis=1) + tails.max(axis=1) - low
    return low, np.where(width > 0, width, 1.0)


@dataclass(frozen=True, eq=False)
class Plane:
    """The utilities of both sides in one situation; as `Planes`, without the first axis."""

    heads: Floats
    tails: Floats
    least: Floats
    span: Floats

    def utilities(self, packages: Ints) -> Floats:
        """Give the utilities of packages (-1: no deal), (n, 2)."""
        head, tail = np.divmod(packages, self.tails.shape[1])
        given = np.where(packages < 0, 0.0, self.tails[:, tail])
        values = self.heads[:, 1 + head] + given
        found: Floats = ((values - self.least[:, None]) / self.span[:, None]).T
        return found

    @property
    def reservation(self) -> Floats:
        """(2,) utilities of no deal."""
        return (self.heads[:, 0] - self.least) / self.span

    def frontier(self) -> tuple[Ints, Floats]:
        """Give the Pareto-optimal packages, (F,), and their utilities, (F, 2)."""
        alone = Planes(self.heads[None], self.tails[None], self.least[None], self.span[None])
        packages, points, _ = alone.frontiers()
        return packages, points

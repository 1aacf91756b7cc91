"""What three talks add together, beyond what every two of them do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Triple:
    """What three talks add together where one of them holds a most-favoured clause.

    A holder's rate falls to the *best* of two rivals' rates: what each of them alone would bring
    does not add up. It is known at some points, each a combination of tariff parts, and linear
    between them.

    Attributes:
        talks: numbers, rising.
        shares: by talk, (1 + H, points) what each point counts for in a state; nothing without a
            deal.
        tables: by country, (E, n, a, b, c) at the points, by component with a weight in
            `Payoffs.weights`.
    """

    talks: tuple[int, int, int]
    shares: tuple[Floats, Floats, Floats]
    tables: tuple[Floats, ...] = ()

    def spread(self, table: Floats, states: Mapping[int, Ints]) -> Floats:
        """Give what is added, (…, n), with states (n,) of every talk, of a table (…, a, b, c)."""
        a, b, c = (share[states[i]] for i, share in zip(self.talks, self.shares, strict=True))
        added: Floats = np.einsum("...abc,na,nb,nc->...n", table, a, b, c, optimize=True)
        return added

    def value(
        self, country: int, states: Mapping[int, Ints], weights: Floats, family: Ints
    ) -> Floats:
        """Give what is added, (n, S).

        Args:
            country: number.
            states: of every talk, (n, 1), or of one of them (1, S).
            weights: (n, K) weights of the components.
            family: (n,) the solved economy that each row uses.
        """
        sides = [share[states[i]] for i, share in zip(self.talks, self.shares, strict=True)]
        total = np.zeros((len(family), max(side.shape[1] for side in sides)))
        for e in np.unique(family):
            at = np.flatnonzero(family == e)
            table = np.einsum("nk,kabc->nabc", weights[at], self.tables[country][e])
            total[at] = _contracted(table, [side if len(side) == 1 else side[at] for side in sides])
        return total

    def most(self, country: int, weights: Floats) -> float:
        """Give the most that is added or taken, with weights (D, K) of a country."""
        peak = np.abs(self.tables[country]).max(axis=(0, 2, 3, 4))
        return float((np.abs(weights) * peak).sum(axis=1).max())


def _contracted(table: Floats, sides: Sequence[Floats]) -> Floats:
    """Take the shares of three talks, (n, 1, points) or one (1, S, points), of (n, a, b, c)."""
    wide = None
    for axis, side in enumerate(sides, start=1):
        if side.shape[1] > 1:
            wide = side[0]
        else:
            shape = [1 if k != axis else -1 for k in range(1, 4)]
            table = (table * side.reshape(len(side), *shape)).sum(axis=axis, keepdims=True)
    left = table.reshape(len(table), -1)
    return left if wide is None else left @ wide.T

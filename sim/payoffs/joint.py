"""What talks are worth together: three beyond every two of them, and how many are still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

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
    left = table.reshape(len(table), int(np.prod(table.shape[1:])))
    return left if wide is None else left @ wide.T


Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Holdouts:
    """What the cost of no deal has beyond a sum over talks, for the hub.

    A talk is open without a deal, and with one that lowers nothing. With a cost c and a shape S
    over the number n of open talks, n open are worth c · (S[T] − S[n]), so that all T open are
    worth zero; of that the tables of the talks hold c · (T − n), what each saves alone.

    Attributes:
        worth: (D, T + 1) USD bn a year by number of open talks, beyond that sum; the last is 0.
        settles: by talk, (1 + H,) whether a state is a deal that lowers something.
    """

    worth: Floats
    settles: tuple[Flags, ...]

    @classmethod
    def of(cls, cost: Floats, shape: Sequence[float], settles: tuple[Flags, ...]) -> "Holdouts":
        """Give what a shape, (T + 1) from 0 on, adds to the sum; `cost` is (D,)."""
        heights = np.array(shape, dtype=np.float64)
        alone = np.arange(len(heights))
        return cls(cost[:, None] * ((heights[-1] - heights) - (alone[-1] - alone)), settles)

    def row(self, talk: int, draws: Ints, others: Mapping[int, Ints]) -> Floats:
        """Give what is added in every state of a talk, (n, 1 + H), the others' states given."""
        still = self._open(others, len(draws))
        settled, unsettled = self.worth[draws, still], self.worth[draws, still + 1]
        return np.where(self.settles[talk], settled[:, None], unsettled[:, None])

    def total(self, draws: Ints, states: Sequence[Ints]) -> Floats:
        """Give what is added with these states of all talks, (n,)."""
        return self.worth[draws, self._open(dict(enumerate(states)), len(draws))]

    @cached_property
    def most(self) -> float:
        """The most that it adds or takes."""
        return float(np.abs(self.worth).max())

    def _open(self, states: Mapping[int, Ints], n: int) -> Ints:
        still = np.zeros(n, dtype=np.int64)
        for talk, state in states.items():
            still += ~self.settles[talk][state]
        return still

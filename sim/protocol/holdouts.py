"""What it means to the hub how many talks are still open together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
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

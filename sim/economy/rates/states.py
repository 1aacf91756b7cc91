"""End states of the talks that are solved together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class EndStates:
    """What every talk has agreed in some end states.

    Attributes:
        heads: (T, B) tariff part of every talk; 0 without a deal, too.
        signed: (T, B) whether the talk has a deal.
        favoured: (B, S) sectors on which most-favoured clauses are carried out.
    """

    heads: Ints
    signed: Flags
    favoured: Flags

    def __len__(self) -> int:
        return int(self.heads.shape[1])

    @classmethod
    def nothing(cls, talks: int, sectors: int) -> "EndStates":
        """Give the state in which no talk has a deal."""
        none = np.zeros((talks, 1), dtype=np.int64)
        return cls(none, none > 0, np.zeros((1, sectors), dtype=bool))

    def some(self, rows: slice) -> "EndStates":
        """Give some of the states."""
        return EndStates(self.heads[:, rows], self.signed[:, rows], self.favoured[rows])

    def with_deals(self, moved: Mapping[int, Ints], favoured: Sequence[int]) -> "EndStates":
        """Add states in which some talks have deals with these tariff parts, (n,) each."""
        n = len(next(iter(moved.values())))
        heads = np.zeros((len(self.heads), n), dtype=np.int64)
        signed = np.zeros(heads.shape, dtype=bool)
        for talk, parts in moved.items():
            heads[talk], signed[talk] = parts, True
        flags = np.zeros((n, self.favoured.shape[1]), dtype=bool)
        flags[:, list(favoured)] = True
        return EndStates(
            np.concatenate([self.heads, heads], axis=1),
            np.concatenate([self.signed, signed], axis=1),
            np.concatenate([self.favoured, flags]),
        )

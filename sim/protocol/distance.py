"""How far two packages are from each other: level steps, or shares of the range of each issue."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Metric = Literal["levels", "ranges"]

WIDTH = 15
"""Bits of a distance: no two packages are 2**WIDTH units apart."""

_WORD = 16
"""Bits of a code that one table looks up."""

_MOST_BITS = 63

_SIMPLE, _ROUNDING = 1_000, Fraction(1, 10**12)


class Distance:
    """Measures how far packages are apart, summed over issues, in whole units.

    By `"levels"` a unit is a level step. By `"ranges"` it is a part of the range of every issue,
    from its lowest to its highest level: the least common denominator of all shares of ranges, so
    that equal distances are equal numbers; where a distance would not fit into `WIDTH` bits, the
    finest unit that does, and shares are rounded.

    Attributes:
        unit: units in the range of an issue; 0 for level steps.
        places: by issue, where its levels lie, in units.
        farthest: the largest distance of two packages.
        codes: (P,): a bit for every gap between neighbouring levels that lies below a package's
            level; None if there are more gaps than 63. Packages are as far apart as the gaps in
            whose bits their codes differ.
    """

    def __init__(
        self,
        levels: Sequence[Sequence[float]],
        columns: NDArray[np.signedinteger[Any]],
        metric: Metric = "levels",
    ) -> None:
        self._columns = columns
        self.unit, self.places = 0, [np.arange(len(values)) for values in levels]
        if metric == "ranges":
            shares = [_shares(values) for values in levels]
            self.unit = _unit(shares)
            self.places = [np.array([round(s * self.unit) for s in column]) for column in shares]
        ordered = [np.sort(place) for place in self.places]
        gaps = [int(gap) for place in ordered for gap in np.diff(place)]
        self.farthest = sum(gaps)
        self.codes = _codes(self.places, columns, len(gaps), small=bool(self.unit))
        words = [gaps[first : first + _WORD] for first in range(0, len(gaps), _WORD)]
        self._tables = [_sums(word) for word in words] if self.unit else []

    def between(self, a: Ints, b: Ints) -> NDArray[Any]:
        """Give the distances of packages, (n,) each."""
        if self.codes is not None:
            return self.apart(self.codes.take(a) ^ self.codes.take(b))
        total = np.zeros(len(a), dtype=np.int64)
        for place, column in zip(self.places, self._columns.T, strict=True):
            total += np.abs(place[column[a]] - place[column[b]])
        return total

    def apart(self, differ: NDArray[Any]) -> NDArray[Any]:
        """Give the distances of packages whose codes differ in these bits, (n,)."""
        if not self._tables:
            steps: NDArray[np.uint8] = np.bitwise_count(differ)
            return steps
        if len(self._tables) == 1:
            return self._tables[0].take(differ)
        total = np.zeros(len(differ), dtype=np.uint16)
        for word, table in enumerate(self._tables):
            bits = differ >> differ.dtype.type(_WORD * word)
            total += table.take((bits & differ.dtype.type((1 << _WORD) - 1)).astype(np.int64))
        return total


def _shares(levels: Sequence[float]) -> list[Fraction]:
    """Give how far levels lie from the lowest, as shares of the range."""
    values = [Fraction(repr(float(level))) for level in levels]
    low, range_ = min(values), max(values) - min(values)
    return [_simple((value - low) / range_) if range_ else Fraction(0) for value in values]


def _simple(share: Fraction) -> Fraction:
    """Give the simple fraction that a share is but for the rounding of its floats, if it is one."""
    simple = share.limit_denominator(_SIMPLE)
    return simple if abs(simple - share) < _ROUNDING else share


def _unit(shares: Sequence[Sequence[Fraction]]) -> int:
    """Give the parts into which a range is cut: as many as make all shares whole, if they fit."""
    most: int = ((1 << WIDTH) - 1) // max(len(shares), 1)
    exact = lcm(*(share.denominator for column in shares for share in column))
    return min(exact, most)


def _codes(
    places: Sequence[Ints], columns: NDArray[np.signedinteger[Any]], bits: int, small: bool
) -> NDArray[Any] | None:
    if bits > _MOST_BITS:
        return None
    fits = np.uint16 if small and bits <= _WORD else np.uint32 if bits <= 32 else np.uint64
    codes: NDArray[Any] = np.zeros(len(columns), fits)
    shift = 0
    for place, column in zip(places, columns.T, strict=True):
        rank = np.argsort(np.argsort(place, kind="stable"), kind="stable").astype(np.uint64)
        codes |= (((np.uint64(1) << rank[column]) - np.uint64(1)) << np.uint64(shift)).astype(fits)
        shift += len(place) - 1
    return codes


def _sums(gaps: Sequence[int]) -> NDArray[np.uint16]:
    """Give for every set of gaps, as bits, their sum."""
    sums = np.zeros(1, dtype=np.uint16)
    for gap in gaps:
        sums = np.concatenate([sums, sums + np.uint16(gap)])
    return sums

"""Issues, and the outcome space of a talk: a package is an integer."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]

PASS = -1
"""The package of a side that offers nothing; its utility is the reservation value."""


_TABULATED = 1 << 13
"""Most packages for which the level steps of every pair are kept in a table."""


@lru_cache(maxsize=4)
def _step_table(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Tabulate the level steps between all pairs of packages, (P x P,)."""
    levels = np.indices(shape).reshape(len(shape), -1).astype(np.int8)
    table = np.zeros((levels.shape[1],) * 2, dtype=np.uint8)
    for column in levels:
        table += np.abs(column[:, None] - column[None, :]).astype(np.uint8)
    return table.ravel()


@dataclass(frozen=True)
class Issue:
    """One thing to be settled in a talk.

    Attributes:
        name: short name, as in configs.
        kind: `"measure"` (a tariff measure of the hub) or `"concession"` (what the partner gives).
        levels: values in the unit of the issue. The first is *kept* for a measure (the no-deal
            rate) and *nothing given* for a concession.
        unit: unit of the levels, for labels.
        label: name for readers.
        goods: goods groups (sectors of the economy) that a measure is charged on.
        inclusive: levels below the first are totals that contain the most-favoured-nation rate.
    """

    name: str
    kind: Literal["measure", "concession"]
    levels: tuple[float, ...]
    unit: str = ""
    label: str = ""
    goods: tuple[str, ...] = ()
    inclusive: bool = False


@dataclass(frozen=True)
class OutcomeSpace:
    """All packages of a talk: one level for every issue, numbered from 0.

    Measures come before concessions, and the last issue varies fastest, so that
    package = tariff part x number of concession parts + concession part. Package 0 keeps every
    measure and gives nothing.
    """

    issues: tuple[Issue, ...]

    def __post_init__(self) -> None:
        kinds = [issue.kind for issue in self.issues]
        if kinds != sorted(kinds, reverse=True):
            raise ValueError("the measures of an outcome space come before its concessions")

    @cached_property
    def measures(self) -> tuple[Issue, ...]:
        """The measures, in order; M of them."""
        return tuple(i for i in self.issues if i.kind == "measure")

    @cached_property
    def concessions(self) -> tuple[Issue, ...]:
        """The concessions, in order."""
        return tuple(i for i in self.issues if i.kind == "concession")

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Number of levels of every issue."""
        return tuple(len(i.levels) for i in self.issues)

    @cached_property
    def size(self) -> int:
        """Number of packages, P."""
        return int(np.prod(self.shape, dtype=np.int64))

    @cached_property
    def parts(self) -> tuple[int, int]:
        """Numbers of tariff parts and of concession parts."""
        tariff = int(np.prod(self.shape[: len(self.measures)], dtype=np.int64))
        return tariff, self.size // tariff

    @cached_property
    def levels(self) -> NDArray[np.int8]:
        """(P, I): number of the level of every issue in every package."""
        table = np.indices(self.shape).reshape(len(self.shape), -1).T.astype(np.int8)
        table.flags.writeable = False
        return table

    @cached_property
    def lowered(self) -> Ints:
        """(P,): the measures that a package lowers, as a bit mask (bit m: measure m)."""
        cut = self.levels[:, : len(self.measures)] > 0
        return cut @ (1 << np.arange(len(self.measures), dtype=np.int64))

    def encode(self, levels: ArrayLike) -> int:
        """Give the package with these level numbers (one for every issue)."""
        return int(np.ravel_multi_index(tuple(np.asarray(levels)), self.shape))

    def decode(self, package: int) -> dict[str, float]:
        """Give the value of every issue in a package, by name."""
        numbers = self.levels[package]
        return {i.name: i.levels[n] for i, n in zip(self.issues, numbers, strict=True)}

    def package(self, **values: float) -> int:
        """Give the package with these values; issues not named stay at their first level."""
        numbers = [i.levels.index(values[i.name]) if i.name in values else 0 for i in self.issues]
        return self.encode(numbers)

    def steps(self, a: Ints, b: Ints) -> Ints:
        """Count the level steps between packages, summed over issues; (n,) each."""
        if self.size <= _TABULATED:
            table = _step_table(self.shape)
            counted: Ints = table[a * self.size + b].astype(np.int64)
            return counted
        total = np.zeros(len(a), dtype=np.int64)
        for column in self.levels.T:
            total += np.abs(column[a] - column[b])
        return total

    def menu(self, open_mask: int, null_deal: bool = False, must_lower: int = 0) -> Ints:
        """List the packages that touch only open measures.

        Args:
            open_mask: bit m set: measure m is open.
            null_deal: whether package 0 (nothing lowered, nothing given) may be on the menu.
            must_lower: bits of the measures that a package has to lower (review test by change).
        """
        on = ((self.lowered & ~open_mask) == 0) & ((self.lowered & must_lower) == must_lower)
        on[0] &= null_deal
        return np.flatnonzero(on)

"""Issues, and the outcome space of a talk: a package is an integer."""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import ConfigError
from sim.protocol.distance import Distance, Metric

Ints = NDArray[np.int64]

_KINDS = ("measure", "clause", "concession")

PACKAGE_BITS = 22
MOST_PACKAGES = 1 << PACKAGE_BITS
"""Packages of a talk: their numbers are packed beside values (`sim.kernels`)."""

PASS = -1
"""The package of a side that offers nothing; its utility is the reservation value."""


@dataclass(frozen=True)
class Issue:
    """One thing to be settled in a talk.

    Attributes:
        name: short name, as in configs.
        kind: `"measure"` (a tariff measure of the hub), `"clause"` (a most-favoured clause that the
            hub grants: 0 or 1) or `"concession"` (what the partner gives).
        levels: values in the unit of the issue. The first is *kept* for a measure (the no-deal
            rate) and *nothing given* for a concession.
        unit: unit of the levels, for labels.
        label: name for readers.
        goods: goods groups (sectors of the economy) that a measure is charged on.
        inclusive: levels below the first are totals that contain the most-favoured-nation rate.
    """

    name: str
    kind: Literal["measure", "clause", "concession"]
    levels: tuple[float, ...]
    unit: str = ""
    label: str = ""
    goods: tuple[str, ...] = ()
    inclusive: bool = False


@dataclass(frozen=True)
class OutcomeSpace:
    """All packages of a talk: one level for every issue, numbered from 0.

    Measures come before concessions, with a clause between them if it is an issue, and the last
    issue varies fastest, so that package = tariff part x number of concession parts + concession
    part; the clause belongs to the tariff part. Package 0 keeps every measure and gives nothing.

    Attributes:
        issues: what is to be settled.
        metric: how packages are apart: in level steps (`"levels"`), or in shares of the range of
            each issue (`"ranges"`).
    """

    issues: tuple[Issue, ...]
    metric: Metric = "levels"

    def __post_init__(self) -> None:
        packages = prod(len(issue.levels) for issue in self.issues)
        if packages > MOST_PACKAGES:
            raise ConfigError(
                f"levels: {packages:,} packages; a talk has at most {MOST_PACKAGES:,}: give fewer "
                "levels, or leave an issue out"
            )
        kinds = [_KINDS.index(issue.kind) for issue in self.issues]
        if kinds != sorted(kinds) or kinds.count(1) > 1:
            raise ValueError(
                "the measures of an outcome space come before its concessions; a clause, one at "
                "most, comes between them"
            )

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
        given = len(self.issues) - len(self.concessions)
        tariff = int(np.prod(self.shape[:given], dtype=np.int64))
        return tariff, self.size // tariff

    @cached_property
    def clause(self) -> int | None:
        """Number of the issue that is a most-favoured clause; None if it is no issue."""
        found = [k for k, issue in enumerate(self.issues) if issue.kind == "clause"]
        return found[0] if found else None

    @cached_property
    def granting(self) -> NDArray[np.bool_]:
        """(P,): whether a package holds a most-favoured clause."""
        if self.clause is None:
            return np.zeros(self.size, dtype=bool)
        granted: NDArray[np.bool_] = self.levels[:, self.clause] > 0
        return granted

    @cached_property
    def levels(self) -> NDArray[np.signedinteger[Any]]:
        """(P, I): number of the level of every issue in every package."""
        small = np.min_scalar_type(-max(self.shape, default=1))
        table = np.indices(self.shape).reshape(len(self.shape), -1).T.astype(small)
        table.flags.writeable = False
        return table

    @cached_property
    def listed(self) -> list[list[int]]:
        """As `levels`, as plain lists."""
        listed: list[list[int]] = self.levels.tolist()
        return listed

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

    def lowering(self, packages: Ints, measures: NDArray[np.bool_]) -> Ints:
        """Give packages (n,) with these measures, (n, M), lowered to their next level if kept."""
        kept = self.levels[packages, : len(self.measures)] == 0
        cuts: Ints = packages + (kept & measures) @ self.steps
        return cuts

    @cached_property
    def steps(self) -> Ints:
        """(M,): from a package to the one with a measure at its next level; 0 if it has none."""
        sizes = np.array(self.shape, dtype=np.int64)
        later = np.append(np.cumprod(sizes[:0:-1])[::-1], 1)
        several = sizes[: len(self.measures)] > 1
        steps: Ints = later[: len(self.measures)] * several
        return steps

    def joined(self, a: Ints, b: Ints, hub: bool) -> Ints:
        """Give packages, (n,), that give in every issue what the one or the other gives most.

        A hub gives by lowering measures and by asking for less, a partner by conceding and by
        asking for less to be lowered.
        """
        gives = np.array([(issue.kind == "measure") == hub for issue in self.issues], dtype=bool)
        one, two = self.levels[a], self.levels[b]
        both = np.where(gives, np.maximum(one, two), np.minimum(one, two))
        return np.asarray(np.ravel_multi_index(tuple(both.T), self.shape), dtype=np.int64)

    @cached_property
    def distance(self) -> Distance:
        """How far packages are apart."""
        return Distance([issue.levels for issue in self.issues], self.levels, self.metric)

    def menu(self, open_mask: int, signable: NDArray[np.bool_]) -> Ints:
        """List the packages that touch only open measures.

        Args:
            open_mask: bit m set: measure m is open.
            signable: (P,) packages that could be signed if everything were open.
        """
        return np.flatnonzero(((self.lowered & ~open_mask) == 0) & signable)

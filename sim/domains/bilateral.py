"""A talk of a scenario as a domain: what both sides get, as sums over issues."""

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations
from math import floor

import numpy as np

from sim.config.schema.sentences import unknown
from sim.domains.domain import Domain, Floats, Profile
from sim.errors import ConfigError
from sim.payoffs.frontier import Planes
from sim.protocol.issues import Issue, OutcomeSpace
from sim.scenario.scenario import Scenario

Block = tuple[int, ...]

_DIGITS = 15
"""Decimals of exported numbers; those of the weights add up to 1 exactly."""
_NOTHING = 1e-9
"""An interaction of issues that is smaller than this, in utility, is none."""


@dataclass(frozen=True)
class Export:
    """A talk as a domain.

    Attributes:
        domain: the domain; side A is the hub.
        joined: groups of issues of the talk that became one issue, by their names.
        error: the largest error of any package's utility on the scale of the talk, 0 to 1.
    """

    domain: Domain
    joined: tuple[tuple[str, ...], ...]
    error: float


def export(scenario: Scenario, talk: str, draw: int = 0, *, additive: bool = False) -> Export:
    """Give a talk as a domain, the other talks without a deal.

    The utility of a domain is a sum over its issues. Issues of the talk whose worth depends on each
    other, as tariffs in one economy, therefore become one issue whose values are their
    combinations, and every package keeps its utility. With `additive` every issue stays by itself:
    the sum that is nearest in least squares over all packages, an approximation.

    Utility is 0 at the worst and 1 at the best of all packages and no deal. What a domain cannot
    say is left out: scope, review rule, docket, dates, units; the package equal to no deal may be
    signed there.

    Args:
        scenario: with any payoffs.
        talk: name of the talk.
        draw: number of the draw of the payoffs.
        additive: keep every issue by itself.

    Raises:
        ConfigError: there is no such talk or draw.
    """
    names = [rules.name for rules in scenario.talks]
    if talk not in names:
        raise unknown("talk", talk, names, "talk")
    if not 0 <= draw < scenario.payoffs.draws:
        raise ConfigError(
            f"draw: {draw} is out of range; the draws are 0 to {scenario.payoffs.draws - 1}"
        )
    number = names.index(talk)
    space = scenario.talks[number].space
    seats = (0, number + 1)
    plane = Planes.of(scenario.payoffs, number, seats, np.array([draw]), np.array([0]))
    tables = [table.reshape(space.shape) for table in plane.utilities(np.arange(space.size)).T]
    alone: list[Block] = [(k,) for k in range(len(space.shape))]
    blocks = alone if additive else _blocks(tables)
    sums = [_Sum.of(table, blocks, fitted=additive) for table in tables]
    labels = {_name(space, block): _values(space, block) for block in blocks}
    first, second = (
        _profile(part, float(reservation), labels)
        for part, reservation in zip(sums, plane.reservations[0], strict=True)
    )
    return Export(
        domain=Domain(f"{scenario.name}, {talk}", (first, second)),
        joined=tuple(tuple(space.issues[k].name for k in b) for b in blocks if len(b) > 1),
        error=max(
            float(np.abs(part.table(blocks, space) - table).max())
            for part, table in zip(sums, tables, strict=True)
        ),
    )


@dataclass(frozen=True, eq=False)
class _Sum:
    """A table of utilities as a constant plus a part for every block of issues.

    Attributes:
        constant: what is there before any part.
        parts: by block, what each of its combinations adds; the least is 0.
    """

    constant: float
    parts: tuple[Floats, ...]

    @classmethod
    def of(cls, table: Floats, blocks: list[Block], *, fitted: bool) -> "_Sum":
        """Take a table apart: exactly, or fitted over all packages.

        Over a full grid the means by level, less the mean of all, are the least squares.
        """
        every = range(table.ndim)
        parts = []
        for block in blocks:
            others = tuple(k for k in every if k not in block)
            if fitted:
                part = table.mean(axis=others)
            else:
                part = table[tuple(slice(None) if k in block else 0 for k in every)]
            parts.append(part.ravel())
        start = table.mean() if fitted else table.flat[0]
        least = [float(part.min()) for part in parts]
        constant = float(start) + sum(low - float(start) for low in least)
        return cls(constant, tuple(part - low for part, low in zip(parts, least, strict=True)))

    def table(self, blocks: list[Block], space: OutcomeSpace) -> Floats:
        """Put the table together again, in the shape of the space."""
        total = np.full(space.shape, self.constant)
        for block, part in zip(blocks, self.parts, strict=True):
            total += part.reshape([n if k in block else 1 for k, n in enumerate(space.shape)])
        return total


def _blocks(tables: list[Floats]) -> list[Block]:
    """Part the issues into the smallest groups over which every table is a sum.

    Two issues belong together if, with some levels of the others, what one adds depends on the
    level of the other.
    """
    group = list(range(tables[0].ndim))
    for i, j in combinations(group, 2):
        if any(_interact(table, i, j) for table in tables):
            old, new = group[j], group[i]
            group = [new if g == old else g for g in group]
    return [tuple(k for k, g in enumerate(group) if g == first) for first in dict.fromkeys(group)]


def _interact(table: Floats, i: int, j: int) -> bool:
    without_i = table - table.take([0], i)
    return bool(np.abs(without_i - without_i.take([0], j)).max() > _NOTHING)


def _profile(part: _Sum, reservation: float, labels: dict[str, tuple[str, ...]]) -> Profile:
    """Scale a sum to weights that add up to 1 and values from 0 to 1."""
    spans = np.array([block.max() for block in part.parts])
    total = float(spans.sum())
    low, high = min(part.constant, reservation), max(part.constant + total, reservation)
    scale = high - low if high > low else 1.0
    worth = {}
    for name, span, block in zip(labels, spans.tolist(), part.parts, strict=True):
        share = block / span if span > 0 else block
        value = np.clip((part.constant - low + share * total) / scale, 0, 1).round(_DIGITS)
        worth[name] = dict(zip(labels[name], value.tolist(), strict=True))
    no_deal = round((reservation - low) / scale, _DIGITS)
    return Profile(dict(zip(labels, _weights(spans), strict=True)), worth, no_deal)


def _weights(spans: Floats) -> list[float]:
    """Give weights in proportion to spans, whose decimals add up to 1; largest remainders."""
    exact = [Fraction(span) for span in spans.tolist()]
    if not any(exact):
        exact = [Fraction(1)] * len(exact)
    parts = [10**_DIGITS * span / sum(exact) for span in exact]
    units = [floor(part) for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda k: units[k] - parts[k])
    for k in by_rest[: 10**_DIGITS - sum(units)]:
        units[k] += 1
    return [n / 10**_DIGITS for n in units]


def _name(space: OutcomeSpace, block: Block) -> str:
    return " + ".join(space.issues[k].name for k in block)


def _values(space: OutcomeSpace, block: Block) -> tuple[str, ...]:
    """Name the combinations of a block, the last issue fastest."""
    named = [_levels(space.issues[k]) for k in block]
    if len(block) == 1:
        return named[0]
    each = [
        [f"{space.issues[k].name} {level}" for level in levels]
        for k, levels in zip(block, named, strict=True)
    ]
    return tuple(reduce(lambda some, more: [f"{a}, {b}" for a in some for b in more], each))


def _levels(issue: Issue) -> tuple[str, ...]:
    """Name the levels of an issue by their numbers; counted if two are the same."""
    named = tuple(f"{level:.12g}" for level in issue.levels)
    return named if len(set(named)) == len(named) else tuple(map(str, range(len(named))))

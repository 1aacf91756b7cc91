"""How two talks touch each other: through the same goods, and through everything at once.

What the joint levels of two talks add to both own effects is taken from two sets of equilibria.
For goods that both are about, all joint levels are solved while the rest of both talks stays at no
deal. What is left, the interplay of these with other goods, is small and smooth: it is solved where
every group of goods is either at no deal or at its lowest rate, and interpolated in the added
points of the groups (multilinear).
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sim.economy.data.spec import Floats
from sim.economy.rates.tariffs import TariffBook
from sim.protocol.issues import Issue
from sim.protocol.rules import TalkRules

Ints = NDArray[np.int64]

MOST_CORNERS = 4096
"""Pairs of corners that are solved at most; with more groups the rest is left out."""


def same_goods(here: TalkRules, there: TalkRules) -> list[tuple[Ints, Ints]]:
    """Give the tariff parts of both talks that are solved jointly, a pair for each group."""
    return [(moving(here, a)[0], moving(there, b)[0]) for a, b in shared_groups(here, there)]


def shared_goods(here: TalkRules, there: TalkRules) -> list[tuple[str, ...]]:
    """Give the goods of each group of measures that both talks have."""
    return [
        tuple(
            dict.fromkeys(
                name
                for rules, measures in ((here, a), (there, b))
                for m in measures
                for name in rules.space.measures[m].goods
            )
        )
        for a, b in shared_groups(here, there)
    ]


def spread_same_goods(here: TalkRules, there: TalkRules, grids: Sequence[Floats]) -> Floats:
    """Add the interactions of all groups up, (…, H, H')."""
    total = np.zeros((*grids[0].shape[:-2], here.space.parts[0], there.space.parts[0]))
    for (a, b), grid in zip(shared_groups(here, there), grids, strict=True):
        rows, columns = moving(here, a)[1], moving(there, b)[1]
        total += grid.take(columns, axis=-1).take(rows, axis=-2)
    return total


def shared_groups(*talks: TalkRules) -> list[tuple[list[int], ...]]:
    """Group the measures of some talks that are charged on the same goods, if all have some."""
    items = [(side, m, issue) for side, t in enumerate(talks) for m, issue in _measures(t)]
    split = [
        tuple([items[k][1] for k in group if items[k][0] == side] for side in range(len(talks)))
        for group in _connected([issue for _, _, issue in items])
    ]
    return [sides for sides in split if all(sides)]


def moving(rules: TalkRules, measures: Sequence[int]) -> tuple[Ints, Ints]:
    """Give the tariff parts that move only these measures, and each part's place among them."""
    levels = _levels(rules)
    others = [m for m in range(levels.shape[1]) if m not in measures]
    only = np.flatnonzero((levels[:, others] == 0).all(axis=1))
    place = {tuple(levels[h, list(measures)]): k for k, h in enumerate(only.tolist())}
    return only, np.array([place[tuple(row)] for row in levels[:, list(measures)]])


def _measures(rules: TalkRules) -> list[tuple[int, Issue]]:
    return list(enumerate(rules.space.measures))


def corners(here: TalkRules, there: TalkRules) -> tuple[Ints, Ints]:
    """Give the tariff parts of both talks where every group is at no deal or at its lowest rate.

    Both are empty if there are too many.
    """
    a, b = corners_of(here), corners_of(there)
    if len(a) * len(b) > MOST_CORNERS:
        return a[:0], b[:0]
    return a, b


def spread_corners(
    here: tuple[TalkRules, TariffBook], there: tuple[TalkRules, TariffBook], grid: Floats
) -> Floats:
    """Interpolate what was found at the corners, (…, corners, corners') to (…, H, H')."""
    spread: Floats = nearness(*here) @ grid @ nearness(*there).T
    return spread


def corners_of(rules: TalkRules) -> Ints:
    """Give the tariff parts where every group is at no deal or at its lowest rate."""
    levels, groups = _levels(rules), _groups(rules)
    place = {tuple(row): h for h, row in enumerate(levels.tolist())}
    lowest = [len(issue.levels) - 1 for issue in rules.space.measures]
    found = []
    for low in product((False, True), repeat=len(groups)):
        moved = {m for group, down in zip(groups, low, strict=True) if down for m in group}
        found.append(place[tuple(lowest[m] if m in moved else 0 for m in range(len(lowest)))])
    return np.array(found)


def nearness(rules: TalkRules, book: TariffBook) -> Floats:
    """Give the weight of every corner in every tariff part, (H, corners); rows sum to one."""
    groups = _groups(rules)
    low = np.zeros((rules.space.parts[0], len(groups)))
    for g, group in enumerate(groups):
        low[:, g] = _lowered(rules, book, group)
    sides = np.array(list(product((False, True), repeat=low.shape[1])))
    weights: Floats = np.where(sides[None], low[:, None], 1 - low[:, None]).prod(axis=-1)
    return weights


def _connected(issues: Sequence[Issue]) -> list[list[int]]:
    """Group issues that are linked by common goods."""
    groups: list[tuple[set[str], list[int]]] = []
    for k, issue in enumerate(issues):
        goods = set(issue.goods)
        touching = [g for g in groups if g[0] & goods]
        groups = [g for g in groups if g not in touching]
        members = [x for g in touching for x in g[1]]
        groups.append((goods.union(*(g[0] for g in touching)), [*members, k]))
    return [members for _, members in groups]


def _levels(rules: TalkRules) -> Ints:
    """Give the level of every measure in every tariff part, (H, M)."""
    space = rules.space
    levels: Ints = space.levels[:: space.parts[1], : len(space.measures)].astype(np.int64)
    return levels


def _groups(rules: TalkRules) -> list[list[int]]:
    """Group the measures of one talk by common goods; those with one level move nothing."""
    groups = _connected(rules.space.measures)
    several = [m for m, issue in _measures(rules) if len(issue.levels) > 1]
    return [kept for group in groups if (kept := [m for m in group if m in several])]


def _lowered(rules: TalkRules, book: TariffBook, group: Sequence[int]) -> Floats:
    """Give how far down a group of measures is in every tariff part, (H,), from 0 to 1."""
    named = {name for m in group for name in rules.space.measures[m].goods}
    points = book.added[:, [book.goods.index(name) for name in book.goods if name in named]]
    alone, place = moving(rules, group)
    fall = (points[alone[0]] - points[alone]).mean(axis=1)
    lowered: Floats = (fall / max(fall.max(), 1e-12))[place]
    return lowered

"""What each state of the talks does to each seated country: the solved tables.

The table of a talk holds its own tariff parts while the other talks have no deal. Two talks touch
each other through the goods that both are about: for each such group the joint levels are solved,
and what is left after both own effects is their interaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.economy import cache
from sim.economy.base_year import BaseYear
from sim.economy.exact_hat import Equilibrium, solve
from sim.economy.spec import EconomySpec
from sim.economy.tariffs import TariffBook, TariffWorld
from sim.outcomes import Issue
from sim.rules import TalkRules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

VERSION = 1
"""Raise when the meaning of the tables changes: kept tables of another version are not used."""


@dataclass(frozen=True, eq=False)
class Components:
    """Solved tables, differences from no deal in any talk.

    The K components are welfare (equivalent variation), profits of each sector and tariff revenue,
    each in USD bn a year and the latter two deflated by the country's consumer prices, and
    consumer prices in points.

    Attributes:
        sectors: names (S); K = S + 3.
        main: by talk, (E, C, K, 1 + H): column 0 is no deal.
        cross: by pair of talks, (E, C, K, 1 + H_i, 1 + H_j).
    """

    sectors: tuple[str, ...]
    main: tuple[Floats, ...]
    cross: Mapping[tuple[int, int], Floats]

    def weights(
        self, profits: Sequence[tuple[Sequence[str], float]], revenue: float, price: float
    ) -> Floats:
        """Give the weights (K,) that turn components into a government's value."""
        out = np.zeros(len(self.sectors) + 3)
        out[0], out[-2], out[-1] = 1, revenue, -price
        for sectors, weight in profits:
            for name in sectors:
                out[1 + self.sectors.index(name)] += weight
        return out


def components(
    base: BaseYear, spec: EconomySpec, talks: Sequence[TalkRules], books: Sequence[TariffBook]
) -> Components:
    """Solve the tables of a scenario, or take them from the disk if they were solved before.

    Raises:
        ConvergenceError: an equilibrium did not converge.
    """
    sigma = np.stack([spec.sigma[name] for name in base.sectors], axis=1)
    key = cache.key(
        VERSION,
        base.flows,
        base.tariffs,
        sigma,
        spec.competition,
        spec.table,
        sorted((str(k), sorted(v.items())) for k, v in spec.third_country.items()),
        [base.regions, base.sectors, [spec.region[name] for name in _countries(talks)]],
        [
            (rules.space.shape[: len(rules.space.measures)], book.goods, book.added)
            for rules, book in zip(talks, books, strict=True)
        ],
        [_groups(talks, i, j) for i, j in _pairs(talks)],
    )
    kept = cache.load(key)
    if kept is None:
        kept = _solve(base, spec, talks, TariffWorld(base, spec, talks, books), sigma)
        cache.save(key, kept)
    main = tuple(kept[f"main.{i}"] for i in range(len(talks)))
    cross = {(i, j): _expand(kept, talks, i, j) for i, j in _pairs(talks)}
    return Components(base.sectors, main, cross)


def _pairs(talks: Sequence[TalkRules]) -> list[tuple[int, int]]:
    return [(i, j) for j in range(len(talks)) for i in range(j)]


def _groups(talks: Sequence[TalkRules], i: int, j: int) -> list[tuple[list[int], list[int]]]:
    """Group the measures of two talks that are charged on the same goods."""
    items = [(t, m, set(issue.goods)) for t in (i, j) for m, issue in _measures(talks[t])]
    groups: list[tuple[set[str], list[tuple[int, int]]]] = []
    for t, m, goods in items:
        touching = [g for g in groups if g[0] & goods]
        joined = (goods.union(*(g[0] for g in touching)), [x for g in touching for x in g[1]])
        groups = [g for g in groups if g not in touching]
        groups.append((joined[0], [*joined[1], (t, m)]))
    split = [
        ([m for t, m in members if t == i], [m for t, m in members if t == j])
        for _, members in groups
    ]
    return [(here, there) for here, there in split if here and there]


def _measures(rules: TalkRules) -> list[tuple[int, Issue]]:
    return list(enumerate(rules.space.measures))


def _heads(rules: TalkRules, measures: Sequence[int]) -> tuple[Ints, Ints]:
    """Give the tariff parts that move only these measures, and each part's place among them."""
    levels = rules.space.levels[:: rules.space.parts[1], : len(rules.space.measures)]
    others = [m for m in range(levels.shape[1]) if m not in measures]
    only = np.flatnonzero((levels[:, others] == 0).all(axis=1))
    place = {tuple(levels[h, list(measures)]): k for k, h in enumerate(only.tolist())}
    return only, np.array([place[tuple(row)] for row in levels[:, list(measures)]])


def _solve(
    base: BaseYear,
    spec: EconomySpec,
    talks: Sequence[TalkRules],
    world: TariffWorld,
    sigma: Floats,
) -> dict[str, Floats]:
    """Solve every state that the tables need, for every sample of the elasticities."""
    states = _States(len(talks))
    names = {}
    for i, rules in enumerate(talks):
        names[f"main.{i}"] = states.add({i: np.arange(rules.space.parts[0])})
    for i, j in _pairs(talks):
        for g, (here, there) in enumerate(_pair_heads(spec, talks, i, j)):
            a, b = (grid.ravel() for grid in np.meshgrid(here, there, indexing="ij"))
            names[f"joint.{i}.{j}.{g}"] = states.add({i: a, j: b})
    regions = [base.region(spec.region[c]) for c in _countries(talks)]
    vectors = world.vectors(states.heads)
    solved = np.stack([_outcomes(base, spec, vectors, row, regions) for row in sigma])
    tables = {name: solved[..., rows] for name, rows in names.items()}
    for i, j in _pairs(talks):
        for g, (here, there) in enumerate(_pair_heads(spec, talks, i, j)):
            joint = tables[f"joint.{i}.{j}.{g}"]
            joint = joint.reshape(*joint.shape[:3], len(here), len(there))
            joint = joint - tables[f"main.{i}"][..., here][..., :, None]
            tables[f"joint.{i}.{j}.{g}"] = joint - tables[f"main.{j}"][..., there][..., None, :]
    for i in range(len(talks)):
        none = np.zeros((*solved.shape[:3], 1))
        tables[f"main.{i}"] = np.concatenate([none, tables[f"main.{i}"]], axis=-1)
    return tables


def _pair_heads(
    spec: EconomySpec, talks: Sequence[TalkRules], i: int, j: int
) -> list[tuple[Ints, Ints]]:
    """Give the tariff parts of two talks that are solved together, one grid for each group."""
    if spec.table == "exact":
        here, there = (np.arange(talks[t].space.parts[0]) for t in (i, j))
        return [(here, there)]
    groups = _groups(talks, i, j)
    return [(_heads(talks[i], here)[0], _heads(talks[j], there)[0]) for here, there in groups]


def _expand(kept: Mapping[str, Floats], talks: Sequence[TalkRules], i: int, j: int) -> Floats:
    """Add the interactions of all groups up to a table over all pairs of tariff parts."""
    parts = [talks[t].space.parts[0] for t in (i, j)]
    total = np.zeros((*kept[f"main.{i}"].shape[:3], 1 + parts[0], 1 + parts[1]))
    if f"joint.{i}.{j}.0" not in kept:
        return total
    joint = kept[f"joint.{i}.{j}.0"]
    if joint.shape[-2:] == tuple(parts):
        total[..., 1:, 1:] = joint
        return total
    for g, (here, there) in enumerate(_groups(talks, i, j)):
        rows, columns = _heads(talks[i], here)[1], _heads(talks[j], there)[1]
        total[..., 1:, 1:] += kept[f"joint.{i}.{j}.{g}"][..., rows[:, None], columns[None, :]]
    return total


def _countries(talks: Sequence[TalkRules]) -> list[str]:
    return [talks[0].hub, *(rules.partner for rules in talks)]


def _outcomes(
    base: BaseYear, spec: EconomySpec, vectors: Floats, sigma: Floats, regions: list[int]
) -> Floats:
    """Give the components of some regions, (C, K, B): differences from the first vector."""
    found = solve(base.flows, base.tariffs, vectors, sigma, competition=spec.competition)
    values = _values(base, found, sigma, spec.competition)[:, regions]
    difference: Floats = np.moveaxis(values - values[:1], 0, -1)
    return difference


def _values(base: BaseYear, found: Equilibrium, sigma: Floats, competition: str) -> Floats:
    """Give the components of every region, (B, N, K), against the base year."""
    spending = ((1 + base.tariffs) * base.flows).sum(axis=(0, 2))
    before = base.flows.sum(axis=1) / sigma if competition == "monopolistic" else 0.0
    price = found.consumer_price[..., None]
    parts = [
        ((found.welfare - 1) * spending)[..., None],
        before * found.profits / price,
        found.revenue[..., None] / price,
        100 * (price - 1),
    ]
    return np.concatenate(parts, axis=-1)


class _States:
    """Collects states of the talks to be solved together; the first is no deal anywhere."""

    def __init__(self, talks: int) -> None:
        self.heads = [np.zeros(1, dtype=np.int64) for _ in range(talks)]

    def add(self, moved: Mapping[int, Ints]) -> Ints:
        """Add states in which some talks have these tariff parts; give their rows."""
        start, n = len(self.heads[0]), len(next(iter(moved.values())))
        none = np.zeros(n, dtype=np.int64)
        self.heads = [np.append(head, moved.get(t, none)) for t, head in enumerate(self.heads)]
        return np.arange(start, start + n)

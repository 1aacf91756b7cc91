"""What each state of the talks does to each seated country: the solved tables.

The table of a talk holds its own tariff parts while the other talks have no deal; what two talks
add to that together is their interaction, see `sim.economy.solved.interaction`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chance.luck import uniforms
from sim.economy.data.base_year import BaseYear
from sim.economy.data.spec import EconomySpec
from sim.economy.equilibrium.effects import TradeModel, component_names, owners, pass_through
from sim.economy.rates.states import EndStates
from sim.economy.rates.tariffs import TariffBook, TariffWorld
from sim.economy.solved import cache
from sim.economy.solved.interaction import (
    corners,
    same_goods,
    shared_goods,
    spread_corners,
    spread_same_goods,
)
from sim.economy.solved.three import Trio, tables_of, trios
from sim.errors import ConvergenceError
from sim.payoffs.joint import Triple
from sim.protocol.rules import TalkRules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Part = tuple[int, Ints]
"""A country and some components, by number."""

VERSION = 4
"""Raise when the meaning of the tables changes: kept tables of another version are not used."""

JOINT = 300
"""End states of all talks that are solved directly, to see how far the tables miss them."""

_CHUNK = 1024
"""Tariff vectors that are held at once."""


@dataclass(frozen=True, eq=False)
class Components:
    """Solved tables, differences from no deal in any talk.

    The K components are welfare (equivalent variation), profits of each sector and tariff revenue,
    each in USD bn a year and the latter two deflated by the country's consumer prices, and
    consumer prices in points.

    Attributes:
        sectors: names (S); K = S + 3.
        main: by talk, (E, C, K, 1 + H): column 0 is no deal.
        interaction: gives for a pair of talks what they add together to some components (n) of a
            country, (E, n, H_i, H_j).
        three: what three talks add beyond pairs, with its table (E, C, K, a, b, c).
        error: (E, C, K) how far the tables miss the joint solutions at most, as a share of their
            range; zero if there is one talk only.
        missed: (E, C, K, J) by how much they miss each of them, in the units of the components; J
            is 0 if there is one talk only.
        iterations, residual: most iterations and largest residual of any equilibrium.
        margins: (S,) least profits per unit of sales, over that without a change of duty, where
            sellers bear a part of the duties; None where buyers pay all.
    """

    sectors: tuple[str, ...]
    main: tuple[Floats, ...]
    interaction: Callable[[int, int, Part], Floats]
    three: tuple[tuple[Trio, Floats], ...]
    error: Floats
    missed: Floats
    iterations: int
    residual: float
    margins: Floats | None = None

    def cross(self, country: int, used: Ints) -> Mapping[tuple[int, int], Floats]:
        """By pair of talks, (E, n, 1 + H_i, 1 + H_j): zero where one has no deal.

        Args:
            country: its number (C).
            used: (n,) numbers of the components that are wanted.
        """
        pairs = _pairs(len(self.main))
        return {(i, j): _bordered(self.interaction(i, j, (country, used))) for i, j in pairs}

    def triples(self, used: Sequence[Ints]) -> tuple[Triple, ...]:
        """What three talks add together, with the components that are used, by country."""
        return tuple(
            replace(trio.triple, tables=tuple(_taken(table, (c, k)) for c, k in enumerate(used)))
            for trio, table in self.three
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the components (K)."""
        return component_names(self.sectors)

    def weights(
        self, profits: Sequence[tuple[Sequence[str], float]], revenue: float, price: float,
        welfare: float = 1.0,
    ) -> Floats:  # fmt: skip
        """Give the weights (K,) that turn components into a government's value."""
        out = np.zeros(len(self.sectors) + 3)
        out[0], out[-2], out[-1] = welfare, revenue, -price
        for sectors, weight in profits:
            for name in sectors:
                out[1 + self.sectors.index(name)] += weight
        return out


def components(
    base: BaseYear, spec: EconomySpec, talks: Sequence[TalkRules], books: Sequence[TariffBook]
) -> Components:
    """Solve the tables of a scenario, or take them from the disk if they were solved before.

    Raises:
        ConfigError: plants or pass-through do not fit.
        ConvergenceError: an equilibrium did not converge.
    """
    key = cache.key(VERSION, *determined_by(base, spec, talks, books))
    kept = cache.load(key)
    if kept is None:
        kept = _Solver(base, spec, talks, books).solve(samples(base, spec))
        cache.save(key, kept)
    iterations, residual = kept["convergence"].tolist()
    return Components(
        sectors=base.sectors,
        main=tuple(kept[f"main.{i}"] for i in range(len(talks))),
        interaction=partial(_interaction, kept, talks, books),
        three=tuple((trio, kept[trio.name]) for trio in trios(talks, books)),
        error=kept["error"],
        missed=kept["missed"],
        iterations=int(iterations),
        residual=residual,
        margins=kept.get("margins"),
    )


def determined_by(
    base: BaseYear, spec: EconomySpec, talks: Sequence[TalkRules], books: Sequence[TariffBook]
) -> list[Any]:
    """List all that the tables depend on, for the key that they are kept under."""
    return [
        base.flows,
        base.tariffs,
        samples(base, spec),
        [spec.competition, spec.imbalance, spec.table],
        pass_through(base, spec.at(0)),
        owners(base, spec),
        sorted((str(k), sorted(v.items())) for k, v in spec.third_country.items()),
        [base.regions, base.sectors, [spec.region[name] for name in _countries(talks)]],
        [
            (rules.space.shape[: len(rules.space.measures)], book.goods, book.added)
            for rules, book in zip(talks, books, strict=True)
        ],
        [[list(issue.goods) for issue in rules.space.measures] for rules in talks],
        [rules.clause for rules in talks],
        *([trio.name, list(trio.parts)] for trio in trios(talks, books)),
        *_options(base, spec),
    ]


def _options(base: BaseYear, spec: EconomySpec) -> list[Any]:
    """List what is set of prices, duties, links, markups and labour; nothing where nothing is."""
    said: list[Any] = [] if spec.prices == "numeraire" else [spec.prices]
    said += [] if spec.lobbies == "equilibrium" else [spec.lobbies]
    said += [
        ["duty", duty.importer, duty.exporters, duty.sectors, duty.points()] for duty in spec.duties
    ]
    if base.linkage is not None:
        said.append(["links", base.linkage.value_added, base.linkage.inputs])
    if spec.passed:
        said.append(["passed", sorted((name, p) for name, p in spec.passed.items())])
    if spec.markup:
        said.append(["markup", sorted(spec.markup.items())])
    if spec.labour is not None:
        labour = spec.labour
        said.append(["labour", spec.revenue, labour.elasticity, labour.scale, labour.tax])
    return said


def samples(base: BaseYear, spec: EconomySpec) -> Floats:
    """Give the samples of the elasticities, (E, S)."""
    return np.stack([spec.sigma[name] for name in base.sectors], axis=1)


def _pairs(talks: int) -> list[tuple[int, int]]:
    return [(i, j) for j in range(talks) for i in range(j)]


def _countries(talks: Sequence[TalkRules]) -> list[str]:
    return [talks[0].hub, *(rules.partner for rules in talks)]


def _bordered(joint: Floats) -> Floats:
    """Put a row and a column of zeros, no deal, before tables over tariff parts."""
    total = np.zeros((*joint.shape[:-2], 1 + joint.shape[-2], 1 + joint.shape[-1]))
    total[..., 1:, 1:] = joint
    return total


def _interaction(
    kept: Mapping[str, Floats],
    talks: Sequence[TalkRules],
    books: Sequence[TariffBook],
    i: int,
    j: int,
    part: Part | None = None,
) -> Floats:
    """Give the interaction of two talks over all pairs of their tariff parts, (…, H_i, H_j).

    It is that of all countries and components, (E, C, K), or of a part of them, (E, n).
    """
    if f"exact.{i}.{j}" in kept:
        return _taken(kept[f"exact.{i}.{j}"], part)
    here, there = talks[i], talks[j]
    grids = [_taken(kept[name], part) for name in _same_names(here, there, i, j)]
    if grids:
        total = spread_same_goods(here, there, grids)
    else:
        before = _taken(kept[f"main.{i}"], part).shape[:-1]
        total = np.zeros((*before, here.space.parts[0], there.space.parts[0]))
    if f"corners.{i}.{j}" in kept:
        grid = _taken(kept[f"corners.{i}.{j}"], part)
        total += spread_corners((here, books[i]), (there, books[j]), grid)
    return total


def _taken(table: Floats, part: Part | None) -> Floats:
    """Take some components of a country, (E, n, …), of all, (E, C, K, …)."""
    if part is None:
        return table
    country, used = part
    return np.ascontiguousarray(table[:, country][:, used])


def _same_names(here: TalkRules, there: TalkRules, i: int, j: int) -> list[str]:
    return [f"same.{i}.{j}.{g}" for g in range(len(same_goods(here, there)))]


class _Solver:
    """Solves every state that the tables of a scenario need, and makes the tables of them."""

    def __init__(
        self,
        base: BaseYear,
        spec: EconomySpec,
        talks: Sequence[TalkRules],
        books: Sequence[TariffBook],
    ) -> None:
        self._base, self._spec, self._talks, self._books = base, spec, talks, books
        self._world = TariffWorld(base, spec, talks, books)
        self._regions = [base.region(spec.region[c]) for c in _countries(talks)]
        self._states = EndStates.nothing(len(talks), len(base.sectors))
        self._rows: dict[str, Ints] = {}
        self._convergence = np.zeros(2)
        self._margins = np.ones(len(base.sectors))

    def solve(self, sigma: Floats) -> dict[str, Floats]:
        """Give the tables to be kept, for every sample of the elasticities, (E, S)."""
        self._ask()
        solved = np.stack([self._components(e, row) for e, row in enumerate(sigma)])
        tables: dict[str, Floats] = {}
        for i in range(len(self._talks)):
            own = solved[..., self._rows[f"main.{i}"]]
            tables[f"main.{i}"] = np.concatenate([np.zeros((*own.shape[:3], 1)), own], axis=-1)
        for i, j in _pairs(len(self._talks)):
            self._interactions(tables, solved, i, j)
        tables |= tables_of(self._three, solved)
        tables["missed"], tables["error"] = self._missed(tables, solved)
        tables["convergence"] = self._convergence
        if self._spec.passed or (pass_through(self._base, self._spec) < 1).any():
            tables["margins"] = self._margins
        return tables

    def _ask(self) -> None:
        """List the states: each talk alone, pairs of talks, and a sample of all together."""
        sizes = [rules.space.parts[0] for rules in self._talks]
        for i, size in enumerate(sizes):
            self._rows[f"main.{i}"] = self._add({i: np.arange(size)})
        for i, j in _pairs(len(self._talks)):
            for name, grid, goods in self._grids(i, j):
                a, b = (side.ravel() for side in np.meshgrid(*grid, indexing="ij"))
                self._rows[name] = self._add({i: a, j: b}, goods)
        self._three = [(trio, trio.ask(self._add)) for trio in trios(self._talks, self._books)]
        if len(sizes) > 1:
            luck = uniforms(0, "economy", "joint states", JOINT, n=len(sizes))
            self._sample = (luck * sizes).astype(np.int64)
            self._rows["joint"] = self._add(dict(enumerate(self._sample.T)), self._base.sectors)

    def _add(self, moved: Mapping[int, Ints], goods: Sequence[str] = ()) -> Ints:
        """Ask for states with these tariff parts, and with clauses on some goods; give the rows."""
        start = len(self._states)
        favoured = [self._base.sector(name) for name in goods]
        self._states = self._states.with_deals(moved, favoured)
        return np.arange(start, len(self._states))

    def _grids(self, i: int, j: int) -> list[tuple[str, tuple[Ints, Ints], Sequence[str]]]:
        """Name the grids of tariff parts that are solved for two talks, and the goods of each."""
        here, there = self._talks[i], self._talks[j]
        every = self._base.sectors
        if self._spec.table == "exact":
            sides = np.arange(here.space.parts[0]), np.arange(there.space.parts[0])
            return [(f"exact.{i}.{j}", sides, every)]
        named: list[tuple[str, tuple[Ints, Ints], Sequence[str]]] = list(
            zip(
                _same_names(here, there, i, j),
                same_goods(here, there),
                shared_goods(here, there),
                strict=True,
            )
        )
        low = corners(here, there)
        return [*named, *([(f"corners.{i}.{j}", low, every)] if len(low[0]) else [])]

    def _components(self, e: int, sigma: Floats) -> Floats:
        """Give the components of the seated countries, (C, K, B): differences from no deal."""
        model = TradeModel(self._base, self._spec.at(e), sigma)
        parts = []
        for start in range(0, len(self._states), _CHUNK):
            states = self._states.some(slice(start, start + _CHUNK))
            vectors = self._world.at_the_end(states)
            markup = np.maximum(model.base.markup, 1e-300)
            self._margins = np.minimum(self._margins, model.margins(vectors) / markup)
            try:
                found = model.effects(vectors)
            except ConvergenceError as problem:
                raise self._named(problem, start, e) from None
            parts.append(found.values[:, self._regions])
            worst = [found.iterations.max(), found.residual.max()]
            self._convergence = np.maximum(self._convergence, worst)
        values = np.concatenate(parts)
        difference: Floats = np.moveaxis(values - values[:1], 0, -1)
        return difference

    def _named(self, problem: ConvergenceError, start: int, e: int) -> ConvergenceError:
        """Say which state of the talks a tariff vector is."""
        state = start + problem.vector
        words = []
        for rules, heads in zip(self._talks, self._states.heads, strict=True):
            said = rules.space.decode(int(heads[state]) * rules.space.parts[1])
            rates = ", ".join(f"{m.name} {said[m.name]:g}" for m in rules.space.measures)
            words.append(f"{rules.name}: {rates}")
        name = f"the end state {'; '.join(words)} at sample {e} of the elasticities"
        return ConvergenceError(state, problem.reason, name)

    def _interactions(self, tables: dict[str, Floats], solved: Floats, i: int, j: int) -> None:
        """Take both own effects off the joint ones; at the corners, the same goods' too."""
        for name, (here, there), _ in self._grids(i, j):
            joint = solved[..., self._rows[name]]
            joint = joint.reshape(*joint.shape[:3], len(here), len(there))
            joint = joint - tables[f"main.{i}"][..., 1 + here][..., :, None]
            joint -= tables[f"main.{j}"][..., 1 + there][..., None, :]
            if name.startswith("corners"):
                joint -= self._known(tables, i, j, (here[:, None], there[None, :]), joint)
                if not (self._talks[i].clause or self._talks[j].clause):
                    joint[..., 0, :], joint[..., :, 0] = 0, 0
            tables[name] = joint

    def _known(
        self, tables: Mapping[str, Floats], i: int, j: int, at: tuple[Ints, Ints], like: Floats
    ) -> Floats:
        """Give the interaction of two talks, as the tables have it so far, at some tariff parts.

        One component of a country at a time: over all pairs of parts they would fill the memory.
        """
        found = np.empty_like(like)
        for c, k in np.ndindex(like.shape[1:3]):
            part = (c, np.array([k]))
            joint = _interaction(tables, self._talks, self._books, i, j, part)
            found[:, c, k] = joint[:, 0][:, at[0], at[1]]
        return found

    def _missed(self, tables: Mapping[str, Floats], solved: Floats) -> tuple[Floats, Floats]:
        """Give by how much the tables miss the sampled joint solutions, (E, C, K, J).

        Also at most, as a share of their range, (E, C, K).
        """
        if "joint" not in self._rows:
            return np.zeros((*solved.shape[:3], 0)), np.zeros(solved.shape[:3])
        truth = solved[..., self._rows["joint"]]
        got = np.zeros_like(truth)
        for i in range(len(self._talks)):
            got += tables[f"main.{i}"][..., 1 + self._sample[:, i]]
        for i, j in _pairs(len(self._talks)):
            got += self._known(tables, i, j, (self._sample[:, i], self._sample[:, j]), got)
        for trio, _ in self._three:
            got += trio.triple.spread(tables[trio.name], dict(enumerate(1 + self._sample.T)))
        missed, size = got - truth, np.ptp(truth, axis=-1)
        off = np.abs(missed).max(axis=-1)
        error: Floats = np.divide(off, size, out=np.zeros_like(off), where=size > 0)
        return missed, error

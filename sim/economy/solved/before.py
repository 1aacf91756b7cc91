"""The rates in force before a deal, solved: each talk alone, and beside every state of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.economy.data.spec import EconomySpec
from sim.economy.equilibrium.effects import TradeModel
from sim.economy.rates.schedule import Schedule
from sim.economy.rates.tariffs import TariffBook, TariffWorld
from sim.economy.solved import cache
from sim.economy.solved.components import Components, determined_by, samples
from sim.errors import ConvergenceError
from sim.payoffs.interim import Interim
from sim.payoffs.tables import Payoffs
from sim.protocol.rules import TalkRules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

VERSION = 1
"""Raise when the meaning of the tables changes."""

_CHUNK = 1024
"""Tariff vectors that are held at once."""


@dataclass(frozen=True)
class Standing:
    """The rates in force while talks go on.

    Attributes:
        since: days from which each step of them holds (S), rising.
        schedules: by talk, its measures over time as long as the pause lasts.
    """

    since: tuple[date, ...]
    schedules: tuple[Schedule, ...]

    def points(self, books: Sequence[TariffBook]) -> tuple[Floats, ...]:
        """Give by talk the points on the goods of its book, (S, G)."""
        return tuple(
            np.array([schedule.points(day, book.goods) for day in self.since])
            for schedule, book in zip(self.schedules, books, strict=True)
        )


def interim(
    spec: EconomySpec,
    talks: Sequence[TalkRules],
    books: Sequence[TariffBook],
    solved: Components,
    payoffs: Payoffs,
    weights: Sequence[tuple[Floats, Ints]],
    standing: Standing,
) -> Interim:
    """Weigh what the rates before a deal do, draw by draw.

    Args:
        spec: data and settings of the trade model.
        talks, books, solved, payoffs: of the scenario, at the last no-deal rates.
        weights: by country, (D, K) weights of the components, and which of them are used.
        standing: the rates.

    Raises:
        ConvergenceError: an equilibrium did not converge.
    """
    tables = _tables(spec, talks, books, standing)
    numbers, countries = range(len(talks)), range(len(payoffs.countries))
    alone = {i: tables[f"main.{i}"] for i in numbers}
    beside, both = {}, {}
    for i in numbers:
        for j in numbers:
            if i != j:
                joint = tables[f"beside.{i}.{j}"] - alone[i][..., None]
                joint -= solved.main[j][..., None, :]
                joint[..., 0] = 0
                beside[i, j] = _used(joint, weights)
            if i < j:
                both[i, j] = _used(tables[f"both.{i}.{j}"] - alone[i] - alone[j], weights)
    main = tuple(
        tuple(weighed(alone[i][:, c], *weights[c], payoffs.family) for i in numbers)
        for c in countries
    )
    return Interim(payoffs, standing.since, main, beside, both)


def _used(table: Floats, weights: Sequence[tuple[Floats, Ints]]) -> tuple[Floats, ...]:
    """Give by country the components that have a weight, (E, n, …) of (E, C, K, …)."""
    return tuple(np.ascontiguousarray(table[:, c][:, used]) for c, (_, used) in enumerate(weights))


def weighed(table: Floats, weights: Floats, used: Ints, family: Ints) -> Floats:
    """Weigh a country's table, (E, K, n), in every draw, (D, n); component after component."""
    total = np.zeros((len(family), table.shape[-1]))
    for k in used:
        total += weights[:, k, None] * table[family, k]
    return total


def _tables(
    spec: EconomySpec,
    talks: Sequence[TalkRules],
    books: Sequence[TariffBook],
    standing: Standing,
) -> Mapping[str, Floats]:
    """Solve, or take from the disk, what the rates do against no deal; (E, C, K, …) each."""
    points = standing.points(books)
    parts = determined_by(spec.base, spec, talks, books)
    key = cache.key("before a deal", VERSION, *parts, list(points))
    kept = cache.load(key)
    if kept is None:
        kept = _solve(spec, talks, books, points)
        cache.save(key, kept)
    return kept


def _solve(
    spec: EconomySpec,
    talks: Sequence[TalkRules],
    books: Sequence[TariffBook],
    points: Sequence[Floats],
) -> dict[str, Floats]:
    states = _states(books, points)
    joined = [np.concatenate([state[k] for state in states.values()]) for k in range(len(talks))]
    world = TariffWorld(spec.base, spec, talks, books)
    countries = (talks[0].hub, *(rules.partner for rules in talks))
    seats = [spec.base.region(spec.region[c]) for c in countries]
    found = []
    for e, row in enumerate(samples(spec.base, spec)):
        model, parts = TradeModel(spec.base, spec.at(e), row), []
        for start in range(0, len(joined[0]), _CHUNK):
            vectors = world.at([added[start : start + _CHUNK] for added in joined])
            try:
                parts.append(model.effects(vectors).values[:, seats])
            except ConvergenceError as problem:
                name = f"a state of the rates before a deal at sample {e} of the elasticities"
                number = start + problem.vector
                raise ConvergenceError(number, problem.reason, name) from None
        values = np.concatenate(parts)
        found.append(np.moveaxis(values - values[:1], 0, -1))
    solved, tables, at = np.stack(found), {}, 0
    for name, state in states.items():
        tables[name] = solved[..., at : at + len(state[0])]
        at += len(state[0])
        if name.startswith("beside"):
            steps = len(points[0])
            tables[name] = tables[name].reshape(*solved.shape[:3], steps, -1)
    return tables


def _states(books: Sequence[TariffBook], points: Sequence[Floats]) -> dict[str, tuple[Floats, ...]]:
    """Name the states that are solved: the points (B, G) on the goods of every talk in each.

    First no deal in any talk; in the states beside a talk its column 0 is no deal, as elsewhere.
    """
    none = [book.added[:1] for book in books]

    def moved(rows: int, changed: Mapping[int, Floats]) -> tuple[Floats, ...]:
        return tuple(
            changed.get(k, np.repeat(nothing, rows, axis=0)) for k, nothing in enumerate(none)
        )

    steps = len(points[0])
    states = {"nothing": moved(1, {})}
    for i, before in enumerate(points):
        states[f"main.{i}"] = moved(steps, {i: before})
        for j, book in enumerate(books):
            if j != i:
                ends = np.concatenate([book.added[:1], book.added])
                here, there = np.repeat(before, len(ends), axis=0), np.tile(ends, (steps, 1))
                states[f"beside.{i}.{j}"] = moved(len(here), {i: here, j: there})
            if i < j:
                states[f"both.{i}.{j}"] = moved(steps, {i: before, j: points[j]})
    return states

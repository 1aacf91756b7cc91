"""Talks with given payoff tables end as they always did: the same packages in the same rounds.

What a scenario with an economy counts in money or in shares of ranges is counted here in utility
and in level steps. The marks in `given_tables.json` stand for ends that were played before there
was a difference; those of `micro` and `nice_tit_for_tat` are of the day on which they took on the
whole rule of their source.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.commands.games import game as bench_game
from sim.chance.spreads import Drawn
from sim.domains import read
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Strategy, Wrapper
from sim.strategies import BUILT_IN
from sim.strategies.parts import Bayesian, Combined, Frequency
from sim.talks.model import negotiate

MARKS = Path(__file__).with_name("given_tables.json")
DOMAINS = Path(__file__).parents[3] / "configs" / "domains"
ISSUES = {"cars": (25, 15, 10, 0), "metals": (25, 0), "pledge": (0, 200, 400, 600), "access": 3}
SIZES = (4, 2, 4, 3)
WORLDS = 24


class Plain(Strategy):
    """Offers at an even demand, in plain numbers."""

    def propose(self, view: Any) -> int:
        return view.offer_at(view.demand(1 - 0.8 * view.time))


def table(seed: int, sign: int) -> np.ndarray:
    """Payoffs of eight draws, (8, P): rising or falling in every issue, with some noise."""
    luck = np.random.default_rng(seed)
    levels = np.indices(SIZES).reshape(len(SIZES), -1)
    total = 0.3 * luck.normal(size=(8, levels.shape[1]))
    for size, column in zip(SIZES, levels, strict=True):
        steps = np.cumsum(luck.random((8, size)), axis=1) * luck.uniform(0.5, 3)
        total += sign * steps[:, column]
    return total


def bilateral(hub: Any, partner: Any, information: str = "private") -> Scenario:
    tables = (table(1, -1), table(2, 1))
    none = tuple(np.quantile(values, 0.3, axis=1) for values in tables)
    return Scenario.bilateral(
        ISSUES, tables, (hub, partner), 16, none, information=information, replications=3
    )


def ends(game: Scenario, worlds: int = WORLDS) -> list[Any]:
    """Packages, rounds and states of all talks."""
    frame = negotiate(game, worlds, seed=5).to_frame()
    rows = frame.sort_values(["talk", "world"])[["package", "round", "status"]]
    rows[["package", "round"]] = rows[["package", "round"]].fillna(-1).astype(int)
    return rows.astype(str).to_numpy().tolist()


def mark(ended: list[Any]) -> str:
    return sha256(json.dumps(ended).encode()).hexdigest()[:16]


def players() -> Iterator[tuple[str, Any]]:
    """Every strategy of the library that plays by itself, and some put together."""
    for name, cls in BUILT_IN.items():
        if not issubclass(cls, Wrapper):
            yield name, cls()
    linear = BUILT_IN["linear"]
    yield "with frequencies", Combined(linear(), model=Frequency())
    yield "with bayesian beliefs", Combined(linear(0.5), model=Bayesian(looks=16))
    yield "drawn", BUILT_IN["boulware"](Drawn.uniform(0.1, 2))
    yield "plain numbers", Plain()


def games() -> Iterator[tuple[str, Scenario]]:
    conceder, boulware = BUILT_IN["conceder"](0.8), BUILT_IN["boulware"](0.4)
    for name, player in players():
        for information in ("private", "complete"):
            if "hub" in player.seats:
                yield f"{name} as hub, {information}", bilateral(player, conceder, information)
            if "partner" in player.seats:
                yield f"{name} as partner, {information}", bilateral(boulware, player, information)
    for name in ("harbour", "orchard", "two_tariffs"):
        files = sorted((DOMAINS / name).iterdir())
        yield f"domain {name}", read(*files).scenario((boulware, conceder), 20)
    yield "benchmark", bench_game(BUILT_IN["boulware"](Drawn.uniform(0.1, 1.0)), draws=4)


def marks() -> dict[str, str]:
    """The marks of all games; those that a strategy cannot play are left out."""
    found = {}
    for name, game in games():
        try:
            found[name] = mark(ends(game))
        except Exception as problem:
            if "private in this scenario" not in str(problem):
                raise
    return found


KEPT: dict[str, str] = json.loads(MARKS.read_text("utf-8")) if MARKS.exists() else {}


def test_packages_and_rounds_with_given_tables_are_as_they_were() -> None:
    found = marks()
    assert {name: found.get(name) for name in KEPT} == KEPT


@pytest.mark.parametrize("kind", ["as hub", "as partner", "domain", "benchmark"])
def test_the_games_tell_something_apart(kind: str) -> None:
    several = {name: kept for name, kept in KEPT.items() if kind in name}
    assert len(set(several.values())) >= min(len(several), 3) > 0

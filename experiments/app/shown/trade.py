"""What a package does to trade: the trade model solved for it, at central elasticities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.app import called
from sim import Scenario
from sim.config import ScenarioConfig
from sim.economy.data.base_year import BaseYear
from sim.economy.equilibrium.effects import TradeModel
from sim.economy.rates.tariffs import TariffBook, TariffWorld, book
from sim.scenario.economy import economy_spec
from sim.scenario.scenario import talks_of
from sim.talks.charges import by_clause

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Trade:
    """The trade of a scenario.

    Attributes:
        model: solves for tariffs.
        world: tariffs of the world for tariff parts of every talk.
        base: the base year.
        books: of every talk.
        pairs: regions of hub and partner, by talk.
    """

    model: TradeModel
    world: TariffWorld
    base: BaseYear
    books: tuple[TariffBook, ...]
    pairs: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, config: ScenarioConfig, seed: int) -> "Trade | None":
        """Calibrate the trade of a scenario; None if its payoffs are given.

        Raises:
            ConfigError, DataError, ConvergenceError: as `economy_spec` and the model.
        """
        if config.economy is None:
            return None
        spec, talks = economy_spec(config, seed), talks_of(config)
        books = tuple(book(rules, spec, spec.base) for rules in talks)
        sigma = np.array([spec.sigma[name][0] for name in spec.base.sectors])
        model = TradeModel(spec.base, spec.at(0), sigma)
        world = TariffWorld(spec.base, spec, talks, books)
        region = spec.region
        pairs = tuple(
            (spec.base.region(region[r.hub]), spec.base.region(region[r.partner])) for r in talks
        )
        return cls(model, world, spec.base, books, pairs)

    def sales(
        self, game: Scenario, talk: int, package: int, signed: Sequence[int]
    ) -> list[tuple[str, float, float]]:
        """Give what the partner of a talk sells to the hub: goods, without a deal, with a package.

        In USD bn a year of the base year; the last line is all goods and services.

        Args:
            game: the scenario.
            talk: its number.
            package: of it.
            signed: deals of all talks, -1 without one; that of this talk is not read.
        """
        ends = [np.full(2, number, dtype=np.int64) for number in signed]
        ends[talk] = np.array([-1, package])
        points = [self._points(game, i, ends) for i in range(len(ends))]
        flows = self.model.equilibria(self.world.at(points)).flows
        hub, partner = self.pairs[talk]
        before, after = flows[:, partner, hub]
        lines = [
            (called.goods(game.talks[talk], goods), float(before[s]), float(after[s]))
            for goods, s in ((g, self.base.sector(g)) for g in self.books[talk].goods)
        ]
        return [*lines, ("all goods and services", float(before.sum()), float(after.sum()))]

    def _points(self, game: Scenario, talk: int, ends: Sequence[Ints]) -> Floats:
        """Give the points added on the goods of a talk at some ends, clauses counted, (B, G)."""
        mine, fallen = self.books[talk], by_clause(game, talk, ends)
        parts = np.maximum(ends[talk], 0) // game.talks[talk].space.parts[1]
        points: Floats = mine.added[parts].copy()
        for goods, less in fallen.items():
            points[:, mine.goods.index(goods)] -= less
        return points


def assumed(game: Scenario, talk: int, signed: Sequence[int]) -> str:
    """Say what a seat takes the other talks to be; nothing if there are none.

    Args:
        game: the scenario.
        talk: number of the seat's talk.
        signed: deals of all talks that the seat knows of, -1 where there is none.
    """
    others = [i for i in range(len(game.talks)) if i != talk]
    deals = [called.talk(game, game.talks[i]) for i in others if signed[i] >= 0]
    if not others:
        return ""
    if not deals:
        return f"without a deal in {'the other talk' if len(others) == 1 else 'any other talk'}"
    told = f"with what is signed in {' and '.join(deals)}"
    return told if len(deals) == len(others) else f"{told}, and no deal in any other talk"

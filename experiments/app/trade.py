"""What a package does to trade: the trade model solved for it, at central elasticities."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.app import words
from sim.config import ScenarioConfig
from sim.economy.base_year import BaseYear
from sim.economy.effects import TradeModel
from sim.economy.tariffs import TariffBook, TariffWorld, book
from sim.rules import TalkRules
from sim.scenario import talks_of
from sim.weights import economy_spec

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trade:
    """The trade of a scenario.

    Attributes:
        model: solves for tariffs.
        world: tariffs of the world for tariff parts of every talk.
        base: the base year.
        books: of every talk.
        flows: (N, N, S) flows without any deal.
        pairs: regions of hub and partner, by talk.
    """

    model: TradeModel
    world: TariffWorld
    base: BaseYear
    books: tuple[TariffBook, ...]
    flows: Floats
    pairs: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, config: ScenarioConfig, seed: int) -> "Trade | None":
        """Calibrate the trade of a scenario; None if its payoffs are given.

        Raises:
            ConfigError, DataError, ConvergenceError: as `sim.weights.economy_spec` and the model.
        """
        if config.economy is None:
            return None
        spec, talks = economy_spec(config, seed), talks_of(config)
        books = tuple(book(rules, spec, spec.base) for rules in talks)
        sigma = np.array([spec.sigma[name][0] for name in spec.base.sectors])
        model = TradeModel(spec.base, spec, sigma)
        world = TariffWorld(spec.base, spec, talks, books)
        none = world.vectors([np.zeros(1, dtype=np.int64)] * len(talks))
        region = spec.region
        pairs = tuple(
            (spec.base.region(region[r.hub]), spec.base.region(region[r.partner])) for r in talks
        )
        return cls(model, world, spec.base, books, model.equilibria(none).flows[0], pairs)

    def sales(self, talk: int, rules: TalkRules, package: int) -> list[tuple[str, float, float]]:
        """Give what the partner of a talk sells to the hub: goods, without a deal, with a package.

        The other talks have no deal. In USD bn a year of the base year; the last line is all goods
        and services.
        """
        heads = [np.zeros(1, dtype=np.int64) for _ in self.books]
        heads[talk] += package // rules.space.parts[1]
        flows = self.model.equilibria(self.world.vectors(heads)).flows[0]
        hub, partner = self.pairs[talk]
        before, after = self.flows[partner, hub], flows[partner, hub]
        lines = [
            (words.goods(rules, goods), float(before[s]), float(after[s]))
            for goods, s in ((g, self.base.sector(g)) for g in self.books[talk].goods)
        ]
        return [*lines, ("all goods and services", float(before.sum()), float(after.sum()))]

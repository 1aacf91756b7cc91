"""What the economy has to know of a scenario."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.economy.data.base_year import BaseYear
from sim.economy.data.options import Labour, Revenue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Competition = Literal["monopolistic", "perfect"]
Imbalance = Literal["held", "purged"]
Table = Literal["interaction", "exact"]
Prices = Literal["own_wages", "numeraire"]
Lobbies = Literal["equilibrium", "fixed_wages"]


@dataclass(frozen=True)
class Plants:
    """Plants that firms of one region run in another.

    Attributes:
        host, parent: regions where the plants are, and to whose firms they belong.
        sectors: what they make.
        share: part of the host's profits in these sectors that they make.
        credited: part of that which counts as income and profits of the parent.
    """

    host: str
    parent: str
    sectors: tuple[str, ...]
    share: float
    credited: float


@dataclass(frozen=True)
class Duty:
    """An added tariff of any region on any others, over time.

    Attributes:
        name: for sentences.
        importer: the region whose tariff it is.
        exporters: regions that pay it.
        sectors: goods that pay it.
        steps: days and added points from each on; the last holds in every end state.
    """

    name: str
    importer: str
    exporters: tuple[str, ...]
    sectors: tuple[str, ...]
    steps: tuple[tuple[date, float], ...]

    def points(self, day: date | None = None) -> float:
        """Give the points that it adds on a day, or at the end."""
        begun = [
            (start, k) for k, (start, _) in enumerate(self.steps) if day is None or start <= day
        ]
        return self.steps[max(begun)[1]][1] if begun else 0.0


@dataclass(frozen=True, eq=False)
class EconomySpec:
    """Data and settings of the trade model.

    Attributes:
        base: the base year.
        region: region of every seated country, by key, the hub first.
        third_country: points added to the hub's tariffs on regions without a seat, by region and
            sector; `others` is every region that is not named.
        duties: added tariffs of any region, by retaliation or otherwise.
        sigma: by sector, (E,) elasticities of substitution.
        competition: with profits (`"monopolistic"`) or without.
        imbalance: whether trade imbalances are held in units of the numeraire, or purged first.
        pass_through: by sector the share of a change of duty that buyers pay; 1 if not named.
        passed: by sector, (E,) the same where it is drawn with the elasticities.
        markup: by sector profits per unit of sales, if not one over the elasticity.
        labour: how labour is supplied; None: all of it is at work.
        revenue: what is done with tariff revenue.
        prices: consumer prices are relative to the country's `"own_wages"`, or in units of the
            `"numeraire"`, the world's wage bill.
        lobbies: profits are those of the equilibrium, or those at wages and spending of the base
            year, in units of its wages.
        plants: plants abroad.
        table: interaction of two talks, or the `"exact"` joint grid.
        family: (D,) the sample of the elasticities that each draw uses; d mod E if not given.
    """

    base: BaseYear
    region: Mapping[str, str]
    third_country: Mapping[str, Mapping[str, float]]
    sigma: Mapping[str, Floats]
    competition: Competition = "monopolistic"
    imbalance: Imbalance = "held"
    pass_through: Mapping[str, float] = field(default_factory=dict)
    passed: Mapping[str, Floats] = field(default_factory=dict)
    markup: Mapping[str, float] = field(default_factory=dict)
    labour: Labour | None = None
    revenue: Revenue = "lump_sum"
    duties: tuple[Duty, ...] = ()
    prices: Prices = "numeraire"
    lobbies: Lobbies = "equilibrium"
    plants: tuple[Plants, ...] = ()
    table: Table = "interaction"
    family: Ints | None = None

    def at(self, sample: int) -> "EconomySpec":
        """Give the settings at one sample of the pass-through."""
        drawn = {name: float(values[sample]) for name, values in self.passed.items()}
        return replace(self, pass_through={**self.pass_through, **drawn}, passed={})


@dataclass(frozen=True, eq=False)
class RedLine:
    """What lowering some measures costs the hub in each of its talks, draw by draw.

    Attributes:
        measures: their names.
        cost: (D,) USD bn a year, once if any of them is lowered.
        per_point: (D,) USD bn a year per percentage point of cut, added up over the measures.
    """

    measures: tuple[str, ...]
    cost: Floats
    per_point: Floats


@dataclass(frozen=True, eq=False)
class Government:
    """What a government wants beyond welfare, draw by draw; every array is (D,).

    Attributes:
        profits: pairs of sectors and extra weight, USD bn a year per USD bn of their profits.
        revenue: extra weight on tariff revenue, USD bn a year per USD bn.
        price: USD bn a year per point of consumer prices.
        no_deal: cost of no deal beyond trade, USD bn a year per talk without a deal that lowers
            something.
        red_lines: of the hub, what lowering some measures costs it at home.
        no_deal_shape: of the hub, (T + 1): how often it pays the cost of no deal, by the number of
            talks that are open at the end; empty: once for each.
        welfare: how many times the model's own effect on welfare counts; once if not given.
    """

    profits: tuple[tuple[tuple[str, ...], Floats], ...]
    revenue: Floats
    price: Floats
    no_deal: Floats
    red_lines: tuple[RedLine, ...] = ()
    no_deal_shape: tuple[float, ...] = ()
    welfare: Floats | None = None


@dataclass(frozen=True, eq=False)
class Grant:
    """What a concession is worth to the hub and costs its giver, (D,) USD bn a year per unit.

    Attributes:
        worth, cost: of a unit.
        rise: (D,) by how much of itself a unit costs more per unit given; not if not given.
    """

    worth: Floats
    cost: Floats
    rise: Floats | None = None

"""What the economy has to know of a scenario."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, eq=False)
class EconomySpec:
    """Data and settings of the trade model.

    Attributes:
        base: the base year.
        region: region of every seated country, by key, the hub first.
        third_country: points added to the hub's tariffs on regions without a seat, by region and
            sector; `others` is every region that is not named.
        sigma: by sector, (E,) elasticities of substitution.
        competition: with profits (`"monopolistic"`) or without.
        imbalance: whether trade imbalances are held in units of the numeraire, or purged first.
        pass_through: by sector the share of a change of duty that buyers pay; 1 if not named.
        markup: by sector profits per unit of sales, if not one over the elasticity.
        labour: how labour is supplied; None: all of it is at work.
        revenue: what is done with tariff revenue.
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
    markup: Mapping[str, float] = field(default_factory=dict)
    labour: Labour | None = None
    revenue: Revenue = "lump_sum"
    plants: tuple[Plants, ...] = ()
    table: Table = "interaction"
    family: Ints | None = None


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
    """

    profits: tuple[tuple[tuple[str, ...], Floats], ...]
    revenue: Floats
    price: Floats
    no_deal: Floats
    red_lines: tuple[RedLine, ...] = ()
    no_deal_shape: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Grant:
    """What a concession is worth to the hub and costs its giver, (D,) USD bn a year per unit."""

    worth: Floats
    cost: Floats

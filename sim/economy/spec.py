"""What the economy has to know of a scenario."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Competition = Literal["monopolistic", "perfect"]


@dataclass(frozen=True, eq=False)
class EconomySpec:
    """Data and settings of the trade model.

    Attributes:
        data: directory of the base year.
        merged: new region names and the regions that each merges; empty: as in the data.
        region: region of every seated country, by key, the hub first.
        third_country: points added to the hub's tariffs on regions without a seat, by region and
            sector; `others` is every region that is not named.
        sigma: by sector, (E,) elasticities of substitution.
        competition: with profits (`"monopolistic"`) or without.
        table: interaction of the same goods in two talks, or the `"exact"` joint grid.
    """

    data: Path
    region: Mapping[str, str]
    third_country: Mapping[str, Mapping[str, float]]
    sigma: Mapping[str, Floats]
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    competition: Competition = "monopolistic"
    table: Literal["interaction", "exact"] = "interaction"


@dataclass(frozen=True, eq=False)
class Government:
    """What a government wants beyond welfare, draw by draw; every array is (D,).

    Attributes:
        profits: pairs of sectors and extra weight, USD bn a year per USD bn of their profits.
        revenue: extra weight on tariff revenue, USD bn a year per USD bn.
        price: USD bn a year per point of consumer prices.
        no_deal: cost of no deal beyond trade, USD bn a year per talk.
        red_lines: pairs of measures and what lowering any of them costs, USD bn a year per talk.
    """

    profits: tuple[tuple[tuple[str, ...], Floats], ...]
    revenue: Floats
    price: Floats
    no_deal: Floats
    red_lines: tuple[tuple[tuple[str, ...], Floats], ...] = ()


@dataclass(frozen=True, eq=False)
class Grant:
    """What a concession is worth to the hub and costs its giver, (D,) USD bn a year per unit."""

    worth: Floats
    cost: Floats

"""What any tariff package does: rates as they are asked for, and their effects with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.config import ScenarioConfig
from sim.economy.data.spec import EconomySpec
from sim.economy.equilibrium.effects import PRICES, REVENUE, WELFARE, TradeModel
from sim.economy.equilibrium.reasons import PARTS, reasons

Floats = NDArray[np.float64]
Against = Literal["no-deal", "today", "before"] | date

AGAINST: dict[Against, str] = {
    "no-deal": "no deal in any talk",
    "today": "the tariffs in force on the day of the first round",
    "before": "the tariffs of the base year",
}
"""What a package can be compared with, beside the tariffs in force on any day."""

QUANTITIES = ("welfare", "gdp", "profits", "revenue", "prices")
LOW, HIGH = 5, 95
"""Percentiles of the interval over samples of the elasticities."""

MOST_IN_WORDS = 12
"""Rates that are told one by one."""

REST = "Rest of the world"
"""All regions without a seat, added up; each stands above it by its own name."""


@dataclass(frozen=True, eq=False)
class TariffPackage:
    """A package as it was asked for, beside what it is compared with.

    Attributes:
        config: the scenario.
        spec: the economy at central elasticities.
        samples: the same at samples of the elasticities.
        against: what the package is compared with.
        tariffs: (2, N, N, S) fractions: compared with, and the package.
        profits: sectors whose profits are asked for.
        ranges: the low and the high end of the elasticity of every sector.
        asked: whether a rate was asked for; if not, the package is no deal.
    """

    config: ScenarioConfig
    spec: EconomySpec
    samples: EconomySpec
    against: Against
    tariffs: Floats
    profits: tuple[str, ...]
    ranges: Mapping[str, tuple[float, float]]
    asked: bool = True

    @property
    def title(self) -> str:
        """Say what is compared with what."""
        what = "The tariff package" if self.asked else "No deal"
        if isinstance(self.against, date):
            return f"{what} against the tariffs in force on {self.against}"
        return f"{what} against {AGAINST[self.against]}"

    @property
    def note(self) -> str:
        """Say what the numbers are."""
        count = len(next(iter(self.samples.sigma.values())))
        return (
            f"Welfare is the equivalent variation; profits are those in {in_words(self.profits)}; "
            "revenue is that from tariffs: changes in USD bn a year. % of GDP: welfare over GDP "
            "of the base year. Prices: consumer prices relative to the country's own wages, "
            f"percent. Values at central elasticities, and {LOW} to {HIGH} % of {count} samples of "
            "the elasticities."
        )

    @property
    def rates_in_words(self) -> str:
        """Say which rates differ; nothing if they are many."""
        rows = self.changed().to_dict("records")
        if not 0 < len(rows) <= MOST_IN_WORDS:
            return ""
        said = [
            f"{r['partner']} {r['goods']} {r['against']:.1f} → {r['package']:.1f}" for r in rows
        ]
        return f"Rates with the ordinary tariff, percent: {', '.join(said)}."

    def heading(self, quantity: str) -> str:
        """Name a quantity, its unit in a second line."""
        names = {
            "welfare": "Welfare",
            "gdp": "Welfare",
            "profits": f"Profits in {in_words(self.profits)}",
            "revenue": "Tariff revenue",
            "prices": "Consumer prices",
        }
        units = {"prices": "percent, to own wages", "gdp": "percent of GDP"}
        unit = units.get(quantity, "USD bn a year")
        return f"{names[quantity]}\n({unit})"

    @property
    def hub(self) -> int:
        """The number of the hub's region."""
        return self.spec.base.region(self.spec.region[self.config.hub])

    @property
    def seats(self) -> dict[str, int]:
        """The regions at the tables by the names of their countries, the hub first."""
        regions, countries = self.spec.region, self.config.countries
        return {countries[key].label: self.spec.base.region(regions[key]) for key in regions}

    def changed(self) -> pd.DataFrame:
        """Give the rates that the package changes: partner, goods, before and after, percent."""
        base = self.spec.base
        names = {number: label for label, number in self.seats.items()}
        rows = []
        for i, s in np.argwhere(self.tariffs[0, :, self.hub] != self.tariffs[1, :, self.hub]):
            before, after = 100 * self.tariffs[:, i, self.hub, s]
            partner = names.get(int(i), base.regions[i])
            rows.append((partner, in_words([base.sectors[s]]), float(before), float(after)))
        return pd.DataFrame(rows, columns=["partner", "goods", "against", "package"])

    def effects(self) -> pd.DataFrame:
        """Give what the package does, with its interval over samples of the elasticities.

        Returns:
            Columns region, quantity, central, low, high: USD bn a year, `gdp` and prices in
            percent. First the seats, then the other regions and their sum. Profits are not a
            number where there are none.
        """
        central = self._effects(self.spec)[0]
        drawn = self._effects(self.samples)
        low, high = np.percentile(drawn, (LOW, HIGH), axis=0)
        return self._frame({"central": central, "low": low, "high": high})

    def why(self) -> pd.DataFrame:
        """Say why welfare changes as it does, at central elasticities.

        Returns:
            Columns region, part, usd_bn: the parts of `sim.economy.equilibrium.reasons`, and the
            effect that they add up to.

        Raises:
            ConfigError: labour is supplied.
        """
        base = self.spec.base
        sigma = np.array([self.spec.sigma[name][0] for name in base.sectors])
        model = TradeModel(base, self.spec, sigma)
        parts = reasons(model, self.tariffs)
        effect = np.diff(model.effects(self.tariffs).values[..., WELFARE], axis=0)[0]
        names = [*self.seats, *(base.regions[r] for r in self._order[len(self.seats) :])]
        values = np.column_stack([parts, effect])[self._order]
        index = pd.MultiIndex.from_product([names, [*PARTS, "welfare"]], names=["region", "part"])
        return pd.DataFrame({"usd_bn": values.ravel()}, index=index).reset_index()

    def sweep(self, sectors: Sequence[str], points: int) -> pd.DataFrame:
        """Give the effects over the elasticity of some sectors, which move together.

        It runs from the low to the high end of the first sector's range; the others are drawn.

        Returns:
            As `effects`, with a column elasticity.
        """
        frames = []
        for value in np.linspace(*self.ranges[sectors[0]], points):
            specs = [
                replace(
                    spec, sigma={**spec.sigma, **{s: spec.sigma[s] * 0 + value for s in sectors}}
                )
                for spec in (self.spec, self.samples)
            ]
            at = replace(self, spec=specs[0], samples=specs[1])
            frames.append(at.effects().assign(elasticity=value))
        swept = pd.concat(frames, ignore_index=True)
        swept.attrs["sectors"] = tuple(sectors)
        return swept

    def _effects(self, spec: EconomySpec) -> Floats:
        """Give the effects, (E, regions, quantities), for every sample of the elasticities."""
        sigma = np.stack([spec.sigma[name] for name in spec.base.sectors], axis=1)
        return np.stack([self._at(spec.at(e), row) for e, row in enumerate(sigma)])

    def _at(self, spec: EconomySpec, sigma: Floats) -> Floats:
        model = TradeModel(spec.base, spec, sigma)
        values = model.effects(self.tariffs).values
        change = values[1] - values[0]
        places = [1 + spec.base.sector(name) for name in self.profits]
        profits = change[:, places].sum(axis=1)
        if not model.base.markup[[k - 1 for k in places]].any():
            profits = np.full_like(profits, np.nan)
        parts = [change[:, WELFARE], profits, change[:, REVENUE]]
        gdp = model.base.wage_bill + model.base.profits.sum(axis=1)
        order = self._order
        rows = []
        for r in order:
            welfare, made, duty = (part[r] for part in parts)
            rows.append([welfare, 100 * welfare / gdp[r], made, duty, change[r, PRICES]])
        rest = order[len(self.seats) :]
        if rest:
            welfare, made, duty = (part[rest].sum() for part in parts)
            mean = np.average(change[rest, PRICES], weights=model.spending[rest])
            rows.append([welfare, 100 * welfare / gdp[rest].sum(), made, duty, mean])
        return np.array(rows)

    @property
    def _order(self) -> list[int]:
        """The numbers of all regions: the seats first."""
        seats = list(self.seats.values())
        return [*seats, *(r for r in range(len(self.spec.base.regions)) if r not in seats)]

    def _frame(self, columns: Mapping[str, Floats]) -> pd.DataFrame:
        others = [self.spec.base.regions[r] for r in self._order[len(self.seats) :]]
        names = [*self.seats, *others, *([REST] if others else [])]
        index = pd.MultiIndex.from_product([names, QUANTITIES], names=["region", "quantity"])
        flat = {name: values.ravel() for name, values in columns.items()}
        return pd.DataFrame(flat, index=index).reset_index()


def in_words(sectors: Sequence[str]) -> str:
    """Name sectors for readers: `cars, auto parts`."""
    return ", ".join(sectors).replace("_", " ")

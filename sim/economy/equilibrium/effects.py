"""What tariffs do to every region: welfare, profits, revenue and prices."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.economy.data.base_year import BaseYear
from sim.economy.data.options import Links, markups
from sim.economy.data.spec import EconomySpec, Floats
from sim.economy.equilibrium.equations import Calibration, everyone_owns, share
from sim.economy.equilibrium.givens import margin
from sim.economy.equilibrium.solve import Equilibrium, solve, without_imbalances
from sim.errors import ConfigError, DataError

WELFARE, REVENUE, PRICES = 0, -2, -1
"""Places among the components; profits by sector stand between the first and the others."""


def component_names(sectors: tuple[str, ...]) -> tuple[str, ...]:
    """Name the components of `Effects.values`, (S + 3)."""
    return ("welfare", *(f"profits of {name}" for name in sectors), "revenue", "prices")


@dataclass(frozen=True, eq=False)
class Effects:
    """What B tariff vectors do, against the base year.

    Attributes:
        values: (B, N, K) by region: equivalent variation, profits of each sector that belong to
            the region, and tariff revenue, each in USD bn a year, the latter two deflated by its
            consumer prices; and the rise of consumer prices in points, relative to the region's own
            wages or in units of the numeraire. Profits and revenue are levels.
        iterations, residual: (B,) as in `Equilibrium`.
    """

    values: Floats
    iterations: NDArray[np.int64]
    residual: Floats


class TradeModel:
    """The trade model of a scenario at one sample of the elasticities."""

    def __init__(self, base: BaseYear, spec: EconomySpec, sigma: Floats) -> None:
        """Calibrate the model.

        Args:
            base: the base year.
            spec: data and settings.
            sigma: (S,) elasticities.

        Raises:
            ConfigError: plants or pass-through that do not fit the data or each other.
            ConvergenceError: the base year without imbalances did not converge.
        """
        if spec.lobbies == "fixed_wages" and base.linkage is not None:
            raise ConfigError(
                "economy.lobbies: 'fixed_wages' is for production without links, where wages are "
                "the only cost; leave it out, or economy.production = 'labour'"
            )
        self._sigma, self._spec, self._sectors = sigma, spec, base.sectors
        self._tariffs, self._flows = base.tariffs, base.flows
        self._markup = markup(base, spec, sigma)
        self._options: dict[str, Any] = {
            "competition": spec.competition,
            "markup": self._markup,
            "links": links(base, self._markup),
            "owners": owners(base, spec),
        }
        if spec.imbalance == "purged":
            self._flows = without_imbalances(base.flows, base.tariffs, sigma, **self._options)
        self._options |= {
            "pass_through": pass_through(base, spec),
            "labour": spec.labour,
            "revenue": spec.revenue,
        }
        self.base = Calibration(self._flows, self._tariffs, sigma, **self._options)
        self.spending = self.base.expenditure

    def margins(self, tariffs: Floats) -> Floats:
        """Give the least profit per unit of sales by sector, (S,), under any of these tariffs."""
        return np.array([margin(self.base, tariffs, s) for s in range(len(self._sigma))])

    def equilibria(self, tariffs: Floats) -> Equilibrium:
        """Solve for new tariffs, (B, N, N, S) fractions.

        Raises:
            ConfigError: sellers who bear a part of a duty would lose on every unit.
            ConvergenceError: a vector did not converge.
        """
        short = np.flatnonzero((self.base.pass_through < 1) & (self.margins(tariffs) < 0))
        if len(short):
            s = int(short[0])
            raise ConfigError(
                f"economy.pass_through.{self._sectors[s]}: {self.base.pass_through[s]:g} is too "
                f"low: at a markup of {100 * self.base.markup[s]:.3g} % sellers who bear the rest "
                f"of the highest duty earn {100 * self.margins(tariffs)[s]:.3g} % of a sale, less "
                "than nothing; raise it, or lower the elasticity"
            )
        return solve(self._flows, self._tariffs, tariffs, self._sigma, **self._options)

    def effects(self, tariffs: Floats) -> Effects:
        """Give what new tariffs, (B, N, N, S) fractions, do; raises ConvergenceError."""
        found = self.equilibria(tariffs)
        price = found.consumer_price[..., None]
        if self._spec.lobbies == "fixed_wages":
            made, deflator = profits_at_fixed_wages(self.base, tariffs), np.ones_like(price)
        else:
            made, deflator = self.base.profits * found.profits, price
        own = self._spec.prices == "own_wages"
        parts = [
            ((found.welfare - 1) * enjoyed(self.base))[..., None],
            np.einsum("jis,bis->bjs", self.base.owners, made) / deflator,
            found.revenue[..., None] / price,
            100 * (price / (found.wages[..., None] if own else 1) - 1),
        ]
        return Effects(np.concatenate(parts, axis=-1), found.iterations, found.residual)


def profits_at_fixed_wages(base: Calibration, tariffs: Floats) -> Floats:
    """Give profits by region and sector, (B, N, S), at wages and spending of the base year.

    Args:
        base: the base year.
        tariffs: (B, N, N, S) new tariffs.
    """
    ratio = (1 + tariffs) / (1 + base.tariffs)
    demand = ratio ** (base.pass_through * (1 - base.sigma))
    index = (base.gamma * demand).sum(axis=1, keepdims=True)
    sales = base.flows * share(demand / ratio, np.broadcast_to(index, demand.shape))
    cost = (1 - base.markup) * ratio ** (1 - base.pass_through)
    found: Floats = (sales * (1 - cost)).sum(axis=2)
    return found


def owners(base: BaseYear, spec: EconomySpec) -> Floats:
    """Give who owns the profits, (N, N, S): owner, region where they are made, sector.

    Raises:
        ConfigError: plants without profits, or more of a region's profits credited abroad than
            there are.
    """
    claims = everyone_owns(len(base.regions), len(base.sectors))
    for plants in spec.plants:
        if plants.credited and spec.competition == "perfect":
            raise ConfigError(
                "economy.plants: under perfect competition there are no profits to be credited; "
                "set credited to 0, or economy.competition to 'monopolistic'"
            )
        host, parent = base.region(plants.host), base.region(plants.parent)
        for name in plants.sectors:
            s = base.sector(name)
            claims[host, host, s] -= plants.share * plants.credited
            claims[parent, host, s] += plants.share * plants.credited
            if claims[host, host, s] < 0:
                raise ConfigError(
                    f"economy.plants: more than all profits of {plants.host} in {name} are "
                    "credited abroad; the shares times what is credited may not exceed 1"
                )
    return claims


def enjoyed(base: Calibration) -> Floats:
    """Give final expenditure less what hours cost those who work them, (N,) in the base year."""
    toil = np.zeros_like(base.wage_bill)
    if base.labour is not None:
        elasticity = np.asarray(base.labour.elasticity, dtype=np.float64)
        kept = 1 - np.asarray(base.labour.tax or 0.0, dtype=np.float64)
        toil = elasticity / (1 + elasticity) * kept * base.wage_bill
    left: Floats = base.expenditure - toil
    return left


def markup(base: BaseYear, spec: EconomySpec, sigma: Floats) -> Floats:
    """Give profits per unit of sales by sector, (S,); one over the elasticity if nothing is said.

    Raises:
        ConfigError: there are no profits under perfect competition.
    """
    if spec.competition == "perfect" and any(spec.markup.values()):
        raise ConfigError(
            "economy.markup: has to be 0 under perfect competition, where nobody has profits"
        )
    plain = markups(sigma, spec.competition, None)
    said = [spec.markup.get(name, plain[s]) for s, name in enumerate(base.sectors)]
    found: Floats = np.array(said, dtype=np.float64)
    return found


def links(base: BaseYear, markup: Floats) -> Links | None:
    """Give shares of cost, of the shares of output that data have; None without links.

    Raises:
        ConfigError: profits take up all value added of a sector.
        DataError: inputs take up more of a sector than is bought of it.
    """
    if base.linkage is None:
        return None
    labour = base.linkage.value_added - markup
    if (labour <= 0).any():
        n, s = map(int, np.unravel_index(int(labour.argmin()), labour.shape))
        raise ConfigError(
            f"economy.markup.{base.sectors[s]}: profits are {100 * markup[s]:.3g} % of sales, and "
            f"value added in {base.regions[n]} is {100 * base.linkage.value_added[n, s]:.3g} %, "
            "which leaves nothing for labour; give a lower markup, or economy.competition = "
            "'perfect'"
        )
    found = Links(labour / (1 - markup), base.linkage.inputs)
    spending = ((1 + base.tariffs) * base.flows).sum(axis=0)
    try:
        found.final_use(spending, (1 - markup) * base.flows.sum(axis=1))
    except ValueError as problem:
        raise DataError(f"economy.data: {_named(str(problem), base)}") from None
    return found


def _named(sentence: str, base: BaseYear) -> str:
    """Say the names of the region and the sector that a sentence numbers."""
    for what, names in (("region", base.regions), ("sector", base.sectors)):
        for number in range(len(names) - 1, -1, -1):
            sentence = sentence.replace(f"{what} {number} ", f"{names[number]} ")
    return sentence


def pass_through(base: BaseYear, spec: EconomySpec) -> Floats:
    """Give the pass-through of duties by sector, (S,).

    Raises:
        ConfigError: a part of a duty falls on sellers without profits.
        ValueError: it is drawn, and no sample is chosen.
    """
    if spec.passed:
        raise ValueError("the pass-through has several samples; take one: spec.at(sample)")
    passed = np.array([spec.pass_through.get(name, 1.0) for name in base.sectors])
    if spec.competition == "perfect" and (passed != 1).any():
        raise ConfigError(
            "economy.pass_through: has to be 1 under perfect competition, where nobody has profits "
            "to bear a part of a duty from"
        )
    return passed

"""What tariffs do to every region: welfare, profits, revenue and prices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.economy.data.base_year import BaseYear
from sim.economy.data.spec import EconomySpec, Floats
from sim.economy.equilibrium.equations import everyone_owns
from sim.economy.equilibrium.solve import Equilibrium, solve, without_imbalances
from sim.errors import ConfigError

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
            consumer prices; and consumer prices in points. Profits and revenue are levels.
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
        self._sigma, self._spec = sigma, spec
        self._owners = owners(base, spec)
        self._passed = pass_through(base, spec)
        self._tariffs, self._flows = base.tariffs, base.flows
        if spec.imbalance == "purged":
            self._flows = without_imbalances(
                base.flows,
                base.tariffs,
                sigma,
                competition=spec.competition,
                owners=self._owners,
            )
        self.spending = ((1 + self._tariffs) * self._flows).sum(axis=(0, 2))

    def equilibria(self, tariffs: Floats) -> Equilibrium:
        """Solve for new tariffs, (B, N, N, S) fractions; raises ConvergenceError."""
        return solve(
            self._flows,
            self._tariffs,
            tariffs,
            self._sigma,
            competition=self._spec.competition,
            pass_through=self._passed,
            owners=self._owners,
        )

    def effects(self, tariffs: Floats) -> Effects:
        """Give what new tariffs, (B, N, N, S) fractions, do; raises ConvergenceError."""
        found = self.equilibria(tariffs)
        price = found.consumer_price[..., None]
        made = self._flows.sum(axis=1) / self._sigma * found.profits
        if self._spec.competition == "perfect":
            made = np.zeros_like(made)
        parts = [
            ((found.welfare - 1) * self.spending)[..., None],
            np.einsum("jis,bis->bjs", self._owners, made) / price,
            found.revenue[..., None] / price,
            100 * (price - 1),
        ]
        return Effects(np.concatenate(parts, axis=-1), found.iterations, found.residual)


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


def pass_through(base: BaseYear, spec: EconomySpec) -> Floats:
    """Give the pass-through of duties by sector, (S,).

    Raises:
        ConfigError: a part of a duty falls on sellers without profits.
    """
    passed = np.array([spec.pass_through.get(name, 1.0) for name in base.sectors])
    if spec.competition == "perfect" and (passed != 1).any():
        raise ConfigError(
            "economy.pass_through: has to be 1 under perfect competition, where nobody has profits "
            "to bear a part of a duty from"
        )
    return passed

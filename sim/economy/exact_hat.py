"""Counterfactual equilibria of a trade model in exact hat algebra, many tariff vectors at once.

Ossa (2014): many regions and sectors, monopolistic competition with a fixed number of firms and
labour that moves between sectors; hats are new over old (Dekle, Eaton and Kortum 2007). With
perfect competition there are no profits; one sector is then Eaton and Kortum with the trade
elasticity sigma - 1.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import ConvergenceError

Floats = NDArray[np.float64]

_BRAKE, _PUSH, _LEAST_STEP = 0.7, 1.05, 0.1
"""A vector's step shrinks when its residual grows, and lengthens while it falls.

It never falls below this part of the first: on the way to an equilibrium a residual may grow.
"""

_LEAST_SPENDING = 0.1
"""Part of a region's expenditure that is left after a step, also where its income is negative."""

_LOST = 1e6
"""Residual at which there is nothing to converge to."""

_CHUNK = 64
"""Tariff vectors that are iterated together: what fits into the cache."""


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """New equilibria for B tariff vectors; hats are new over old, money in the unit of the flows.

    Attributes:
        welfare: (B, N) hats.
        wages: (B, N) hats; the world's wage bill is the numeraire.
        profits: (B, N, S) hats (of output, under perfect competition).
        revenue: (B, N) tariff revenue.
        price_index: (B, N, S) hats.
        consumer_price: (B, N) hats of the Cobb-Douglas index over sectors.
        flows: (B, N, N, S) sales net of duty, by origin, destination and sector.
        expenditure: (B, N) hats.
        iterations: (B,) until each vector's own residual met the tolerance.
        residual: (B,) largest relative change that the equilibrium conditions still ask for.
    """

    welfare: Floats
    wages: Floats
    profits: Floats
    revenue: Floats
    price_index: Floats
    consumer_price: Floats
    flows: Floats
    expenditure: Floats
    iterations: NDArray[np.int64]
    residual: Floats

    def first(self) -> "Equilibrium":
        """Give the first vector alone."""
        return Equilibrium(**{name: value[:1] for name, value in vars(self).items()})


class _Base:
    """Shares of the base year; axes origin, destination, sector, and a last one for the batch."""

    def __init__(self, flows: Floats, tariffs: Floats, sigma: Floats, competition: str) -> None:
        spending = (1 + tariffs) * flows
        markup = 1 / sigma if competition == "monopolistic" else np.zeros_like(sigma)
        labour = ((1 - markup) * flows.sum(axis=1)).sum(axis=1)
        self.sigma, self.flows, self.tariffs = sigma, flows, tariffs
        self.expenditure = spending.sum(axis=(0, 2))
        self.gamma = _share(spending, spending.sum(axis=0, keepdims=True))
        self.mu = spending.sum(axis=0) / self.expenditure[:, None]
        self.alpha = _share(flows, flows.sum(axis=1, keepdims=True))
        self.profits = markup * flows.sum(axis=1)
        self.wage_bill = labour
        self.delta = (1 - markup) * flows.sum(axis=1) / labour[:, None]
        self.surplus = flows.sum(axis=(1, 2)) - flows.sum(axis=(0, 2))
        self.unsold = (spending.sum(axis=0) == 0).astype(np.float64)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def solve(
    flows: Floats,
    tariffs: Floats,
    new_tariffs: Floats,
    sigma: Floats,
    *,
    competition: Literal["monopolistic", "perfect"] = "monopolistic",
    tolerance: float = 1e-11,
    max_iterations: int = 20_000,
) -> Equilibrium:
    """Solve for the equilibria under new tariffs; trade imbalances are held in the numeraire.

    Every vector has its own step length, stops on its own residual and is then frozen, so that a
    result does not depend on the batch.

    Args:
        flows: (N, N, S) base sales net of duty by origin, destination and sector, own sales
            included.
        tariffs: (N, N, S) base tariffs, fractions.
        new_tariffs: (B, N, N, S) new tariffs, fractions.
        sigma: (S,) elasticities of substitution, above 1.
        competition: with sector profits, or without.
        tolerance: largest relative residual at which a vector is done.
        max_iterations: after which a vector that is not done is an error.

    Raises:
        ConvergenceError: a vector did not converge; it is named by its number.
        ValueError: shapes do not fit, a flow, tariff or elasticity is out of range, or a region
            sells or buys nothing at all.
    """
    _check(flows, tariffs, new_tariffs, sigma)
    base = _Base(flows, tariffs, sigma, competition)
    parts = [
        _iterate(base, new_tariffs[start : start + _CHUNK], start, tolerance, max_iterations)
        for start in range(0, len(new_tariffs), _CHUNK)
    ]
    names = Equilibrium.__dataclass_fields__
    return Equilibrium(**{n: np.concatenate([getattr(p, n) for p in parts]) for n in names})


def _check(flows: Floats, tariffs: Floats, new_tariffs: Floats, sigma: Floats) -> None:
    regions, sectors = flows.shape[0], flows.shape[-1]
    shape = (regions, regions, sectors)
    if flows.shape != shape or tariffs.shape != shape or new_tariffs.shape[1:] != shape:
        raise ValueError(
            f"flows {flows.shape}, tariffs {tariffs.shape} and new_tariffs {new_tariffs.shape} "
            "do not fit: they are (N, N, S), (N, N, S) and (B, N, N, S)"
        )
    if not len(new_tariffs):
        raise ValueError("new_tariffs holds no tariff vector; give at least one")
    if sigma.shape != (sectors,) or not (np.isfinite(sigma) & (sigma > 1)).all():
        raise ValueError(f"sigma has to be {sectors} elasticities above 1, not {sigma}")
    if not (np.isfinite(flows) & (flows >= 0)).all():
        raise ValueError("a flow is negative or not a number; give sales, 0 where there are none")
    if not (flows.sum(axis=(1, 2)) > 0).all() or not (flows.sum(axis=(0, 2)) > 0).all():
        raise ValueError("every region has to sell something and to buy something")
    for name, rates in (("tariffs", tariffs), ("new_tariffs", new_tariffs)):
        if not (np.isfinite(rates) & (rates > -1)).all():
            raise ValueError(f"{name} have to be finite fractions above -1 (-100 %)")


def _iterate(
    base: _Base, new_tariffs: Floats, first: int, tolerance: float, most: int
) -> Equilibrium:
    """Take damped steps on wages and expenditure until every vector is done.

    A vector alone is solved twice over: with the batch on the last axis of at least two, sums run
    in the same order whatever the batch.
    """
    batch = len(new_tariffs)
    state = _State(base, new_tariffs if batch > 1 else np.repeat(new_tariffs, 2, axis=0))
    wages, spending = np.ones((2, len(base.expenditure), max(batch, 2)))
    step = np.full(wages.shape[1], 1 / base.sigma.max())
    least = _LEAST_STEP * step
    residual, last = np.full((2, wages.shape[1]), np.inf)
    iterations = np.zeros(wages.shape[1], dtype=np.int64)
    open_ = np.ones(wages.shape[1], dtype=bool)
    for iteration in range(1, most + 1):
        new_wages, new_spending = state.conditions(wages, spending)
        change = np.maximum(np.abs(new_wages / wages - 1), np.abs(new_spending / spending - 1))
        residual = np.where(open_, change.max(axis=0), residual)
        iterations[open_] = iteration
        open_ &= ~(residual < tolerance)
        if not open_.any():
            found = state.equilibrium(wages, spending, iterations, residual)
            return found if batch > 1 else found.first()
        step = np.where(residual > last, step * _BRAKE, step * _PUSH).clip(least, 1.0)
        last = residual
        if not (residual < _LOST).all():
            break
        moved = wages * (new_wages / wages) ** step
        moved *= base.wage_bill.sum() / (base.wage_bill[:, None] * moved).sum(axis=0)
        wages = np.where(open_, moved, wages)
        ratio = np.maximum(new_spending / spending, _LEAST_SPENDING)
        moved = spending * ratio ** np.minimum(2 * step, 1.0)
        spending = np.where(open_, moved, spending)
    worst = int(np.argmax(np.nan_to_num(np.where(open_, residual, 0), nan=np.inf)))
    raise ConvergenceError(
        f"tariff vector {first + worst} did not converge in {iteration} steps: its residual is "
        f"{residual[worst]:.2g} and has to be below {tolerance:.2g}; check its tariffs, the "
        f"elasticities (the largest is {base.sigma.max():g}) and the trade imbalances, which stay"
    )


class _State:
    """What tariffs fix of the equilibrium conditions; the last axis is the batch."""

    def __init__(self, base: _Base, tariffs: Floats) -> None:
        tariffs = np.ascontiguousarray(np.moveaxis(tariffs, 0, -1))
        self.base, self.tariffs = base, tariffs
        self.power = (1 - base.sigma)[None, :, None]
        relative = (1 + tariffs) / (1 + base.tariffs)[..., None]
        sigma = base.sigma[None, None, :, None]
        demand = relative**-sigma
        self.costs = base.gamma[..., None] * demand * relative
        self.sales = base.alpha[..., None] * demand
        self.trade = base.flows[..., None] * demand

    def prices(self, wages: Floats) -> tuple[Floats, Floats]:
        """Give w^(1 - sigma) and P^(1 - sigma), (N, S, B); 1 for what a region never bought."""
        cost = wages[:, None, :] ** self.power
        price = (self.costs * cost[:, None]).sum(axis=0) + self.base.unsold[..., None]
        return cost, price

    def conditions(self, wages: Floats, spending: Floats) -> tuple[Floats, Floats]:
        """Give the wages and expenditures that the conditions ask for, (N, B) each."""
        base = self.base
        cost, price = self.prices(wages)
        demand = spending[:, None, :] / price
        profits = cost * (self.sales * demand[None]).sum(axis=1)
        revenue = (self.tariffs * self.trade * cost[:, None] * demand[None]).sum(axis=(0, 2))
        new_wages = (base.delta[..., None] * profits).sum(axis=1)
        income = base.wage_bill[:, None] * wages + (base.profits[..., None] * profits).sum(axis=1)
        new_spending = (income + revenue - base.surplus[:, None]) / base.expenditure[:, None]
        return new_wages, new_spending

    def equilibrium(
        self, wages: Floats, spending: Floats, iterations: NDArray[np.int64], residual: Floats
    ) -> Equilibrium:
        """Give everything at these wages and expenditures."""
        base = self.base
        cost, price = self.prices(wages)
        demand = spending[:, None, :] / price
        profits = cost * (self.sales * demand[None]).sum(axis=1)
        flows = self.trade * cost[:, None] * demand[None]
        index = price ** (1 / self.power)
        consumer = np.exp((base.mu[..., None] * np.log(index)).sum(axis=1))
        results = {
            "welfare": spending / consumer,
            "wages": wages,
            "profits": profits,
            "revenue": (self.tariffs * flows).sum(axis=(0, 2)),
            "price_index": index,
            "consumer_price": consumer,
            "flows": flows,
            "expenditure": spending,
        }
        first = {name: np.moveaxis(value, -1, 0) for name, value in results.items()}
        return Equilibrium(**first, iterations=iterations, residual=residual)

"""The equilibrium conditions of the trade model in exact hat algebra.

Ossa (2014): many regions and sectors, monopolistic competition with a fixed number of firms and
labour that moves between sectors; hats are new over old (Dekle, Eaton and Kortum 2007). With
perfect competition there are no profits; one sector is then Eaton and Kortum with the trade
elasticity sigma - 1.
"""

from typing import Any, ClassVar

import numpy as np

from sim.economy.data.options import Competition, Floats, Labour, Links, Revenue, markups

LANES = 8
"""A batch is filled up to a multiple of this, so that sums run alike in every place of it."""


class Calibration:
    """What the base year fixes; axes origin, destination, sector.

    Attributes:
        flows, tariffs: (N, N, S) sales net of duty, and tariffs of the destination.
        sigma: (S,) elasticities of substitution.
        pass_through: (S,) share of a change of duty that buyers pay.
        owners: (N, N, S) share of the profits made in a region and sector (second and third axis)
            that belongs to a region (first axis).
        markup: (S,) profits per unit of sales; one over sigma if not given, zero under perfect
            competition.
        links: value added and inputs; None: labour is the only cost.
        labour: how labour is supplied; None: all of it is always at work.
        revenue: what is done with tariff revenue.
        spending: (N, S) of all uses by sector, at prices with duty.
        expenditure: (N,) final expenditure at prices with duty, X.
        wage_bill, sales, profits: (N,), (N, S), (N, S).
        gamma, mu: shares of expenditure, by origin within a sector and by sector (final use).
        surplus: (N,) income less expenditure, held in units of the numeraire.
        unsold: (N, S) one where a region buys nothing of a sector.
    """

    def __init__(
        self,
        flows: Floats,
        tariffs: Floats,
        sigma: Floats,
        competition: Competition = "monopolistic",
        pass_through: Floats | None = None,
        owners: Floats | None = None,
        held: float = 1.0,
        *,
        markup: Floats | None = None,
        links: Links | None = None,
        labour: Labour | None = None,
        revenue: Revenue = "lump_sum",
    ) -> None:
        spending = (1 + tariffs) * flows
        self.flows, self.tariffs, self.sigma, self.competition = flows, tariffs, sigma, competition
        self.pass_through = np.ones_like(sigma) if pass_through is None else pass_through
        self.owners = everyone_owns(*flows.shape[1:]) if owners is None else owners
        self.markup = markups(sigma, competition, markup)
        self.links, self.labour, self.revenue = links, labour, revenue
        self.expenditure = spending.sum(axis=(0, 2))
        self.spending = spending.sum(axis=0)
        self.sales = flows.sum(axis=1)
        self.profits = self.markup * self.sales
        self.wage_bill = ((1 - self.markup) * self.sales).sum(axis=1)
        self.gamma = share(spending, spending.sum(axis=0, keepdims=True))
        self.mu = spending.sum(axis=0) / self.expenditure[:, None]
        earned = self.wage_bill + np.einsum("jis,is->j", self.owners, self.profits)
        self.surplus = held * (earned - flows.sum(axis=(0, 2)))
        self.unsold = (spending.sum(axis=0) == 0).astype(np.float64)
        if links is not None:
            costs = (1 - self.markup) * self.sales
            final = links.final_use(self.spending, costs)
            self.expenditure = final.sum(axis=1)
            self.mu = final / self.expenditure[:, None]
            self.wage_bill = (links.value_added * costs).sum(axis=1)


def everyone_owns(regions: int, sectors: int) -> Floats:
    """Give the owners, (N, N, S), if every region owns the profits that are made in it."""
    return np.repeat(np.eye(regions)[..., None], sectors, axis=-1)


def share(part: Floats, whole: Floats) -> Floats:
    """Divide; nothing of nothing is nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


class Equations:
    """The conditions under B tariff vectors; the batch is the last axis, filled up to lanes.

    With r = (1 + t') / (1 + t), pass-through f and prices P (all hats), a flow net of duty is
    T r^(f (1 - sigma) - 1) w^(1 - sigma) P^(sigma - 1) X, and the labour in it r^(-f sigma) instead
    of the power of r. With f = 1, the model's own case, both are Ossa's r^(-sigma).
    """

    precision: ClassVar[type[np.floating[Any]]] = np.float64
    """Of the inverse Jacobian that steps begin with."""

    def __init__(self, base: Calibration, new_tariffs: Floats) -> None:
        extra = -len(new_tariffs) % LANES
        filled = np.concatenate([new_tariffs, np.repeat(new_tariffs[-1:], extra, axis=0)])
        self.base, self.batch, self.lanes = base, len(new_tariffs), len(filled)
        self.tariffs = np.ascontiguousarray(np.moveaxis(filled, 0, -1))
        self.power = (1 - base.sigma)[None, :, None]
        relative = (1 + self.tariffs) / (1 + base.tariffs)[..., None]
        demand = _power(relative, base.pass_through * (1 - base.sigma))
        self.costs = base.gamma[..., None] * demand
        self.trade = base.flows[..., None] * demand / relative
        self.labour = self.trade
        if (base.pass_through != 1).any():
            self.labour = self.trade * _power(relative, 1 - base.pass_through)

    @property
    def unknowns(self) -> int:
        """The number of unknown hats: of wages, then of expenditures."""
        return 2 * len(self.base.expenditure)

    def change(self, logs: Floats) -> Floats:
        """Give the relative changes that the conditions ask for, (unknowns, lanes).

        One wage equation follows from the others; what is taken off each is the distance of the
        world's wage bill, the numeraire, from that of the base year. It is zero in an equilibrium.
        """
        half = len(logs) // 2
        wages, spending = np.exp(logs[:half]), np.exp(logs[half:])
        new_wages, new_spending = self.ask(wages, spending)
        bill = self.base.wage_bill
        numeraire = (bill[:, None] * wages).sum(axis=0) / bill.sum() - 1
        return np.concatenate([new_wages / wages - 1 - numeraire, new_spending / spending - 1])

    def ask(self, wages: Floats, spending: Floats) -> tuple[Floats, Floats]:
        """Give the wages and expenditures that the conditions ask for, (N, lanes) each."""
        base = self.base
        cost, demand = self._demand(wages, spending)
        sales, labour = self._output(cost, demand)
        bought = (demand * np.einsum("ijsb,isb->jsb", self.trade, cost)).sum(axis=1)
        total = base.expenditure[:, None]
        profits = np.einsum("jis,isb->jb", base.owners, sales - labour)
        income = base.wage_bill[:, None] * wages + profits + (total * spending - bought)
        new_wages = labour.sum(axis=1) / base.wage_bill[:, None]
        return new_wages, (income - base.surplus[:, None]) / total

    def results(self, hats: Floats) -> dict[str, Floats]:
        """Give everything at these hats, (unknowns, lanes), by name, with the batch first."""
        base, half = self.base, len(hats) // 2
        wages, spending = hats[:half], hats[half:]
        cost, demand = self._demand(wages, spending)
        sales, labour = self._output(cost, demand)
        flows = self.trade * cost[:, None] * demand[None]
        none = base.markup == 0
        made = np.where(none[:, None], sales, sales - labour)
        before = np.where(none, base.sales, base.profits)
        still = np.ones_like(wages)
        index = (spending[:, None] / demand) ** (1 / self.power)
        consumer = np.exp((base.mu[..., None] * np.log(index)).sum(axis=1))
        found = {
            "welfare": spending / consumer,
            "wages": wages,
            "profits": share(made, np.broadcast_to(before[..., None], made.shape)),
            "revenue": (self.tariffs * flows).sum(axis=(0, 2)),
            "price_index": index,
            "consumer_price": consumer,
            "flows": flows,
            "expenditure": spending,
            "labour": still,
            "net_of_tax": still,
        }
        return self._batched(found)

    def _batched(self, found: dict[str, Floats]) -> dict[str, Floats]:
        return {name: np.moveaxis(all_[..., : self.batch], -1, 0) for name, all_ in found.items()}

    def _demand(self, wages: Floats, spending: Floats) -> tuple[Floats, Floats]:
        """Give w^(1 - sigma) and X P^(sigma - 1), (N, S, lanes); P is 1 for what is not bought."""
        cost = np.exp(self.power * np.log(wages)[:, None])
        price = np.einsum("ijsb,isb->jsb", self.costs, cost) + self.base.unsold[..., None]
        return cost, spending[:, None] / price

    def _output(self, cost: Floats, demand: Floats) -> tuple[Floats, Floats]:
        """Give sales and the labour in them by origin and sector, (N, S, lanes)."""
        sales = cost * np.einsum("ijsb,jsb->isb", self.trade, demand)
        labour = sales
        if self.labour is not self.trade:
            labour = cost * np.einsum("ijsb,jsb->isb", self.labour, demand)
        return sales, (1 - self.base.markup)[None, :, None] * labour


def _power(relative: Floats, exponent: Floats) -> Floats:
    """Raise to a power by sector; what does not change stays one, without any work."""
    powers = np.broadcast_to(exponent[None, None, :, None], relative.shape)
    return np.power(relative, powers, out=np.ones_like(relative), where=relative != 1)

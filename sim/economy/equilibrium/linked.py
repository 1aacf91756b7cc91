"""The equilibrium conditions where production needs inputs, or labour is supplied."""

import numpy as np

from sim.economy.data.options import Floats, Links
from sim.economy.equilibrium.equations import Calibration, Equations, share


class LinkedEquations(Equations):
    """The conditions with input-output links (Caliendo and Parro 2015) and supply of labour.

    Cost is w^v L^-psi times the prices of inputs, each to the power of its share of cost. Unknown
    are wages and hours (N) and prices and expenditures by sector (N, S), in this order; what is
    unknown beside wages and expenditures keeps the conditions explicit.
    """

    precision = np.float32

    def __init__(self, base: Calibration, new_tariffs: Floats) -> None:
        super().__init__(base, new_tariffs)
        regions, sectors = base.spending.shape
        links = base.links or Links(np.ones((regions, sectors)), np.zeros((sectors, sectors)))
        self.added, self.bought = links.value_added[..., None], links.bought()
        self.use = share(self.bought, base.spending[:, None])
        self.final = share(base.mu, base.spending)[..., None]
        supply = base.labour
        self.elasticity = np.broadcast_to(supply.elasticity if supply else 0.0, regions)
        self.scale = supply.scale if supply else 0.0
        self.once = (base.tariffs * base.flows).sum(axis=(0, 2)) / base.wage_bill

    @property
    def unknowns(self) -> int:
        """The number of unknown hats: wages, hours, prices, expenditures by sector."""
        regions, sectors = self.base.spending.shape
        return int(2 * regions * (1 + sectors))

    def change(self, logs: Floats) -> Floats:
        """Give the relative changes that the conditions ask for, (unknowns, lanes)."""
        base, state = self.base, self._state(logs)
        wages, hours, price, spending = (np.exp(part) for part in state)
        sales, costs, bought, index = self._markets(state, spending)
        income, tax = self._income(wages * hours, spending, sales, costs, bought)
        paid = (self.added * costs).sum(axis=1) / base.wage_bill[:, None]
        asked = income[:, None] * self.final + np.einsum("jks,jkb->jsb", self.use, costs)
        asked += base.unsold[..., None]
        bill = base.wage_bill
        numeraire = (bill[:, None] * wages * hours).sum(axis=0) / bill.sum() - 1
        supplied = self._supplied(wages, tax, index)
        parts = [
            paid / (wages * hours) - 1 - numeraire,
            supplied / hours - 1,
            index / price - 1,
            asked / spending - 1,
        ]
        return np.concatenate([part.reshape(-1, self.lanes) for part in parts])

    def results(self, hats: Floats) -> dict[str, Floats]:
        """Give everything at these hats, (unknowns, lanes), by name, with the batch first."""
        base, state = self.base, self._state(np.log(hats))
        wages, hours, _, spending = (np.exp(part) for part in state)
        cost, demand, index = self._prices(state, spending)
        sales, costs, bought, _ = self._markets(state, spending)
        income, tax = self._income(wages * hours, spending, sales, costs, bought)
        flows = self.trade * cost[:, None] * demand[None]
        none = base.markup == 0
        made = np.where(none[:, None], sales, sales - costs)
        before = np.where(none, base.sales, base.profits)
        consumer = np.exp((base.mu[..., None] * np.log(index)).sum(axis=1))
        total = income / base.expenditure[:, None]
        found = {
            "welfare": self._welfare(total / consumer, tax * wages * hours / consumer, tax),
            "wages": wages,
            "profits": share(made, np.broadcast_to(before[..., None], made.shape)),
            "revenue": (self.tariffs * flows).sum(axis=(0, 2)),
            "price_index": index,
            "consumer_price": consumer,
            "flows": flows,
            "expenditure": total,
            "labour": hours,
            "net_of_tax": tax,
        }
        return self._batched(found)

    def _state(self, logs: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Cut the unknowns into wages, hours, prices and expenditures."""
        regions, sectors = self.base.spending.shape
        wages, hours = logs[:regions], logs[regions : 2 * regions]
        price, spending = logs[2 * regions :].reshape(2, regions, sectors, -1)
        return wages, hours, price, spending

    def _prices(
        self, state: tuple[Floats, Floats, Floats, Floats], spending: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Give cost^(1 - sigma), X P^(sigma - 1) and P as costs make it, (N, S, lanes) each."""
        wages, hours, price, _ = state
        logs = self.added * wages[:, None] - self.scale * hours[:, None]
        logs = logs + np.einsum("jsk,jkb->jsb", self.bought, price)
        cost = np.exp(self.power * logs)
        made = np.einsum("ijsb,isb->jsb", self.costs, cost) + self.base.unsold[..., None]
        return cost, spending / made, made ** (1 / self.power)

    def _markets(
        self, state: tuple[Floats, Floats, Floats, Floats], spending: Floats
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Give sales and costs by origin and sector, what is bought net of duty, and prices."""
        cost, demand, index = self._prices(state, spending)
        sales, costs = self._output(cost, demand)
        bought = (demand * np.einsum("ijsb,isb->jsb", self.trade, cost)).sum(axis=1)
        return sales, costs, bought, index

    def _income(
        self, earned: Floats, spending: Floats, sales: Floats, costs: Floats, bought: Floats
    ) -> tuple[Floats, Floats]:
        """Give final expenditure, and what is left of a wage after tax (hats), (N, lanes) each."""
        base = self.base
        wage_bill = base.wage_bill[:, None] * earned
        profits = np.einsum("jis,isb->jb", base.owners, sales - costs)
        revenue = (base.spending[..., None] * spending).sum(axis=1) - bought
        income = wage_bill + profits + revenue - base.surplus[:, None]
        if base.revenue == "lump_sum":
            return income, np.ones_like(income)
        relief = revenue / wage_bill - self.once[:, None]
        if base.labour is None or base.labour.tax is None:
            return income, 1 / (1 - relief)
        kept = 1 - np.broadcast_to(base.labour.tax, len(income))[:, None]
        return income, (kept + relief) / kept

    def _supplied(self, wages: Floats, tax: Floats, index: Floats) -> Floats:
        """Give the hours that are supplied, (N, lanes) hats."""
        consumer = (self.base.mu[..., None] * np.log(index)).sum(axis=1)
        logs = self.elasticity[:, None] * (np.log(tax * wages) - consumer)
        hours: Floats = np.exp(logs)
        return hours

    def _welfare(self, consumed: Floats, toil: Floats, tax: Floats) -> Floats:
        """Give consumption less what hours cost, over that of the base year."""
        base = self.base
        kept = 1 / tax
        if base.labour is not None and base.labour.tax is not None:
            kept = 1 - np.broadcast_to(base.labour.tax, len(tax))[:, None] + 0 * tax
        elif base.revenue == "lump_sum":
            kept = np.ones_like(tax)
        part = (self.elasticity / (1 + self.elasticity))[:, None] * kept
        part = part * (base.wage_bill / base.expenditure)[:, None]
        left: Floats = (consumed - part * toil) / (1 - part)
        return left

"""Why a welfare effect is what it is: terms of trade, tariff wedge, markup wedge, along a path."""

import numpy as np

from sim.economy.data.options import Floats
from sim.economy.equilibrium.effects import TradeModel
from sim.economy.equilibrium.equations import Calibration
from sim.economy.equilibrium.solve import Equilibrium
from sim.errors import ConfigError

PARTS = ("terms of trade", "tariff wedge", "markup wedge", "plants abroad")

STEPS = 128
"""Of the path between two tariff vectors, on each of which the parts are added up."""


def reasons(model: TradeModel, tariffs: Floats, steps: int = STEPS) -> Floats:
    """Take a welfare effect apart along the path between two tariff vectors.

    A small change of real final expenditure is, at prices of the base year, the sum of what exports
    gain and imports lose in price net of duty (terms of trade), of the duty on every further unit
    imported (tariff wedge), of the profit on every further unit made (markup wedge), and of the
    change of profits from plants abroad less those of foreign ones at home. Between the vectors one
    plus every rate moves at a constant pace, and the parts are added up.

    Args:
        model: of the economy.
        tariffs: (2, N, N, S) fractions: from, and to.
        steps: of the path; the sum misses the effect by less the more there are.

    Returns:
        (N, 4) USD bn a year, in the order of `PARTS`.

    Raises:
        ConfigError: labour is supplied, so that hours are a reason of their own.
        ConvergenceError: an equilibrium on the path did not converge.
    """
    base = model.base
    if base.labour is not None:
        raise ConfigError("economy.labour: reasons are told with all labour at work; leave it out")
    gone = np.linspace(0, 1, steps + 1)[:, None, None, None]
    path = (1 + tariffs[0]) ** (1 - gone) * (1 + tariffs[1]) ** gone - 1
    path[0], path[-1] = tariffs
    found = model.equilibria(path)
    price = _net_prices(base, found, path)
    real = found.flows / found.consumer_price[:, None, :, None]
    sold = found.flows / found.consumer_price[:, :, None, None]
    units = np.divide(found.flows, price, out=np.zeros_like(price), where=found.flows > 0)
    abroad = ~np.eye(len(base.expenditure), dtype=bool)[None, :, :, None]
    dearer, more = np.log(price), np.log(units, out=np.zeros_like(units), where=units > 0)
    earned = found.flows - _costs(base, found, path)
    parts = [
        _added(sold * abroad, dearer).sum(axis=(1, 2)) - _added(real * abroad, dearer).sum((0, 2)),
        _added(path * real, more).sum(axis=(0, 2)),
        _added(earned / found.consumer_price[:, :, None, None], more).sum(axis=(1, 2)),
        _from_abroad(base, found, earned),
    ]
    return np.stack(parts, axis=1)


def _added(weight: Floats, logs: Floats) -> Floats:
    """Add up weights, at the middle of every step, times changes of logarithms, (N, N, S)."""
    total: Floats = ((weight[1:] + weight[:-1]) / 2 * np.diff(logs, axis=0)).sum(axis=0)
    return total


def _net_prices(base: Calibration, found: Equilibrium, path: Floats) -> Floats:
    """Give prices net of duty, (B, N, N, S) hats."""
    cost = np.log(found.wages)[..., None] * np.ones_like(found.price_index)
    if base.links is not None:
        cost = cost * base.links.value_added
        cost += np.einsum("jks,bjs->bjk", base.links.bought(), np.log(found.price_index))
    ratio = (1 + path) / (1 + base.tariffs)
    prices: Floats = np.exp(cost)[:, :, None] * ratio ** (base.pass_through - 1)
    return prices


def _costs(base: Calibration, found: Equilibrium, path: Floats) -> Floats:
    """Give what it costs to make what is sold, (B, N, N, S)."""
    ratio = (1 + path) / (1 + base.tariffs)
    costs: Floats = (1 - base.markup) * found.flows * ratio ** (1 - base.pass_through)
    return costs


def _from_abroad(base: Calibration, found: Equilibrium, earned: Floats) -> Floats:
    """Add up changes of profits that come from abroad, less those that go there, (N,)."""
    profits = earned.sum(axis=2)
    net = np.einsum("jis,bis->bj", base.owners, profits) - profits.sum(axis=2)
    inverse = 1 / found.consumer_price
    total: Floats = ((inverse[1:] + inverse[:-1]) / 2 * np.diff(net, axis=0)).sum(axis=0)
    return total

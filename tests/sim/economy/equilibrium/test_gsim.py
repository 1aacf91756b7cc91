"""GSIM's worked example, and the trade model against it where both have to agree."""

import numpy as np
import pytest

from sim.economy.equilibrium.solve import solve
from tests.sim.economy.equilibrium.gsim import effects, world_prices

pytestmark = pytest.mark.fast

US, JP, EU, ROW = range(4)
TRADE = np.array(
    [[0, 50, 200, 300], [500, 0, 150, 200], [300, 100, 200, 200], [50, 100, 110, 20]], dtype=float
)
FACTORS = np.array(
    [[1, 1.21, 1.41, 1.22], [1.37, 1, 1.31, 1.23], [1.32, 1.36, 1, 1.18], [1.57, 1.41, 1.25, 1.15]]
)


def test_the_worked_example_of_free_trade_between_two_regions():
    after = FACTORS.copy()
    after[US, EU] = after[EU, US] = 1
    found = world_prices(TRADE, FACTORS, after, em=-1.25, ex=1.5, es=5)
    assert found.round(4).tolist() == [0.0792, -0.0316, 0.0480, -0.0184]


def test_no_change_of_tariffs_changes_no_price():
    assert world_prices(TRADE, FACTORS, FACTORS, -1.25, 1.5, 5) == pytest.approx(0, abs=1e-15)


def test_the_trade_model_has_the_price_effects_of_gsim_in_a_small_sector():
    """With so small a sector neither wages nor incomes move; its demand has Em = -1.

    Quantities then follow own and cross effects alone, in the limit of small tariffs.
    """
    tiny, step, sigma = 1e-7, 1e-4, 5.0
    flows = np.stack([tiny * (TRADE + 100 * np.eye(4)), TRADE + TRADE.T + 5000 * np.eye(4)], axis=2)
    own, cross = effects(flows[..., 0], np.ones((4, 4)), em=-1.0, es=sigma)
    for origin, destination in ((EU, US), (JP, EU), (ROW, JP)):
        new = np.zeros((1, 4, 4, 2))
        new[0, origin, destination, 0] = step
        got = solve(
            flows, np.zeros(flows.shape), new, np.array([sigma, 3.0]), competition="perfect"
        )
        change = got.flows[0, :, destination, 0] / flows[:, destination, 0] - 1
        expected = cross[origin, destination] * step * np.ones(4)
        expected[origin] = own[origin, destination] * step
        assert change == pytest.approx(expected, rel=1e-3)
        assert own[origin, destination] < 0 < cross[origin, destination]


def test_both_agree_on_who_gains_in_a_larger_sector():
    """Without the bound of a small sector, the signs of what is sold still agree."""
    after = FACTORS.copy()
    after[US, EU] = after[EU, US] = 1
    prices = world_prices(TRADE, FACTORS, after, em=-1.0, ex=1.5, es=5)
    rest = 20 * (TRADE + TRADE.T) + 60_000 * np.eye(4)
    flows = np.stack([TRADE + 300 * np.eye(4), rest], axis=2)
    tariffs = np.stack([FACTORS - 1, np.zeros((4, 4))], axis=2)
    tariffs[np.arange(4), np.arange(4)] = 0
    new = tariffs.copy()
    new[US, EU, 0] = new[EU, US, 0] = 0
    got = solve(flows, tariffs, new[None], np.array([5.0, 3.0]))
    sold = got.flows[0, ..., 0].sum(axis=1) / flows[..., 0].sum(axis=1) - 1
    assert np.sign(sold).tolist() == np.sign(prices).tolist() == [1, -1, 1, -1]

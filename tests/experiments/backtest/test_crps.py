"""The score against closed forms, and against its other definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from experiments.backtest.crps import central, crps, quantile

pytestmark = pytest.mark.fast

MANY = (np.arange(20_000) + 0.5) / 20_000
"""Shares that fall in the middle of equal parts."""


def score(values, observed, weights=None):
    values = np.asarray(values, dtype=float)
    return float(crps(values, np.ones(len(values)) if weights is None else weights, observed))


def test_a_single_value_scores_its_absolute_error():
    assert score([27.5], 15.0) == 12.5
    assert score([0.0], 550.0) == 550.0
    assert score([15.0], 15.0) == 0.0


@pytest.mark.parametrize(("p", "observed"), [(0.3, 1.0), (0.3, 0.0), (0.95, 1.0)])
def test_a_yes_or_no_has_the_score_of_brier(p, observed):
    assert score([0.0, 1.0], observed, np.array([1 - p, p])) == pytest.approx((p - observed) ** 2)


@pytest.mark.parametrize("y", [-0.5, 0.0, 0.2, 0.5, 1.0, 1.7])
def test_a_uniform(y):
    """Integrate (F(x) - 1{y <= x})^2 for F(x) = x on 0..1 by hand."""
    inside = min(max(y, 0.0), 1.0)
    closed = (inside**3 + (1 - inside) ** 3) / 3 + abs(y - inside)
    assert score(MANY, y) == pytest.approx(closed, abs=1e-4)


@pytest.mark.parametrize("y", [-2.0, 0.0, 0.7])
def test_a_normal(y):
    """Gneiting and Raftery (2007), equation 21."""
    closed = y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / np.sqrt(np.pi)
    assert score(norm.ppf(MANY), y) == pytest.approx(closed, abs=1e-4)


samples = st.lists(
    st.tuples(st.integers(-30, 30), st.integers(0, 5)), min_size=1, max_size=12
).filter(lambda pairs: any(weight for _, weight in pairs))


@given(samples, st.integers(-40, 40))
def test_it_is_the_distance_to_what_happened_less_half_of_the_spread(pairs, observed):
    values, weights = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    p = weights / weights.sum()
    spread = np.abs(values[:, None] - values)
    expected = p @ np.abs(values - observed) - p @ spread @ p / 2
    assert score(values, observed, weights) == pytest.approx(expected, abs=1e-9)


def test_several_forecasts_with_the_same_values():
    weights = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
    assert crps(np.array([0.0, 10.0, 15.0]), weights, 15.0).tolist() == [15.0, 1.25]


def test_intervals_hold_at_least_their_share():
    levels, weights = np.array([25.0, 0.0, 10.0, 15.0]), np.array([60.0, 4.0, 6.0, 30.0])
    assert quantile(levels, weights, 0.5) == 25
    assert central(levels, weights, 0.5) == (15, 25)
    assert central(levels, weights, 0.9) == (10, 25)
    assert central(levels, weights, 1.0) == (0, 25)

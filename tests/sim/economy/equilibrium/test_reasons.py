"""Why a welfare effect is what it is: parts that add up, and cases with a known answer."""

from dataclasses import replace

import numpy as np
import pytest

from sim.economy.data.linkage import Linkage
from sim.economy.data.options import Labour
from sim.economy.data.spec import Plants
from sim.economy.equilibrium.effects import WELFARE, TradeModel
from sim.economy.equilibrium.reasons import PARTS, reasons
from sim.errors import ConfigError
from tests.sim.economy import small

pytestmark = pytest.mark.fast

SIGMA = np.array([4.0, 5.0, 3.0])
PLANTS = Plants("HUB", "EAST", ("cars",), 0.3, 1.0)


def linked():
    """Give the small economy with links that leave final demand."""
    inputs = np.broadcast_to([[0.2, 0.1, 0.7], [0.0, 0.2, 0.8], [0.02, 0.01, 0.97]], (4, 3, 3))
    return replace(small.base_year(), linkage=Linkage(np.full((4, 3), 0.8), inputs))


def pair(base):
    """Give tariffs that rise at random."""
    rng = np.random.default_rng(3)
    new = base.tariffs + rng.uniform(0, 0.5, base.tariffs.shape)
    new[np.arange(4), np.arange(4)] = 0
    return np.stack([base.tariffs, new])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"competition": "perfect"},
        {"markup": {"cars": 0.1, "steel": 0.0}},
        {"pass_through": {"cars": 0.8}},
        {"plants": (PLANTS,), "pass_through": {"cars": 0.8}},
        {"imbalance": "purged"},
        {"base": linked(), "markup": {"cars": 0.1, "steel": 0.1, "other": 0.1}},
        {"base": linked(), "competition": "perfect"},
    ],
    ids=str,
)
def test_the_parts_add_up_to_the_effect(changes):
    spec = small.spec(**changes)
    model, tariffs = TradeModel(spec.base, spec, SIGMA), pair(spec.base)
    parts = reasons(model, tariffs)
    effect = np.diff(model.effects(tariffs).values[..., WELFARE], axis=0)[0]
    assert parts.shape == (4, len(PARTS))
    assert parts.sum(axis=1) == pytest.approx(effect, rel=1e-3)
    if "plants" not in changes:
        assert parts[:, 3] == pytest.approx(0, abs=1e-9)
    if spec.competition == "perfect":
        assert parts[:, 2] == pytest.approx(0, abs=1e-9)


def test_from_free_trade_a_small_tariff_is_all_terms_of_trade():
    spec = small.spec(competition="perfect")
    spec = replace(spec, base=replace(spec.base, tariffs=0 * spec.base.tariffs))
    new = np.zeros((2, *spec.base.flows.shape))
    new[1, 1:, 0] = 1e-4
    parts = reasons(TradeModel(spec.base, spec, SIGMA), new)
    assert parts[0, 0] > 0
    assert abs(parts[0, 1]) < 1e-3 * parts[0, 0]


def test_terms_of_trade_are_what_the_others_lose():
    """One gains what the others lose, but for the prices that both are deflated by."""
    spec = small.spec(competition="perfect")
    tariffs = np.repeat(spec.base.tariffs[None], 2, axis=0)
    tariffs[1, 1:, 0] += 0.01
    terms = reasons(TradeModel(spec.base, spec, SIGMA), tariffs)[:, 0]
    assert terms.sum() == pytest.approx(0, abs=0.05 * terms[0])
    assert terms[0] > 0 > terms[1:].max()


def test_no_change_has_no_reasons():
    spec = small.spec()
    tariffs = np.repeat(spec.base.tariffs[None], 2, axis=0)
    assert reasons(TradeModel(spec.base, spec, SIGMA), tariffs) == pytest.approx(0, abs=1e-12)


def test_hours_are_a_reason_of_their_own():
    spec = small.spec(labour=Labour(0.5))
    with pytest.raises(ConfigError, match=r"economy\.labour: reasons are told with all labour"):
        reasons(TradeModel(spec.base, spec, SIGMA), pair(spec.base))

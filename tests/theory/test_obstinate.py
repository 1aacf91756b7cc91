"""Obstinate types: the reputation game in closed form, and when talks end; the figure's counts."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from experiments.design.plan import Plan
from sim.strategies.abreu_gul import concession, moment
from sim.talks.model import negotiate

pytestmark = pytest.mark.fast

CONFIG = Path(__file__).parents[2] / "configs" / "obstinate.toml"
PATIENT, IMPATIENT, TIME = (
    "obstinate types, patient",
    "obstinate types, impatient",
    "concession with time alone",
)
WORLDS = 4_000


def test_v20_concession_with_obstinate_types_in_closed_form() -> None:
    demands, rates, obstinate = (0.6, 0.7), (0.10, 0.05), (0.01, 0.02)
    one = concession(demands, rates, obstinate)
    two = concession(demands[::-1], rates[::-1], obstinate[::-1])
    assert (one.hazard, two.hazard) == pytest.approx((0.0666666667, 0.1), abs=1e-6)
    times = [-np.log(z) / one_of.hazard for z, one_of in zip(obstinate, (one, two), strict=True)]
    assert times == pytest.approx([69.0775527898, 39.1202300543], abs=1e-6)
    assert one.horizon == two.horizon == pytest.approx(39.1202300543, abs=1e-6)
    assert (one.immediate, two.immediate) == pytest.approx((0.8642791192, 0.0), abs=1e-6)
    won = one.immediate * demands[1] + (1 - one.immediate) * (1 - demands[0])
    assert (1 - demands[1], won) == pytest.approx((0.3, 0.6592837358), abs=1e-6)


def test_v20_times_of_giving_in_have_that_distribution() -> None:
    one = concession((0.6, 0.7), (0.10, 0.05), (0.01, 0.02))
    uniform = (np.arange(100_000) + 0.5) / 100_000
    times = moment(one, uniform)
    assert (times == 0).mean() == pytest.approx(one.immediate, abs=1e-4)
    assert np.isinf(times).mean() == pytest.approx(0.01, abs=1e-4), "the obstinate ones"
    for t in (5.0, 20.0, 39.0):
        given_in = 1 - (1 - one.immediate) * np.exp(-one.hazard * t)
        assert (times <= t).mean() == pytest.approx(given_in, abs=1e-4)
    assert times[np.isfinite(times)].max() <= one.horizon


@cache
def rounds() -> dict[str, np.ndarray]:
    """Play the experiment of the figure; give the number of deals by round, and at 0 of no deal."""
    plan = Plan.load(CONFIG)
    found = {}
    for cell in plan.cells:
        game = plan.game(cell)
        signed = negotiate(game, WORLDS, seed=plan.config.seed).talks[0]
        number = np.where(signed.package >= 0, signed.signed_in, 0)
        (label,) = cell.labels.values()
        found[label] = np.bincount(number, minlength=1 + game.calendar.rounds)
    return found


def survival(rate: float) -> np.ndarray:
    """Give the probability that neither side has given in by time 0, 1, 2, …, 32."""
    left = concession((0.7, 0.7), (rate, rate), (0.05, 0.1))
    right = concession((0.7, 0.7), (rate, rate), (0.1, 0.05))
    t = np.minimum(np.arange(33), left.horizon)
    stays = (1 - left.immediate) * (1 - right.immediate)
    return np.asarray(stays * np.exp(-(left.hazard + right.hazard) * t))


def test_v20_with_obstinate_types_and_patience_deals_are_at_once_or_at_the_deadline() -> None:
    none, first, *between, last = rounds()[PATIENT]
    assert min(first, last) > 10 * max(between), "a U"
    assert first + last > 0.75 * WORLDS
    assert none < 0.01 * WORLDS


def test_v20_with_impatience_they_are_the_rarer_the_later() -> None:
    counts = rounds()[IMPATIENT][1:]
    blocks = counts.reshape(11, 3).sum(axis=1)
    assert all(late < early or early == 0 for early, late in pairwise(blocks))
    assert counts[-1] == 0


@pytest.mark.parametrize(("label", "rate"), [(PATIENT, 0.01), (IMPATIENT, 0.2)])
def test_v20_each_round_has_the_deals_that_the_hazards_give(label: str, rate: float) -> None:
    """Within four standard errors: who gives in by time n - 1 does so in round n."""
    alive, none = survival(rate), 0.05 * 0.1
    shares = np.concatenate([[none], [1 - alive[0]], -np.diff(alive)])
    if rate == 0.01:
        shares[-1] = alive[-2] - none
    expected = WORLDS * shares
    assert (np.abs(rounds()[label] - expected) <= 4 * np.sqrt(np.maximum(expected, 1))).all()


def test_v22_concession_with_time_alone_has_one_mode_in_between() -> None:
    none, *counts = rounds()[TIME]
    blocks = np.array(counts).reshape(11, 3).sum(axis=1)
    top = int(blocks.argmax())
    assert none == 0
    assert 0 < top < 10
    assert all(a <= b for a, b in pairwise(blocks[: top + 1]))
    assert all(a >= b for a, b in pairwise(blocks[top:]))
    assert counts[0] == counts[-1] == 0, "nobody signs at once, nobody at the deadline"

"""The war of attrition: who waits for the other to give in gets as much as who gives in."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

from sim.seats.strategy import Answer, BatchStrategy
from sim.talks.model import negotiate
from tests.sim.strategies.transcripts import pie

pytestmark = pytest.mark.fast

PRIZE, COST = 1.0, 0.2
HAZARD = COST / PRIZE
WON, LOST, RATE = 0.7, 0.3, 0.1
TIMES = (0.1, 1.0, 5.0, 20.0)


def against(hazard: float, until: float, won: Any, lost: Any) -> float:
    """Give what waiting until a time is worth against one who gives in at a hazard.

    Args:
        hazard: of the other side.
        until: when the own side gives in.
        won, lost: what is had of the other's and of the own giving in at a time.
    """
    gain = quad(lambda t: hazard * np.exp(-hazard * t) * won(t), 0, until)[0]
    return float(gain + np.exp(-hazard * until) * lost(until))


def test_v19_at_a_hazard_of_cost_over_prize_waiting_is_worth_nothing() -> None:
    assert abs(HAZARD - 0.2) < 1e-6
    for until in TIMES:
        worth = against(HAZARD, until, lambda t: PRIZE - COST * t, lambda t: -COST * t)
        assert worth == pytest.approx(0, abs=1e-6)
    alive = quad(lambda t: np.exp(-2 * HAZARD * t), 0, 200)[0]
    assert alive == pytest.approx(2.5, abs=1e-6)


def test_v19_with_discounting_the_hazard_is_what_waiting_loses_over_what_it_wins() -> None:
    hazard = RATE * LOST / (WON - LOST)
    assert hazard == pytest.approx(0.075, abs=1e-6)
    for until in TIMES:
        worth = against(
            hazard, until, lambda t: WON * np.exp(-RATE * t), lambda t: LOST * np.exp(-RATE * t)
        )
        assert worth == pytest.approx(LOST, abs=1e-6)


@dataclass(frozen=True)
class Waiting(BatchStrategy):
    """Demands all, and gives in at a hazard per round."""

    hazard: float

    def propose(self, view: Any) -> Any:
        return np.where(self._gives_in(view), view.at_least(view.reservation), view.best_package)

    def answer(self, view: Any, mine: Any) -> Any:
        wanted = np.where(self._gives_in(view), view.reservation, view.best)
        good = (view.standing >= 0) & (view.utility(view.standing) >= wanted)
        return np.where(good, int(Answer.ACCEPT), int(Answer.REJECT))

    def _gives_in(self, view: Any) -> Any:
        return view.luck(1)[:, 0] < -np.expm1(-self.hazard)


def test_v19_in_play_either_side_wins_half_of_them_after_half_the_prize_over_the_cost() -> None:
    """A round is a twentieth of a unit of time; 3,000 worlds, four standard errors."""
    step, worlds = 0.05, 3_000
    waiting = Waiting(HAZARD * step)
    scenario = pie(waiting, waiting, 800, slices=1, first_mover="draw")
    table = negotiate(scenario, worlds).to_frame()
    assert set(table["status"]) == {"deal"}
    duration = step * (table["round"].astype(float) - 1)
    error = duration.std() / worlds**0.5
    assert duration.mean() == pytest.approx(PRIZE / (2 * COST), abs=4 * error + step)
    won = table["payoff.hub"]
    assert won.mean() == pytest.approx(0.5, abs=4 * 0.5 / worlds**0.5)
    net = won - COST * duration
    assert net.mean() == pytest.approx(0, abs=4 * net.std() / worlds**0.5 + COST * step)

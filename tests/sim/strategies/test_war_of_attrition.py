"""The war of attrition: who gives in, and when, follows from what waiting costs."""

import numpy as np
import pandas as pd
import pytest

from sim.strategies import Hardliner, WarOfAttrition
from sim.strategies.war_of_attrition import hazard
from sim.talks.model import negotiate
from sim.testing import make_view, pie, play

pytestmark = pytest.mark.fast

WORLDS = 4_000


def test_v19_the_hazard_is_what_waiting_costs_over_what_there_is_to_win() -> None:
    assert hazard(1.0, 0.0, 5.0, 0.0) == pytest.approx(0.2)
    assert hazard(0.0, 0.1, 7.0, 3.0) == pytest.approx(0.075)
    assert hazard(1.0, 0.0, 3.0, 3.0) == np.inf


def fought(cost: float, rounds: int = 1_000) -> pd.DataFrame:
    """Two of them over a prize of one."""
    player = WarOfAttrition(cost)
    game = pie(rounds, 10, players=(player, player), first_mover="draw", null_deal=True)
    return negotiate(game, WORLDS).to_frame()


def test_v19_it_lasts_half_the_prize_over_the_cost_and_either_side_wins_half_the_time() -> None:
    frame = fought(0.02)
    assert (frame["status"] == "deal").all()
    waited = (frame["round"] - 1).mean()
    assert waited == pytest.approx(1 / (2 * 0.02), rel=0.06)
    won = frame["package"] == 10
    assert won.mean() == pytest.approx(0.5, abs=0.03)
    assert set(frame["package"]) == {0, 10}, "who gives in gets nothing"
    gain = np.where(won, 1.0, 0.0) - 0.02 * (frame["round"] - 1)
    assert gain.mean() == pytest.approx(0, abs=0.03), "waiting uses the prize up"


def test_against_one_that_never_moves_it_gives_in_at_its_hazard() -> None:
    game = pie(400, 10, players=(WarOfAttrition(0.05), Hardliner()), first_mover="partner")
    frame = negotiate(game, WORLDS).to_frame()
    assert (frame["package"] == 0).all()
    assert frame["round"].mean() == pytest.approx(1 / (1 - np.exp(-0.05)), rel=0.06)


def test_it_waits_as_long_as_nothing_is_offered() -> None:
    told = play(WarOfAttrition(50.0), (-1, -1, 3, 3), game=pie(4))
    assert told == [("", 10), ("", 10), ("", 10), ("accept", -1)]


def test_its_demand_is_a_share_of_its_best() -> None:
    told = play(WarOfAttrition(0.0, share=0.6), (0, 6), game=pie(3))
    assert told == [("", 6), ("reject", 6), ("accept", -1)]


def test_after_giving_in_it_offers_the_like_of_what_cannot_be_signed_yet() -> None:
    view = make_view(mine=(10,), theirs=(2, 2))
    view.memory["attrition yielded"] = np.ones(1, dtype=bool)
    assert WarOfAttrition(0.0).propose(view).tolist() == [2]

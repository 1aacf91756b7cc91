"""The obstinate mimic: how often it gives in at once, and when it does later."""

import numpy as np
import pytest

from sim.draws import Drawn
from sim.model import negotiate
from sim.strategies import AbreuGul, Hardliner
from sim.strategies.abreu_gul import concession, moment
from sim.testing import make_view, pie, play, silent

pytestmark = pytest.mark.fast

DEMANDS, RATES, OBSTINATE = (0.6, 0.7), (0.10, 0.05), (0.01, 0.02)


def test_v20_the_game_of_two_of_them() -> None:
    first = concession(DEMANDS, RATES, OBSTINATE)
    second = concession(DEMANDS[::-1], RATES[::-1], OBSTINATE[::-1])
    assert first.hazard == pytest.approx(0.0666666667)
    assert second.hazard == pytest.approx(0.1)
    assert first.horizon == second.horizon == pytest.approx(39.1202300543)
    assert first.immediate == pytest.approx(0.8642791192)
    assert second.immediate == pytest.approx(0.0, abs=1e-12)


def test_v20_the_second_player_gets_more_than_its_rival_s_demand_leaves() -> None:
    first = concession(DEMANDS, RATES, OBSTINATE)
    worth = first.immediate * DEMANDS[1] + (1 - first.immediate) * (1 - DEMANDS[0])
    assert worth == pytest.approx(0.6592837358)


def test_it_gives_in_at_times_of_the_right_distribution() -> None:
    given = concession(DEMANDS, RATES, OBSTINATE)
    times = moment(given, (np.arange(100_000) + 0.5) / 100_000)
    assert (times == 0).mean() == pytest.approx(given.immediate, abs=1e-4)
    assert np.isinf(times).mean() == pytest.approx(OBSTINATE[0], abs=1e-4), "the obstinate"
    finite = times[np.isfinite(times)]
    assert finite.max() <= given.horizon
    later = (1 - given.immediate) * np.exp(-given.hazard * 10)
    assert (times > 10).mean() == pytest.approx(later, abs=1e-4)


def test_against_one_that_never_moves_it_gives_in_as_often_as_it_is_not_obstinate() -> None:
    player = AbreuGul(0.6, 0.7, 0.10, 0.05, 0.2, 0.3)
    game = pie(60, players=(silent(3), player), first_mover="hub")
    frame = negotiate(game, 3_000).to_frame()
    assert (frame["status"] == "expired").mean() == pytest.approx(0.0, abs=1e-9), (
        "7 slices are more than it demands: it accepts them at once"
    )
    game = pie(60, players=(Hardliner(), player), first_mover="hub")
    frame = negotiate(game, 3_000).to_frame()
    assert (frame["status"] == "expired").mean() == pytest.approx(0.2, abs=0.03)
    given = concession((0.6, 0.7), (0.10, 0.05), (0.2, 0.3))
    assert (frame["round"] == 1).sum() / len(frame) == pytest.approx(given.immediate, abs=0.03)


def test_it_demands_its_share_and_accepts_it() -> None:
    player = AbreuGul(0.6, 0.7, obstinate=1.0)
    assert play(player, (0, 5, 6), game=pie(4)) == [("", 6), ("reject", 6), ("reject", 6),
                                                    ("accept", -1)]  # fmt: skip


def test_after_giving_in_it_offers_what_the_other_side_demands() -> None:
    view = make_view()
    view.memory["abreu gul time"] = np.ones(1)
    assert AbreuGul(0.6, 0.7).propose(view).tolist() == [3]


def test_demands_that_fit_into_the_pie_are_no_conflict() -> None:
    with pytest.raises(ValueError, match=r"add up to 0\.9; together they have to be above 1"):
        AbreuGul(0.4, 0.5)
    with pytest.raises(ValueError, match="add up to 1; "):
        AbreuGul(Drawn.uniform(0.3, 0.9), 0.7)

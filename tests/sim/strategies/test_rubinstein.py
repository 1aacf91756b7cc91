"""Rubinstein: backward induction from the last offer that can be answered."""

from dataclasses import replace

import pytest

from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.strategies import Rubinstein
from sim.talks.model import negotiate
from sim.testing import Opening, pie, play
from tests.theory.test_alternating_offers import FINITE

pytestmark = pytest.mark.fast

SLICES = 100_000


def split(offers: int, first: float, second: float) -> float:
    """Play the game of so many offers; give the share of who offers first.

    In R rounds of two turns each, the offer of turn 2 R cannot be answered. With an even number of
    offers the hub passes at first, so that the partner is the first to offer.
    """
    even = offers % 2 == 0
    rounds = (offers + 2) // 2
    players = (Rubinstein(second, first), Rubinstein(first, second))
    players = (Opening(players[0], (-1,)), players[1]) if even else players[::-1]
    row = negotiate(pie(rounds, SLICES, players=players, information="complete")).to_frame().iloc[0]
    assert row["status"] == "deal"
    share = row["package"] / SLICES
    return 1 - share if even else share


@pytest.mark.slow
@pytest.mark.parametrize("game", FINITE)
def test_v02_it_splits_a_pie_as_the_game_of_n_periods(game: tuple[int, float, float]) -> None:
    assert split(*game) == pytest.approx(FINITE[game], abs=game[0] / SLICES)


def test_v01_with_many_offers_the_split_is_that_of_the_game_without_end() -> None:
    assert split(91, 0.9, 0.8) == pytest.approx((1 - 0.8) / (1 - 0.72), abs=1e-3)


def patient(factor: float, rounds: int) -> Scenario:
    game = pie(rounds, SLICES, players=(Rubinstein(), Rubinstein()), information="complete")
    around = Surroundings(discounts={"hub": factor, "partner": factor})
    return replace(game, surroundings=around)


def test_it_takes_the_discount_of_the_scenario_which_is_one_per_round() -> None:
    row = negotiate(patient(0.9, 2)).to_frame().iloc[0]
    assert row["package"] / SLICES == pytest.approx(1 - 0.9 * (1 - 1.0), abs=1e-4), (
        "the offer of the first round is answered in it, that of the partner in the second: to "
        "reject is to get nothing, as the hub's last offer leaves nothing"
    )


def test_without_impatience_who_offers_last_gets_all() -> None:
    assert negotiate(patient(1.0, 4)).to_frame()["package"][0] == SLICES


def test_it_accepts_its_next_offer_discounted() -> None:
    game = pie(2, 100, information="complete")
    told = play(Rubinstein(0.8, 0.9), (92, 92), game=game, seat="partner")
    assert told == [("accept", -1)], "rejecting would leave it 0.1 of the pie, a turn later"
    told = play(Rubinstein(0.8, 0.9), (93, 93), game=game, seat="partner")
    assert told[0] == ("reject", 90)


def test_no_deal_is_what_the_last_offer_leaves() -> None:
    game = pie(1, 100, reservation=(0, 30), players=(Rubinstein(0.9, 0.9),) * 2,
               information="complete")  # fmt: skip
    assert negotiate(game).to_frame()["package"][0] == 70

"""Tit for tat: what the other side gave in its last step, in one measure or another."""

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.strategies import AveragedTitForTat, RandomTitForTat, RelativeTitForTat, TitForTat
from sim.strategies.parts import Combined, Frequency
from sim.testing import Opening, offers, pie, play, silent, tariff_game

pytestmark = pytest.mark.fast

PRICES = np.arange(51)


def buying(player: object, opening: tuple[int, ...]) -> list[int]:
    """Give the prices that a buyer offers; the seller asks for 50, 46, 44, 40, then waits.

    Prices run from 0 to 50, and the utility of a price is what it leaves of 50.
    """
    scenario = Scenario.bilateral(
        {"price": tuple(PRICES.tolist())},
        (50 - PRICES, PRICES),
        (Opening(player, opening), silent(50, 46, 44, 40)),
        rounds=len(opening) + 1,
        first_mover="hub",
    )
    return offers(play(scenario.strategies["hub", "talk"], (50, 46, 44, 40), game=scenario))


TACTICS = {
    "relative": (RelativeTitForTat(), 16.5),
    "absolute": (TitForTat(), 19.0),
    "averaged over 3": (AveragedTitForTat(window=3), 18.75),
}


@pytest.mark.parametrize("tactic", TACTICS)
def test_v24_the_tactics_of_faratin_give_their_next_price(tactic: str) -> None:
    player, price = TACTICS[tactic]
    assert buying(player, (10, 12, 14, 15)) == [10, 12, 14, 15, int(price)], (
        "the dearest price on the grid that is worth the demand"
    )


SITUATIONS = {
    "a step at a time": ((0, 1, 3, 3), [10, 10, 9, 7, 7]),
    "a step back is not answered": ((0, 3, 1, 1), [10, 10, 7, 7, 7]),
    "passes are no steps": ((-1, -1, 5, 6), [10, 10, 10, 10, 9]),
    "never below the reservation value": ((0, 1, 2, -1), [10, 10, 9, 8, 8]),
    "at most down to what it accepts": ((0, 1, 2, 8), [10, 10, 9, 8, -1]),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_it_gives_as_much_as_it_is_given(situation: str) -> None:
    theirs, mine = SITUATIONS[situation]
    assert offers(play("tit_for_tat", theirs, game=pie(5, reservation=(3, 0)))) == mine


def test_it_accepts_what_is_worth_its_next_offer() -> None:
    assert play("tit_for_tat", (10, 8, 5), game=pie(6), seat="partner") == [
        ("reject", 0),
        ("reject", 2),
        ("accept", -1),
    ]


RELATIVE = {
    "half of what it asked is twice what is given": ((0, 5), 0.1, [90, 90, 80]),
    "in the same proportion again": ((0, 20, 36), 0.1, [90, 90, 88, 85]),
    "a step back is not answered": ((0, 20, 10), 0.1, [90, 90, 88, 88]),
    "nothing given, nothing in proportion": ((0, 50), 0.0, [100, 100, 100]),
}


@pytest.mark.parametrize("situation", RELATIVE)
def test_relative_it_gives_in_the_proportion_in_which_the_other_asks_for_less(
    situation: str,
) -> None:
    theirs, opens, mine = RELATIVE[situation]
    scale = 10 if max(theirs) == 5 else 1
    theirs = tuple(offer * scale for offer in theirs)
    game = pie(len(mine), slices=100)
    assert offers(play(RelativeTitForTat(opens), theirs, game=game)) == mine


def test_averaged_it_looks_back_over_its_window() -> None:
    game, theirs = pie(5, slices=100), (0, 20, 20, 20)
    assert offers(play(RelativeTitForTat(0.1), theirs, game=game)) == [90, 90, 88, 88, 88]
    assert offers(play(AveragedTitForTat(0.1, 2), theirs, game=game)) == [90, 90, 88, 85, 85], (
        "over two turns the same step is answered twice"
    )


def test_random_it_gives_or_takes_up_to_its_noise() -> None:
    game, theirs = pie(4, slices=1000), (0, 100, 100, 100)
    played = [
        offers(play(RandomTitForTat(0.05), theirs, game=game, world=world)) for world in range(40)
    ]
    steps = np.diff(np.array(played), axis=1)
    assert (steps[:, 0] == 0).all(), "there is no step to answer yet"
    assert -150 <= steps[:, 1].min() < -130
    assert -70 < steps[:, 1].max() <= -50
    assert steps[:, 2].max() == 0, "it demands at most what it demanded before"
    assert offers(play(RandomTitForTat(0.0), theirs, game=game)) == [1000, 1000, 900, 900]


def test_through_a_model_it_offers_what_suits_the_other() -> None:
    game = tariff_game(rounds=4, scope=False, review=())
    theirs = ({"cars": 0}, {"cars": 0, "pledge": 200}, {"cars": 0, "pledge": 400})
    plain = offers(play("tit_for_tat", theirs, game=game))
    seen = offers(play(Combined(TitForTat(), model=Frequency(looks=100)), theirs, game=game))
    assert plain[:2] == seen[:2], "before there is a step both open with their best"
    worth = game.payoffs.main[0][0][0][1:]
    assert all(worth[a] <= worth[b] + 0.7 for a, b in zip(plain, seen, strict=True) if a >= 0)

"""Tit for tat: what the other side gave in its last step, in own utility."""

import numpy as np
import pytest

from sim.scenario import Scenario
from sim.strategies import TitForTat
from tests.sim.strategies.transcripts import Opening, log, offers, pie, silent, turns

pytestmark = pytest.mark.fast


def test_a_buyer_answers_a_step_of_four_with_a_step_of_four() -> None:
    price = np.arange(10, 51)
    scenario = Scenario.bilateral(
        {"price": tuple(price.tolist())},
        (50 - price, price - 10),
        (Opening(TitForTat(), (0, 2, 4, 5)), silent(40, 36, 34, 30)),
        rounds=5,
        first_mover="hub",
    )
    prices = [int(price[offer]) for offer in offers(scenario, "hub")]
    assert prices == [10, 12, 14, 15, 19], "the offers 50, 46, 44, 40 end with a step of 4"


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
    scenario = pie(TitForTat(), silent(*theirs), 5, reservation=(3, 0))
    assert offers(scenario, "hub") == mine


def test_it_accepts_what_is_worth_its_next_offer() -> None:
    scenario = pie(silent(10, 8, 5), TitForTat(), 6)
    assert turns(log(scenario), "partner") == [
        ("reject", 0),
        ("reject", 2),
        ("accept", -1),
    ]

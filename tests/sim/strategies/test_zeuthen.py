"""Zeuthen: who risks more by holding gives way; the offers climb to the Nash product."""

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.strategies import Zeuthen
from sim.strategies.parts import Frequency
from sim.talks.model import negotiate
from sim.testing import offers, play

pytestmark = pytest.mark.fast

POINTS = np.array([[10, 1], [9, 3], [8, 4.5], [6, 6.2], [4, 8], [2, 9], [1, 10]])


def meeting(hub: np.ndarray, partner: np.ndarray, rounds: int = 40, **more: object) -> Scenario:
    """Two of them over points, (P,) or (D, P) each."""
    settings = {"information": "complete", "first_mover": "draw", **more}
    points = hub.shape[-1]
    return Scenario.bilateral(
        {"point": points}, (hub, partner), (Zeuthen(), Zeuthen()), rounds, **settings
    )


def test_v11_two_of_them_agree_on_the_largest_product() -> None:
    frame = negotiate(meeting(POINTS[:, 0], POINTS[:, 1]), 20).to_frame()
    assert set(frame["status"]) == {"deal"}
    assert {tuple(POINTS[k]) for k in frame["package"]} == {(6.0, 6.2)}


def test_v11_zeuthen_is_nash_on_two_thousand_random_frontiers() -> None:
    luck = np.random.default_rng(11)
    hub, partner = luck.integers(1, 60, (2, 2_000, 12)).cumsum(axis=2).astype(float)
    hub = hub[:, ::-1]
    frame = negotiate(meeting(hub, partner), 2_000).to_frame()
    assert (frame["status"] == "deal").all()
    product = hub * partner
    found = product[np.arange(2_000), frame["package"]]
    assert (found != product.max(axis=1)).sum() == 0


def test_each_step_is_just_enough() -> None:
    mine = offers(
        play(Zeuthen(), (6, 6, 5), game=meeting(POINTS[:, 0], POINTS[:, 1], 4, first_mover="hub"))
    )
    assert mine == [0, 1, 1, 1], (
        "10 · 1 against 1 · 10: it moves to the next larger product, 27, and then waits; "
        "2 · 9 is smaller"
    )


def test_where_no_product_is_larger_it_takes_the_offer() -> None:
    told = play(Zeuthen(), (3,), game=meeting(POINTS[:, 0], POINTS[:, 1], 2, first_mover="hub"))
    assert told == [("", 0), ("accept", -1)]


def test_an_offer_below_no_deal_is_not_taken() -> None:
    game = meeting(POINTS[:, 0], POINTS[:, 1], 3, first_mover="hub", reservation=(7, 0))
    assert play(Zeuthen(), (6, 6, 6), game=game) == [("", 0), ("reject", 0), ("reject", 0)], (
        "its product is 0, so that the other side has to move"
    )


def test_with_a_model_it_bargains_on_what_it_believes() -> None:
    game = meeting(POINTS[:, 0], POINTS[:, 1], 6, first_mover="hub", information="private")
    told = play(Zeuthen(Frequency(looks=7)), (6, 6, 6, 3, 3, 3), game=game)
    assert told[:4] == [("", 0), ("reject", 0), ("reject", 0), ("reject", 0)]
    assert told[-1] == ("accept", -1), "seen often, it is believed to be worth much to the other"

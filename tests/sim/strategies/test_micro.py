"""MiCRO: rank by rank, as long as the other side keeps up."""

from dataclasses import replace

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer
from sim.strategies import Micro
from sim.talks.model import negotiate
from tests.games import SPACE, Scripted, game
from tests.sim.strategies.transcripts import log, offers, pie, silent, turns

pytestmark = pytest.mark.fast


def test_two_of_them_split_ten_slices_at_the_eleventh_proposal() -> None:
    row = negotiate(pie(Micro(1), Micro(1), 12)).to_frame().iloc[0]
    assert (row["status"], row["package"]) == ("deal", 5)
    assert row["offers.hub"] + row["offers.partner"] == 11


SITUATIONS = {
    "the other side keeps up": ((0, 1, 2, 3), [10, 9, 8, 7]),
    "any different offer counts, a worse one too": ((3, 2, 3, 1), [10, 9, 8, None]),
    "an offer made again is no new one": ((0, 0, 0, 1), [10, 9, None, None]),
    "a side that passes gets nothing more": ((-1, -1, -1, -1), [10, 10, 10, 10]),
}
"""What the other side offers, and what is offered to it; None for one of those before, by luck."""


@pytest.mark.parametrize("situation", SITUATIONS)
def test_it_goes_down_its_ranking_while_the_other_side_keeps_up(situation: str) -> None:
    theirs, mine = SITUATIONS[situation]
    made = offers(pie(Micro(1), silent(*theirs), 4), "hub")
    for k, wanted in enumerate(mine):
        assert made[k] == wanted if wanted is not None else made[k] in made[:k]


def test_what_it_repeats_is_drawn_from_all_its_offers_each_as_likely() -> None:
    """After three different offers of the other side it has made 10 to 7, and goes no lower."""
    worlds = 600
    record = negotiate(pie(Micro(1), silent(0, 1, 2, 2), 6), worlds, 3, turns=True).to_turns()
    mine = record[(record["seat"] == "hub") & (record["round"] >= 5)]
    assert set(mine["offer"]) == {10, 9, 8, 7}
    counts = mine.groupby(["round", "offer"]).size()
    assert len(counts) == 8
    assert counts.between(107, 193).all(), "150 of 600 each, within four standard deviations"
    one, two = (mine[mine["round"] == k]["offer"].tolist() for k in (5, 6))
    assert one != two, "every turn draws anew"
    again = negotiate(pie(Micro(1), silent(0, 1, 2, 2), 6), 7, 3, 100, turns=True).to_turns()
    some = again[(again["seat"] == "hub") & (again["round"] == 5)]["offer"].tolist()
    assert some == one[100:107], "the luck is that of the world, in whatever batch"


def test_it_accepts_what_is_worth_its_lowest_offer_although_it_repeats_a_higher_one() -> None:
    script = (0, 1, 1, 1, 1, 8, 8)
    told = negotiate(pie(Micro(1), silent(*script), 9), 40, 1, turns=True).to_turns()
    mine = told[(told["seat"] == "hub") & (told["answer"] != "")]
    assert set(mine[mine["answer"] == "accept"]["round"]) == {7}, "8 is the lowest that it offered"
    repeated = mine[mine["round"].between(5, 6)]["offer"]
    assert set(repeated) == {10, 9, 8}


def test_it_stays_above_its_reservation_value() -> None:
    scenario = pie(Micro(1), silent(0, 1, 2, 3, 4), 5, reservation=(8, 0))
    made = offers(scenario, "hub")
    assert made[:3] == [10, 9, 8]
    assert set(made[3:]) <= {10, 9, 8}


@pytest.mark.parametrize(
    ("stride", "rounds", "mine"),
    [(3, 4, [10, 7, 4, -1]), (0, 4, [10, 7, 4, -1]), (0, 6, [10, 8, 6, 4, -1])],
)
def test_the_stride_is_given_or_walks_down_everything_to_the_deadline(
    stride: int, rounds: int, mine: list[int]
) -> None:
    scenario = pie(Micro(stride), silent(0, 1, 2, 3, 4, 5), rounds)
    assert offers(scenario, "hub") == mine, "it ends by accepting"


def test_it_accepts_what_is_worth_its_next_step() -> None:
    scenario = pie(silent(10, 1), Micro(1), 4)
    assert turns(log(scenario), "partner") == [("reject", 0), ("accept", -1)]


def test_it_begins_again_where_its_last_offer_is_no_longer_worth_no_deal() -> None:
    small, large = SPACE.package(pledge=200), SPACE.package(pledge=400)
    base = game(Micro(1), silent(*range(6, 12)), talks=2, review=(), rounds=4)
    cross = np.zeros((1, 1, 1 + SPACE.size, 1 + SPACE.size))
    cross[0, 0, 1:, 1:] = -4
    payoffs = replace(
        base.payoffs,
        cross={(0, 1): (cross, 0 * cross, 0 * cross)},
        weights=(np.ones((1, 1)),) * 3,
        family=np.zeros(1, dtype=np.int64),
    )
    signs = {
        ("hub", "west"): silent(small),
        ("west", "west"): Scripted((-1,), answers=(Answer.REJECT, Answer.ACCEPT)),
    }
    scenario = replace(base, payoffs=payoffs, strategies={**base.strategies, **signs})
    assert [offer for _, offer in turns(log(scenario), "hub", talk="east")] == [
        large, small, large, large,
    ], "the other deal takes 4 off a package worth 3, and off one worth 5"  # fmt: skip


def test_of_several_best_packages_it_offers_each_from_the_lowest_number_on() -> None:
    worth = np.array([1, 1, 1, 0.5, 0.2, 0, 0, 0, 0, 0])
    other = silent(5, 6, 7, 8, 9)
    scenario = Scenario.bilateral({"slices": 10}, (worth, worth[::-1]), (Micro(1), other), 5)
    assert offers(scenario, "hub") == [0, 1, 2, 3, 4]

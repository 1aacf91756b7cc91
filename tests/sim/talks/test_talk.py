"""Behaviour of a talk as transcripts: scripted plays in, what the table says out."""

from typing import Any

import pytest

from sim.seats.strategy import Answer
from sim.talks.model import negotiate
from tests.games import SPACE, Scripted, game

pytestmark = pytest.mark.fast

ACCEPT, REJECT, WALK = Answer.ACCEPT, Answer.REJECT, Answer.WALK
BOTH = (("cars", "metals"),)
PLEDGE = SPACE.package(pledge=200)
CARS = SPACE.package(cars=15, pledge=200)
METALS = SPACE.package(metals=0, pledge=400)
ALL = SPACE.package(cars=0, metals=0, pledge=400)


def play(hub: Scripted, partner: Scripted, **settings: Any) -> dict[str, Any]:
    row = negotiate(game(hub, partner, **settings)).to_frame().iloc[0].to_dict()
    return {key: value for key, value in row.items() if value == value}


def test_an_accepted_offer_is_the_standing_offer_unchanged() -> None:
    row = play(
        Scripted((PLEDGE,), answers=(REJECT,)),
        Scripted((-1,), answers=(REJECT, ACCEPT)),
        review=(),
    )
    assert (row["status"], row["round"], row["package"]) == ("deal", 2, PLEDGE)
    assert (row["offers.hub"], row["offers.partner"], row["refusals"]) == (2, 0, 1)
    assert row["give.pledge"] == 200
    assert (row["rate.cars"], row["lowers"]) == (25, False)


def test_a_measure_is_requested_admitted_reviewed_and_then_signed() -> None:
    row = play(
        Scripted((PLEDGE, CARS), wants=(("cars",),), answers=(REJECT,)),
        Scripted((ALL,), wants=(("cars",),), answers=(REJECT, REJECT, ACCEPT)),
        review=("cars",),
    )
    assert row["review.cars"] == "reviewed"
    assert (row["status"], row["round"], row["package"]) == ("deal", 3, CARS)
    assert row["rate.cars"] == 15


def test_an_agreement_in_principle_waits_for_the_reviews_that_the_rule_names() -> None:
    row = play(
        Scripted((-1, METALS), wants=((), ("metals",), ("cars",)), answers=(REJECT, None)),
        Scripted((-1,), wants=BOTH, answers=(REJECT, ACCEPT, None)),
        review=("cars",),
        rounds=9,
    )
    assert row["in_principle"] == 2
    assert (row["status"], row["round"], row["package"]) == ("deal", 4, METALS)
    assert (row["review.cars"], row["rate.cars"]) == ("reviewed", 25)


def test_an_agreement_in_principle_lapses_at_the_deadline() -> None:
    row = play(
        Scripted((-1, METALS), wants=(("metals",),), answers=(REJECT, None)),
        Scripted((-1,), wants=BOTH, answers=(REJECT, ACCEPT, None)),
        review=("cars",),
    )
    assert (row["status"], row["in_principle"], row["package"]) == ("expired", 2, -1)
    assert row["review.cars"] == "requested"
    assert (row["give.pledge"], row["rate.metals"], row["refusals"]) == (0, 25, 0)


def test_an_agreement_worth_less_than_no_deal_is_reopened_by_default() -> None:
    row = play(
        Scripted((PLEDGE,)), Scripted((-1,), answers=(ACCEPT, None)), review=("cars",), rounds=3
    )
    assert (row["status"], row["in_principle"], row["refusals"]) == ("expired", 1, 2)


def test_reopening_is_a_rejection_and_the_talk_goes_on() -> None:
    later = SPACE.package(pledge=400)
    row = play(
        Scripted((PLEDGE,), wants=((),), answers=(REJECT, REJECT, None)),
        Scripted((-1, later), answers=(ACCEPT, REJECT)),
        review=("cars",),
    )
    assert row["in_principle"] == 1
    assert row["status"] == "expired"


def test_a_partner_offer_that_touches_closed_measures_asks_for_them() -> None:
    row = play(
        Scripted((-1,), wants=((), (), ("cars",)), answers=(REJECT, REJECT, ACCEPT, None)),
        Scripted((CARS,), wants=((),), answers=(REJECT, None)),
        review=(),
        rounds=8,
    )
    assert row["in_principle"] == 3, "admitted and accepted in the same turn"
    assert (row["status"], row["round"], row["package"]) == ("deal", 4, CARS)
    assert row["review.cars"] == "reviewed"


def test_an_offer_of_closed_measures_cannot_be_accepted_by_default() -> None:
    row = play(Scripted((-1,)), Scripted((CARS,)), review=())
    assert (row["status"], row["review.cars"]) == ("silent", "requested")


def test_walking_away_ends_the_talk() -> None:
    row = play(Scripted((PLEDGE,), answers=(REJECT,)), Scripted(answers=(REJECT, WALK)), review=())
    assert (row["status"], row["walked_by"], row["package"]) == ("walked", "east", -1)


def test_by_admission_reviews_on_opening() -> None:
    row = play(
        Scripted((CARS,), wants=(("cars",),), answers=(REJECT,)),
        Scripted((-1,), wants=(("cars",),), answers=(REJECT, ACCEPT)),
        review=("cars",),
        test="by_admission",
        first_mover="partner",
    )
    assert (row["status"], row["round"]) == ("deal", 2)


def test_by_change_signs_only_packages_that_lower_what_the_rule_names() -> None:
    row = play(
        Scripted((CARS,), wants=(("cars",),), answers=(REJECT,)),
        Scripted((-1,), wants=(("cars",),), answers=(REJECT, ACCEPT)),
        review=("cars",),
        test="by_change",
        first_mover="partner",
    )
    assert (row["status"], row["round"], row["review.cars"]) == ("deal", 2, "reviewed")
    assert row["rate.cars"] == 15


def test_without_scope_play_everything_is_open() -> None:
    row = play(
        Scripted((ALL,)),
        Scripted((-1,), answers=(ACCEPT,)),
        scope=False,
        review=(),
        test="by_admission",
    )
    assert (row["status"], row["round"], row["package"]) == ("deal", 1, ALL)


def test_a_package_worth_less_than_no_deal_is_not_accepted_by_default() -> None:
    poor = SPACE.package(pledge=400)
    row = play(Scripted((poor,)), Scripted((-1,)), review=())
    assert (row["status"], row["package"]) == ("silent", -1)


def test_the_first_mover_is_drawn_per_world_and_talk() -> None:
    frame = negotiate(
        game(Scripted(), Scripted(), talks=2, first_mover="draw"), worlds=400
    ).to_frame()
    share = frame.groupby("talk", observed=True)["first_mover"].apply(lambda s: (s == "hub").mean())
    assert share.between(0.4, 0.6).all()
    both = frame.pivot(index="world", columns="talk", values="first_mover")
    assert (both["east"] == "hub").ne(both["west"] == "hub").mean() == pytest.approx(0.5, abs=0.1)


def test_every_turn_is_in_the_log() -> None:
    turns = negotiate(
        game(
            Scripted((PLEDGE, CARS), wants=(("cars",),), answers=(REJECT,)),
            Scripted((ALL,), wants=(("cars",),), answers=(REJECT, REJECT, ACCEPT)),
            review=("cars",),
        ),
        turns=True,
    ).to_turns()
    told = turns[["round", "mover", "seat", "requested", "admitted", "answer", "offer", "event"]]
    assert told.values.tolist() == [
        [1, 1, "hub", "", "", "", PLEDGE, ""],
        [1, 2, "east", "cars", "", "reject", ALL, ""],
        [2, 1, "hub", "", "cars", "reject", CARS, ""],
        [2, 2, "east", "", "", "reject", ALL, ""],
        [3, 1, "hub", "", "", "reject", CARS, ""],
        [3, 2, "east", "", "", "accept", -1, "agreement in principle"],
        [3, 3, "", "", "", "", -1, ""],
        [3, 3, "", "", "", "", -1, "deal"],
    ]
    assert turns["reviewed"].tolist()[-2:] == ["cars", ""]

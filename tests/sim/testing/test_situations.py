"""Situations and play as data."""

from typing import Any

import numpy as np
import pytest

from sim.errors import ConfigError, StrategyError
from sim.protocol.docket import STATES
from sim.strategies.parts import Frequency
from sim.testing import (
    SPACE,
    Scripted,
    Turn,
    make_view,
    make_world_view,
    offers,
    pie,
    play,
    silent,
    tariff_game,
)

pytestmark = pytest.mark.fast

CARS = {"cars": 15, "pledge": 200}


def test_a_play_is_a_list_of_turns() -> None:
    told = play("linear", (0, 2, 4), game=pie(5))
    assert told == [("", 10), ("reject", 8), ("reject", 5), ("accept", -1)]
    assert told[0] == Turn(answer="", offer=10)
    assert offers(told) == [10, 8, 5, -1]


def test_without_a_game_it_is_a_pie_with_a_round_for_each_offer() -> None:
    assert len(play("hardliner", (0, 0, 0))) == 3


def test_packages_may_be_said_by_their_values() -> None:
    game = tariff_game(scope=False, review=(), rounds=2)
    told = play("hardliner", (CARS, {"pledge": 400}), game=game)
    assert told == [("", SPACE.package(pledge=400)), ("reject", SPACE.package(pledge=400))]


def test_the_other_side_may_be_a_strategy() -> None:
    assert play("linear", "linear", game=pie(11), seat="partner")[-1] == ("accept", -1)
    assert play("linear", silent(4), game=pie(3), seat="partner")[-1] == ("accept", -1)
    told = play("linear", {"name": "boulware", "exponent": 0.5}, game=pie(4), seat="partner")
    assert told[0].answer == "reject"


def test_a_seat_may_be_that_of_a_partner_in_any_talk() -> None:
    game = tariff_game(talks=2, scope=False, review=(), rounds=2)
    told = play("hardliner", (CARS,), game=game, seat="partner", talk="west")
    best = SPACE.package(cars=0, metals=0)
    assert told == [("reject", best), ("reject", best)]


def test_a_view_is_that_of_the_next_turn() -> None:
    view = make_view(mine=(10, 9), theirs=(0, 1, 2), worlds=3)
    assert view.round == 3
    assert not view.is_hub or len(view.theirs) == len(view.mine) + 1
    assert view.standing.tolist() == [2, 2, 2]
    assert view.mine.all.tolist() == [[10] * 3, [9] * 3]
    assert view.theirs.all.tolist() == [[0] * 3, [1] * 3, [2] * 3]


def test_who_has_offered_as_often_moves_first() -> None:
    view = make_view(mine=(10, 9), theirs=(0, 1), seat="partner")
    assert (view.round, len(view.mine), len(view.theirs)) == (3, 2, 2)


def test_the_docket_is_what_is_said() -> None:
    for state in STATES:
        view = make_view(game=tariff_game(), seat="partner", docket={"metals": state})
        assert STATES[view.docket[0, 1]] == state
        assert bool(view.open[0, 1]) == (state in ("open", "reviewed"))


def test_agreements_and_other_deals_are_what_is_said() -> None:
    game = tariff_game(talks=2, scope=False, review=())
    view = make_view(game=game, seat="partner", agreed=CARS, signed={"west": {"cars": 15}})
    assert view.agreed.tolist() == view.standing.tolist() == [SPACE.package(**CARS)]
    west = view.others["west"]
    assert (west.signed.tolist(), west.package.tolist()) == ([True], [SPACE.package(cars=15)])


def test_another_deal_moves_what_a_package_is_worth() -> None:
    from sim.testing.trials import trials

    game = next(t for t in trials("partner") if "two talks" in t.name).game
    alone, beside = (
        make_view(game=game, seat="partner", signed=signed).utility([[1, 2, 3, 4, 5]])[0].tolist()
        for signed in ({}, {"west": CARS})
    )
    assert alone != beside


def test_a_view_of_one_world_has_plain_numbers() -> None:
    view = make_world_view(mine=(10,), theirs=(3, 4), model=Frequency())
    assert (view.standing, view.mine[-1], view.round) == (4, 10, 2)
    assert view.their_utility(4) > 0


def test_a_model_is_looked_through() -> None:
    view = make_view(theirs=(3,), model=Frequency())
    assert view.modelled


WRONG: list[tuple[dict[str, Any], str]] = [
    (dict(seat="hubb"), "seat: 'hubb' is not one of hub, partner"),
    (dict(talk="west"), "talk: there is no talk 'west'; there is talk"),
    (
        dict(mine=(1, 2), theirs=(1,)),
        "theirs: 1 offers of the other side and 2 of the own; before a turn of the seat the other "
        "side has made as many, or one more",
    ),
    (
        dict(mine=(1,) * 10, theirs=(1,) * 10),
        "mine: 10 offers in a talk of 10 rounds leave no turn",
    ),
    (dict(theirs=(11,)), "package 11: packages are numbered 0 to 10"),
    (
        dict(theirs=({"shar": 3},)),
        "package: there is no issue 'shar'; did you mean 'share'?",
    ),
    (
        dict(theirs=({"cars": 14},), game=tariff_game()),
        "package: cars has no level 14; the levels are 25, 15, 0",
    ),
    (
        dict(docket={"car": "open"}, game=tariff_game()),
        "docket.car: there is no measure 'car'; did you mean 'cars'?",
    ),
    (
        dict(docket={"cars": "opened"}, game=tariff_game()),
        "docket.cars: 'opened' is not one of off, requested, open, reviewed, refused",
    ),
    (
        dict(signed={"west": 1}, game=tariff_game()),
        "signed.west: there is no other talk 'west'; there is none",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "sentence"), WRONG)
def test_a_situation_that_cannot_be_is_one_sentence(
    situation: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        make_view(**situation)
    assert str(caught.value) == sentence


def test_offers_that_a_seat_may_not_make_are_named() -> None:
    with pytest.raises(ConfigError, match="mine, theirs: cannot be played: propose returned"):
        make_view(game=tariff_game(), seat="partner", theirs=({"cars": 0},))


def test_a_strategy_that_breaks_a_rule_says_so_in_a_play() -> None:
    with pytest.raises(StrategyError, match="propose returned package 99"):
        play(Scripted((99,)), (0,))


def test_what_is_written_into_the_memory_is_there_in_the_next_question() -> None:
    view = make_view(worlds=2)
    view.memory["x"] = np.array([1, 2])
    assert view.narrow([1]).memory["x"].tolist() == [2]

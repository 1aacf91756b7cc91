"""A hub that opens what nobody asked for, as transcripts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim import negotiate
from sim.errors import StrategyError
from sim.scenario import Scenario
from sim.strategy import Answer, SideMove
from tests.games import SPACE, Scripted, game
from tests.sim.test_clock import Aside

ACCEPT, REJECT = Answer.ACCEPT, Answer.REJECT
SMALL = SPACE.package(cars=15, pledge=200)
BOTH = (("cars", "metals"),)
Move = tuple[int, Any]


def opening(*moves: Move, partner: Any = None, admits: Any = ((),), **settings: Any) -> Scenario:
    """A hub that opens by side moves in some rounds, and a partner that asks for nothing."""
    script = tuple((number, SideMove(opens=flags)) for number, flags in moves)
    hub = Aside(Scripted(wants=admits, answers=(REJECT,)), script)
    return game(hub, partner or Scripted(answers=(REJECT,)), **{"review": (), **settings})


def row(scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = negotiate(scenario).to_frame().iloc[0].dropna().to_dict()
    return found


def log(scenario: Scenario) -> list[tuple[int, str, str]]:
    turns = negotiate(scenario, turns=True).to_turns()
    moved = turns[(turns["opened"] != "") | (turns["admitted"] != "")]
    return [(t.round, t.opened, t.admitted) for t in moved.itertuples()]


def test_a_measure_that_is_off_is_opened_unasked() -> None:
    scenario = opening((2, (True, False)))
    assert log(scenario) == [(2, "cars", "")]
    assert (row(scenario)["review.cars"], row(scenario)["review.metals"]) == ("open", "off")


def test_a_measure_that_was_refused_is_opened_without_a_new_request() -> None:
    asking = Scripted(wants=(("cars",), ()), answers=(REJECT,))
    refused = opening(partner=asking, silence="refuse")
    assert row(refused)["review.cars"] == "refused"
    assert row(opening((4, True), partner=asking, silence="refuse"))["review.cars"] == "open"


def test_what_it_opens_and_what_it_admits_share_the_moves_of_a_turn() -> None:
    asking = Scripted(wants=BOTH, answers=(REJECT,))
    both = opening((2, (False, True)), partner=asking, admits=BOTH)
    assert log(both) == [(2, "metals", "cars")]
    assert log(opening((2, (False, True)), partner=asking, admits=BOTH, moves=1)) == [
        (2, "metals", ""),
        (3, "", "cars"),
    ]
    assert log(opening((2, True), moves=1)) == [(2, "cars", "")]


def test_what_waits_for_a_move_is_not_refused() -> None:
    asking = Scripted(wants=BOTH, answers=(REJECT,))
    limited = {"partner": asking, "admits": BOTH, "moves": 1, "silence": "refuse"}
    assert log(opening((2, (False, True)), **limited)) == [(2, "metals", ""), (3, "", "cars")]


def test_by_admission_what_is_opened_is_reviewed() -> None:
    assert row(opening((2, True), test="by_admission"))["review.cars"] == "reviewed"


def test_by_exchange_it_takes_its_period_and_an_offer_of_each_side() -> None:
    asking = Scripted((SMALL,), answers=(REJECT,))
    hub = Aside(Scripted((-1, SMALL), answers=(REJECT,)), ((2, SideMove(opens=(True, False))),))
    assert row(game(hub, asking, review=(), period=2))["review.cars"] == "reviewed"
    assert row(opening((2, True)))["review.cars"] == "open"


def test_opening_twice_is_opening_once() -> None:
    once, ever = opening((2, True)), opening(*((n, True) for n in range(2, 7)))
    assert log(ever) == log(once) == [(2, "cars,metals", "")]
    paid = {("hub", "east"): np.array([[0.5, 0.5]])}
    for scenario in (once, ever):
        rules = replace(scenario.talks[0], test="by_admission")
        assert row(replace(scenario, talks=(rules,), review_cost=paid))["payoff.hub"] == -1.0


def test_where_everything_is_open_there_is_nothing_to_open() -> None:
    assert log(opening((2, True), scope=False)) == []


def test_a_hub_may_open_and_offer_there_in_one_turn() -> None:
    hub = Aside(Scripted((-1, SMALL), answers=(REJECT,)), ((2, SideMove(opens=(True, False))),))
    taking = Scripted(answers=(REJECT, ACCEPT))
    made = row(game(hub, taking, review=(), test="by_admission"))
    assert (made["status"], made["round"], made["rate.cars"]) == ("deal", 2, 15)


def test_a_partner_cannot_open() -> None:
    partner = Aside(Scripted(), ((2, SideMove(opens=True)),))
    with pytest.raises(StrategyError, match="side_move opens measures; only a hub does that"):
        negotiate(game(Scripted(), partner, review=()))

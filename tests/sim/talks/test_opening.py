"""A hub that opens what nobody asked for, as transcripts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim import negotiate
from sim.errors import StrategyError
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, SideMove
from tests.games import SPACE, Scripted, game
from tests.sim.protocol.test_calendar import Aside

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


# --- Attack: a hub that opens trifles


def trifling(*rounds: int) -> Scenario:
    """An agreement on cars that waits for their review; the hub opens metals, a trifle, in between.

    The rule names cars alone, and the partner asks for nothing else.
    """
    script = tuple((n, SideMove(opens=(False, True))) for n in rounds)
    hub = Scripted((-1, SMALL), wants=(("cars",),), answers=(REJECT, REJECT, None))
    partner = Scripted(wants=(("cars",),), answers=(REJECT, ACCEPT, None))
    made = game(Aside(hub, script), partner, review=("cars",), period=4, rounds=9)
    return replace(made, review_cost={("hub", "east"): np.array([[0.5, 0.5]])})


def test_a_hub_that_opens_a_trifle_cannot_void_what_was_agreed() -> None:
    quiet, once, ever = trifling(), trifling(3), trifling(*range(3, 9))
    told = [row(scenario) for scenario in (quiet, once, ever)]
    keys = ("status", "round", "in_principle", "package", "refusals", "payoff.east")
    assert [told[0][key] for key in keys] == ["deal", 5, 2, SMALL, 0, 2.0]
    for other in told[1:]:
        assert [other[key] for key in keys] == [told[0][key] for key in keys]
    turns = negotiate(ever, turns=True).to_turns()
    assert not (turns["event"] == "judged anew").any()


def test_what_it_opens_unasked_it_pays_for_when_it_is_reviewed() -> None:
    early = trifling(1)
    assert row(early)["review.metals"] == "reviewed"
    assert row(early)["payoff.hub"] == row(trifling())["payoff.hub"] - 0.5


def test_opening_what_the_rule_names_has_the_agreement_judged_anew() -> None:
    script = ((3, SideMove(opens=(True, False))),)
    less = SPACE.package(metals=0, pledge=400)
    hub = Scripted((-1, less), wants=(("metals",),), answers=(REJECT, REJECT, None))
    partner = Scripted(wants=(("metals",),), answers=(REJECT, ACCEPT, None))
    named = game(Aside(hub, script), partner, review=("cars",), rounds=9)
    turns = negotiate(named, turns=True).to_turns()
    anew = turns[turns["event"] == "judged anew"]
    assert list(zip(anew["round"], anew["seat"], strict=True)) == [(3, "hub"), (3, "east")]

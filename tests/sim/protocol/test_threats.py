"""Threats with an unless, as transcripts: when they fall due, and what makes them void."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.results.transcript import transcript
from sim.errors import StrategyError
from sim.protocol.shocks import Shock
from sim.protocol.threats import Threat, Unless
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, SideMove
from sim.strategies import Threatener
from sim.talks.model import negotiate
from tests.examples import fewer
from tests.games import SPACE, Scripted, game
from tests.generators import scenarios, with_strategies
from tests.plays import played
from tests.sim.protocol.test_calendar import Aside
from tests.sim.protocol.test_shocks import Watcher, struck

pytestmark = pytest.mark.fast

ACCEPT, REJECT = Answer.ACCEPT, Answer.REJECT
POOR = SPACE.package(cars=15)
"""Costs the hub 1 and is worth 3 to a partner."""

BOTH, CARS_ONLY = ("cars", "metals"), ("cars",)
LASTING = Shock("sell-off", rounds=99)
COST = np.array([[0.75]])


def card(unless: Unless | None, by: str = "east", hazard: float = 1.0, most: int = 1) -> Threat:
    return Threat("card", by, 0, hazard, rounds=9, most=most, label="Treasuries", unless=unless)


def threatened(
    unless: Unless | None, hub: Any, partner: Any = None, made_in: int = 2, **settings: Any
) -> Scenario:
    """A partner that makes its threat in a round; the shock is worth -4 to the hub, to the end."""
    moves = ((made_in, SideMove(threat=0)),)
    base = game(hub, Aside(partner or Scripted(wants=(BOTH,)), moves), **settings)
    return struck(base, LASTING, threats=(card(unless),), threat_cost=COST)


def ends(scenario: Scenario, worlds: int = 1) -> list[list[Any]]:
    frame = negotiate(scenario, worlds).to_frame()
    return frame[["status", "shocks", "payoff.hub", "payoff.east"]].to_numpy().tolist()


def events(scenario: Scenario) -> list[tuple[int, str]]:
    turns = negotiate(scenario, turns=True).to_turns()
    told = turns[turns["event"].str.startswith("threat")]
    return [(t.round, t.event) for t in told.itertuples()]


def test_it_falls_due_where_nothing_is_opened_in_time() -> None:
    opens_late = Scripted(wants=((), (), (), (), BOTH))
    scenario = threatened(Unless(opened=CARS_ONLY, within=2), opens_late)
    assert events(scenario) == [(4, "threat falls due: card")]
    assert ends(scenario) == [["silent", "sell-off", -4.0, -0.75]]


def test_it_is_void_where_what_it_names_was_opened_in_time() -> None:
    opens = Scripted(wants=((), (), CARS_ONLY))
    scenario = threatened(Unless(opened=CARS_ONLY, within=2), opens)
    assert events(scenario) == [(4, "threat is void: card")]
    assert ends(scenario) == [["silent", "", 0.0, -0.75]], "it was paid for when it was made"
    both = threatened(Unless(opened=BOTH, within=2), opens)
    assert events(both) == [(4, "threat falls due: card")], "all that it names, or nothing"


def test_it_is_void_where_a_deal_was_signed_in_time() -> None:
    signs = Scripted((-1, POOR), wants=(BOTH,), answers=(REJECT,))
    partner = Scripted(wants=(BOTH,), answers=(REJECT, REJECT, ACCEPT))
    in_time = threatened(Unless(signed_by=3), signs, partner, test="by_admission", review=())
    assert ends(in_time) == [["deal", "", -1.0, 3 - 0.75]]
    assert events(in_time) == [], "the talk has ended"
    late = threatened(Unless(signed_by=2), signs, partner, test="by_admission", review=())
    assert events(late) == [(2, "threat falls due: card")]
    assert ends(late) == [["deal", "sell-off", -1.0, 3 - 0.75]], "a deal does not feel it"


def test_one_of_two_conditions_is_enough() -> None:
    either = Unless(signed_by=4, opened=CARS_ONLY)
    assert events(threatened(either, Scripted(wants=((), (), CARS_ONLY)))) == [
        (4, "threat is void: card")
    ]
    assert events(threatened(either, Scripted())) == [(4, "threat falls due: card")]


def test_without_an_unless_it_holds_from_the_next_round_on() -> None:
    scenario = threatened(None, Scripted(wants=(CARS_ONLY,)))
    assert events(scenario) == []
    assert ends(scenario) == [["silent", "sell-off", -4.0, -0.75]]


def test_it_is_expected_as_long_as_it_stands_and_is_not_met() -> None:
    def told(*wants: tuple[str, ...]) -> list[float]:
        seen: list[Any] = []
        hub = Watcher(wants=wants, seen=seen)
        negotiate(threatened(Unless(opened=CARS_ONLY, within=3), hub))
        return [shocks[0] for _, shocks, _ in seen]

    assert told(()) == [0, 0, -4, -4, -4, -4], "made in round 2, due at the end of round 5"
    opens = told((), (), (), CARS_ONLY)
    assert opens == [0, 0, -4, -4, 0, 0], "opened in round 4: it is as good as void from then on"
    closed = told(CARS_ONLY)
    assert closed == [0, 0, 0, 0, 0, 0], "met before it was made"


def test_it_makes_a_hub_open_what_it_names_only_if_the_hub_fears_it() -> None:
    """A hub that opens cars where no deal has become worth less than what it costs to talk."""

    @dataclass(frozen=True)
    class Fearful(Scripted):
        def scope(self, view: Any) -> Any:
            return view.is_in(("cars",)) & (view.shocks < -1)[:, None]

    scenario = threatened(Unless(opened=CARS_ONLY, within=2), Fearful())
    assert events(scenario) == [(4, "threat is void: card")]
    harmless = struck(scenario, LASTING, effects={"hub": -0.5, "east": 0, "west": 0})
    around = replace(scenario.surroundings, shocks=(LASTING,))
    assert events(replace(harmless, surroundings=around)) == [(4, "threat falls due: card")]


def test_it_cannot_be_made_again_before_it_has_fallen_due() -> None:
    moves = tuple((n, SideMove(threat=0)) for n in (2, 3))
    base = game(Scripted(), Aside(Scripted(), moves))
    twice = card(Unless(opened=CARS_ONLY, within=2), most=2)
    with pytest.raises(StrategyError, match="round 3, world 0: side_move makes the threat 0"):
        negotiate(struck(base, LASTING, threats=(twice,), threat_cost=COST))
    again = game(Scripted(), Threatener(Scripted(), at=0.0))
    frame = negotiate(struck(again, LASTING, threats=(twice,), threat_cost=COST)).to_frame()
    assert frame["threats.card"].tolist() == [2], "once more when it has"


def test_who_threatens_with_an_unless_looks_whether_it_is_met() -> None:
    open_already = game(Scripted(wants=(CARS_ONLY,)), Threatener(Scripted(wants=(BOTH,)), at=0.5))
    told = struck(
        open_already,
        LASTING,
        threats=(card(Unless(opened=CARS_ONLY, within=2)),),
        threat_cost=COST,
    )
    assert negotiate(told).to_frame()["threats.card"].tolist() == [0]


def hub_threat(most: int = 1, unless: Unless | None = None, **settings: Any) -> Scenario:
    """A hub that makes its threat in both of its talks, as often as it may."""
    base = game(Threatener(Scripted(), at=0.0), Scripted(wants=(BOTH,)), talks=2, **settings)
    threat = card(unless, by="hub", most=most)
    return struck(base, LASTING, threats=(threat,), threat_cost=COST)


@pytest.mark.parametrize("most", [1, 2])
def test_a_threat_of_the_hub_is_made_and_paid_once_a_world(most: int) -> None:
    frame = negotiate(hub_threat(most, first_mover="draw"), worlds=40, seed=1).to_frame()
    assert frame.groupby("world")["first_mover"].nunique().max() == 2, "the draws differ"
    assert set(frame["threats.card"]) == {most}
    assert set(frame["payoff.hub"]) == {-8.0 - 0.75 * most}, "the shock counts in both talks"


def test_a_threat_of_the_hub_is_void_where_every_talk_in_which_it_was_made_meets_it() -> None:
    """East's talk opens cars, west's does not: it was made in both, so it falls due."""
    scenario = hub_threat(1, Unless(opened=CARS_ONLY, within=2))
    opens = Threatener(Scripted(wants=((), CARS_ONLY)), at=0.0)
    one = with_strategies(scenario, {("hub", "east"): opens})
    assert events(one) == [(3, "threat falls due: card")] * 2
    both = with_strategies(one, {("hub", "west"): opens})
    assert events(both) == [(3, "threat is void: card")] * 2
    only_there = with_strategies(one, {("hub", "west"): Scripted()})
    assert events(only_there) == [(3, "threat is void: card")], "made in east's talk alone"


def test_the_transcript_tells_it() -> None:
    scenario = threatened(Unless(signed_by=4, opened=CARS_ONLY), Scripted())
    told = " ".join(transcript(scenario, 0, 0).split())
    assert "threatens: Treasuries, unless there is a deal by round 4 or cars is open." in told
    assert "The threat falls due: Treasuries. Round 5 of 6 Shock: sell-off." in told
    void = threatened(Unless(opened=CARS_ONLY, within=2), Scripted(wants=((), (), CARS_ONLY)))
    told = " ".join(transcript(void, 0, 0).split())
    assert "threatens: Treasuries, unless cars is open within 2 rounds." in told
    assert "The threat is void: Treasuries." in told


EMPTY = {
    "no hazard": card(None, hazard=0.0),
    "due after the end": card(Unless(opened=("none",), within=99)),
    "no hazard, with an unless": card(Unless(signed_by=3), hazard=0.0),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", EMPTY)
@fewer(10)
@given(scenarios(around=False, talks=(1, 2)), st.sampled_from((0.0, 0.5)))
def test_a_threat_with_nothing_behind_it_changes_no_choice_and_costs_what_it_costs(
    case: str, scenario: Scenario, at: float
) -> None:
    """The attack: it must gain its maker nothing, and not be free."""
    rules = scenario.talks[0]
    seat, worlds = (rules.partner, rules.name), scenario.payoffs.draws
    threat = replace(EMPTY[case], country=rules.partner)
    armed = replace(
        scenario,
        payoffs=replace(
            scenario.payoffs, shocks=tuple(np.full((1, worlds), -3.0) for _ in scenario.countries)
        ),
        surroundings=replace(
            scenario.surroundings,
            shocks=(LASTING,),
            threats=(threat,),
            threat_cost=np.full((1, worlds), 0.75),
        ),
    )
    calm = played(armed)
    loud = played(
        with_strategies(armed, {seat: Threatener(scenario.strategies[seat], "card", at=at)})
    )
    pd.testing.assert_frame_equal(*(choices(play.turns) for play in (calm, loud)))
    made = loud.frame["threats.card"] - calm.frame["threats.card"]
    paid, cost = f"payoff.{rules.partner}", f"cost.{rules.partner}"
    np.testing.assert_allclose(loud.frame[paid], calm.frame[paid] - 0.75 * made, atol=1e-9)
    np.testing.assert_allclose(loud.frame[cost], calm.frame[cost] + 0.75 * made, atol=1e-9)
    rest = calm.frame.columns.drop([paid, cost, "threats.card"])
    pd.testing.assert_frame_equal(calm.frame[rest], loud.frame[rest])


def choices(turns: pd.DataFrame) -> pd.DataFrame:
    """Give the turns without what they say of threats."""
    rest = turns[~turns["event"].str.startswith("threat ")]
    return rest.drop(columns="threat").reset_index(drop=True)


@pytest.mark.slow
@fewer(2)
@given(scenarios(around=True))
def test_threats_are_made_as_often_as_they_may_and_fall_due_once(scenario: Scenario) -> None:
    play = played(scenario)
    for threat in scenario.surroundings.threats:
        made = play.turns[play.turns["threat"] == threat.name].groupby("world")["round"].nunique()
        assert (made <= threat.most).all()
        counted = play.frame.drop_duplicates("world").set_index("world")[f"threats.{threat.name}"]
        assert counted.sub(made, fill_value=0).eq(0).all()
        words = [f"threat falls due: {threat.name}", f"threat is void: {threat.name}"]
        told = play.turns[play.turns["event"].isin(words)]
        assert threat.unless is not None or told.empty
        once = told.groupby(["world", "round"])["event"].nunique()
        assert (once == 1).all(), "in a world and round it holds, or is void"
        assert told.groupby(["world", "talk"]).size().le(threat.most).all()

"""Ratification: votes, vetoes, elections and delay; as transcripts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.protocol.rules import Calendar
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.ratifiers import Ratifier
from sim.seats.strategy import Answer
from sim.talks.model import negotiate
from tests.games import SPACE, Scripted, game

pytestmark = pytest.mark.fast

ACCEPT, REJECT = Answer.ACCEPT, Answer.REJECT
SMALL, LARGE = SPACE.package(cars=15, pledge=200), SPACE.package(cars=0, pledge=200)
"""Worth 2 and 4 to the partner."""


def ratifier(threshold: float, name: str = "house", **said: Any) -> Ratifier:
    return Ratifier(name, "east", np.array([threshold]), **{"sd": 0.0, **said})


def play(*ratifiers: Ratifier, offers: tuple[int, ...] = (SMALL,), rounds: int = 6, **rules: Any):
    """A hub that offers, and a partner that accepts whatever stands; the log and the outcome."""
    hub, partner = Scripted(offers, answers=(REJECT,)), Scripted(answers=(ACCEPT,))
    base = game(hub, partner, rounds=rounds, scope=False, review=(), test="by_admission", **rules)
    record = negotiate(with_ratifiers(base, *ratifiers), turns=True)
    turns = record.to_turns()
    told = turns.loc[turns["event"] != "", ["round", "event"]].to_numpy().tolist()
    return told, record.to_frame().iloc[0].dropna().to_dict()


def with_ratifiers(base: Scenario, *ratifiers: Ratifier) -> Scenario:
    return replace(base, surroundings=Surroundings(ratifiers={"east": ratifiers}))


def test_a_package_that_clears_the_threshold_takes_effect_at_the_end_of_the_round() -> None:
    told, row = play(ratifier(2.0))
    assert told == [[1, "signed"], [1, "ratified"]]
    assert (row["status"], row["round"], row["ratified"], row["vetoes"]) == ("deal", 1, 1, 0)


def test_a_veto_returns_the_talk_to_bargaining_once() -> None:
    told, row = play(ratifier(3.0), offers=(SMALL, LARGE))
    assert told == [
        [1, "signed"],
        [1, "vetoed by east.house"],
        [2, "signed"],
        [2, "ratified"],
    ]
    assert (row["status"], row["package"], row["vetoes"]) == ("deal", LARGE, 1)
    assert row["vetoed_by"] == "east.house"


def test_a_second_veto_ends_the_talk() -> None:
    told, row = play(ratifier(5.0))
    assert told[-1] == [2, "vetoed by east.house"]
    assert (row["status"], row["vetoes"], row["package"]) == ("vetoed", 2, -1)
    assert row["payoff.east"] == 0


def test_a_veto_after_the_deadline_ends_the_talk() -> None:
    told, row = play(ratifier(5.0, delay=2), rounds=1)
    assert told == [[1, "signed"], [3, "vetoed by east.house"]]
    assert (row["status"], row["vetoes"]) == ("vetoed", 1)


def test_a_ratification_that_runs_past_the_deadline_holds_the_snap_back() -> None:
    told, row = play(ratifier(0.0, delay=3), rounds=1)
    assert told == [[1, "signed"], [4, "ratified"]]
    assert (row["status"], row["round"], row["ratified"]) == ("deal", 1, 4)


def test_every_ratifier_votes_on_its_own_day_and_all_have_to_agree() -> None:
    told, row = play(ratifier(0.0, "lower", delay=1), ratifier(3.0, "upper", delay=2), rounds=2)
    assert told == [[1, "signed"], [3, "vetoed by east.upper"]]
    assert row["vetoed_by"] == "east.upper"


def test_nobody_moves_while_a_package_waits() -> None:
    hub, partner = Scripted((SMALL,), answers=(REJECT,)), Scripted(answers=(ACCEPT,))
    base = game(hub, partner, scope=False, review=(), test="by_admission")
    turns = negotiate(with_ratifiers(base, ratifier(0.0, delay=3)), turns=True).to_turns()
    assert turns["round"].tolist() == [1, 1, 4]


def test_after_a_veto_no_offer_stands() -> None:
    hub, partner = Scripted((SMALL, -1), answers=(REJECT,)), Scripted(answers=(ACCEPT, None))
    base = game(hub, partner, scope=False, review=(), test="by_admission", rounds=3)
    turns = negotiate(with_ratifiers(base, ratifier(3.0)), turns=True).to_turns()
    mine = turns[turns["seat"] == "east"]
    assert mine["answer"].tolist()[:2] == ["accept", ""]


def test_an_election_shifts_the_threshold_from_its_day_on() -> None:
    harder = (2, np.array([1.5]))
    assert play(ratifier(1.0, events=(harder,)))[1]["vetoes"] == 0, "voted before"
    assert play(ratifier(1.0, events=(harder,), delay=1))[1]["status"] == "vetoed"
    softer = (2, np.array([-5.0]))
    assert play(ratifier(5.0, events=(softer,)))[1]["vetoes"] == 1, "voted before, and again"
    assert play(ratifier(5.0, events=(softer,), delay=1))[1]["vetoes"] == 0


def test_a_ratifier_may_count_concessions_more() -> None:
    assert play(ratifier(1.0))[1]["vetoes"] == 0
    row = play(ratifier(1.0, concessions=3.0))[1]
    assert row["vetoes"] == 2, "3 for the cut less 3 times 1 for the pledge is 0"


def test_the_gain_is_counted_against_no_deal_as_things_stand() -> None:
    _, row = play(ratifier(2.0), reservation=(0.0, 1.0))
    assert row["vetoes"] == 2


def test_noise_is_drawn_per_world_and_vote() -> None:
    hub, partner = Scripted((SMALL,), answers=(REJECT,)), Scripted(answers=(ACCEPT,))
    base = game(hub, partner, scope=False, review=(), test="by_admission", rounds=1)
    frame = negotiate(with_ratifiers(base, ratifier(2.0, sd=1.0)), worlds=4000).to_frame()
    assert (frame["status"] == "deal").mean() == pytest.approx(0.5, abs=0.03)
    above = negotiate(with_ratifiers(base, ratifier(1.0, sd=1.0)), worlds=4000).to_frame()
    assert (above["status"] == "deal").mean() == pytest.approx(0.8413, abs=0.02)


def test_a_veto_in_overtime_leaves_time_to_bargain() -> None:
    hub, partner = Scripted((SMALL, -1, LARGE), answers=(REJECT,)), Scripted(answers=(ACCEPT,))
    base = game(hub, partner, scope=False, review=(), test="by_admission")
    over = replace(base, calendar=Calendar(1, mode="overtime", overtime=3))
    row = negotiate(with_ratifiers(over, ratifier(3.0, delay=1))).to_frame().iloc[0]
    assert (row["status"], row["round"], row["ratified"]) == ("deal", 3, 4)

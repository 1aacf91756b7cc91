"""A ceiling over rates that rise: what is announced later changes nothing before."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Scenario
from sim.protocol.state import SIDES
from sim.seats.strategy import Answer
from sim.talks.model import negotiate
from sim.testing import make_view
from tests.examples import fewer
from tests.games import SPACE, Scripted, game
from tests.generators import scenarios
from tests.plays import WORLDS, Played, played
from tests.referee import Referee
from tests.sim.config.test_scenario_file import FILE

pytestmark = pytest.mark.fast

KEPT, CUT = SPACE.package(metals=0, pledge=400), SPACE.package(cars=15, pledge=200)
OPEN = {"cars": "open", "metals": "open"}
KEEPS = SPACE.levels[:, 0] == 0
"""Packages that keep the rate of cars."""


def rising(scenario: Scenario, round: int) -> Scenario:
    """Bar packages that keep the rate of cars from a round on."""
    talks = tuple(replace(rules, bars=((round, KEEPS),)) for rules in scenario.talks)
    return replace(scenario, talks=talks)


def turns(scenario: Scenario, worlds: int = 1) -> pd.DataFrame:
    return negotiate(scenario, worlds, seed=3, turns=True).to_turns()


# --- transcripts ----------------------------------------------------------------------------------


def agreed(round: int) -> pd.DataFrame:
    """An agreement in principle that keeps cars, made in round 2; cars is reviewed in round 4."""
    wants, answers = ((), ("metals",), ("cars",)), (Answer.REJECT, Answer.ACCEPT, None)
    hub = Scripted((-1, KEPT), wants=wants, answers=(Answer.REJECT, None))
    partner = Scripted((-1,), wants=(("cars", "metals"),), answers=answers)
    rules: dict[str, Any] = {"review": ("cars",)}
    return turns(rising(game(hub, partner, rounds=9, **rules), round))


def agreeing(round: int) -> list[tuple[int, str, str, str]]:
    rows = agreed(round)
    return [(t.round, t.seat, t.answer, t.event) for t in rows.itertuples() if t.answer or t.event]


def offered(round: int) -> list[int]:
    rows = agreed(round)
    return rows.loc[rows["seat"] == "hub", "offer"].tolist()


def test_an_agreement_that_is_barred_later_is_none_from_that_round_on() -> None:
    early, late = agreeing(4), agreeing(9)
    assert [row for row in late if row[0] < 4] == [row for row in early if row[0] < 4]
    assert (2, "east", "accept", "agreement in principle") in early
    assert (3, "hub", "stand", "judged anew") in early
    assert late[-1][::3] == (4, "deal")
    assert KEPT not in offered(4)[3:], "what is repeated is a pass by then"
    assert not {"stand", "accept"} & {answer for n, _, answer, _ in early if n >= 4}
    assert "deal" not in {event for _, _, _, event in early}


@pytest.mark.parametrize(("round", "kept"), [(1, True), (2, True), (3, False), (4, False)])
def test_a_menu_holds_what_is_barred_later_until_then(round: int, kept: bool) -> None:
    scenario = rising(game(Scripted((-1,)), Scripted((-1,)), rounds=5, review=()), 3)
    for seat in SIDES:
        passes = (-1,) * (round - 1)
        view = make_view(mine=passes, theirs=passes, game=scenario, seat=seat, docket=OPEN)
        assert view.round == round
        assert view.on_menu(KEPT).tolist() == [kept]
        assert view.on_menu(CUT).tolist() == [True]
        found = SPACE.levels[view.spread(40)[0], 0]
        assert (found == 0).any() == kept, "nor does a search find it"


# --- the property ---------------------------------------------------------------------------------


@st.composite
def announced(draw: Any) -> tuple[Scenario, Scenario, int]:
    """Give a scenario, the same with other ceilings from a round on, and that round."""
    scenario, round = draw(scenarios()), draw(st.integers(1, 5))
    seed, talks = draw(st.integers(0, 99)), []
    for number, rules in enumerate(scenario.talks):
        barred = np.random.default_rng([seed, number]).random(rules.space.size) < 0.4
        talks.append(replace(rules, bars=((round, barred), (round + 2, ~barred))))
    return scenario, replace(scenario, talks=tuple(talks)), round


@pytest.mark.slow
@given(announced())
@fewer(2)
def test_a_ceiling_changes_no_byte_before_its_round(given: tuple[Scenario, Scenario, int]) -> None:
    plain, later, round = given
    before, after = (negotiate(g, WORLDS, seed=7, turns=True).to_turns() for g in (plain, later))
    rows = [t[t["round"] < round].reset_index(drop=True) for t in (before, after)]
    pd.testing.assert_frame_equal(*rows, check_exact=True)


@pytest.mark.slow
@given(announced())
@fewer(2)
def test_what_is_signed_is_under_the_ceiling_of_its_round(
    given: tuple[Scenario, Scenario, int],
) -> None:
    play: Played = played(given[1])
    calendar = play.scenario.calendar
    for rules, row in play.rows:
        if row["status"] == "deal":
            assert not rules.is_barred(row["package"], int(row["round"]))
        log = play.logs[row["world"], rules.name]
        ratifiers = [r.key for r in play.scenario.surroundings.ratifiers.get(rules.name, ())]
        moved = play.turns[(play.turns["world"] == row["world"]) & (play.turns["extended"] > 0)]
        last = calendar.rounds + int(moved.groupby("round")["extended"].max().sum())
        table = Referee(rules, ratifiers).judge(log, last, calendar.after)
        assert (table.status, table.package) == (row["status"], row["package"])


# --- a scenario -----------------------------------------------------------------------------------

FEW: dict[str, Any] = {
    "payoffs.draws": 3,
    "economy.elasticity_draws": 1,
    "links.back_channel.active": True,
    "links.back_channel.ceiling": {"cars": 30},
}
DOUBLED = {"announced": "2025-06-03", "level": 50}


@pytest.mark.slow
def test_a_rise_bars_packages_from_its_announcement_on() -> None:
    """Cars are kept at 27.5 with the ordinary rate, under the ceiling of 30, and then at 52.5."""
    plain = Scenario.load(FILE, FEW)
    made = Scenario.load(FILE, {**FEW, "talks.*.measures.cars.path": {"doubled": DOUBLED}})
    for rules, before in zip(made.talks, plain.talks, strict=True):
        keeps = rules.space.levels[:, [m.name for m in rules.space.measures].index("cars")] == 0
        assert rules.barred is not None
        assert not rules.barred.any()
        assert not before.bars
        ((since, barred),) = rules.bars
        assert since == made.surroundings.announcements[0] > 5
        assert np.array_equal(barred, keeps)
    first, second = (negotiate(g, 12, turns=True).to_turns() for g in (plain, made))
    rows = [t[t["round"] < since].reset_index(drop=True) for t in (first, second)]
    pd.testing.assert_frame_equal(*rows, check_exact=True)

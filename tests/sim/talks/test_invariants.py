"""The invariants of the model, each a property over random scenarios and players."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.scenario import Scenario
from sim.seats.strategy import SideMove, Wrapper
from sim.seats.views.view import View
from sim.strategies import ScopeRefuser
from sim.talks.model import negotiate
from tests.examples import fewer
from tests.generators import scenarios, with_strategies
from tests.plays import WORLDS, Played, every_play, named, rates
from tests.referee import Referee

pytestmark = pytest.mark.fast

ENDS = ("expired", "silent", "walked", "broken_down")


@every_play
def test_no_deal_while_a_measure_that_the_rule_names_is_unreviewed(play: Played) -> None:
    for rules, row in play.rows:
        if row["status"] == "deal":
            assert {row[f"review.{name}"] for name in named(rules, row)} <= {"reviewed"}


@every_play
def test_no_rate_changes_on_an_unreviewed_measure(play: Played) -> None:
    for rules, row in play.rows:
        for name, changed in rates(rules, row).items():
            assert not changed or (row["status"], row[f"review.{name}"]) == ("deal", "reviewed")
        assert row["lowers"] == any(rates(rules, row).values())


@every_play
def test_by_change_a_deal_lowers_all_that_the_rule_names(play: Played) -> None:
    for rules, row in play.rows:
        if row["status"] == "deal" and rules.test == "by_change":
            assert all(rates(rules, row)[name] for name in named(rules, row))


def deadline(play: Played, world: int) -> int:
    """Work out from the logs when the pause ended: what was announced, and every extension."""
    moves = play.turns[(play.turns["world"] == world) & (play.turns["extended"] > 0)]
    longest = moves.groupby("round")["extended"].max()
    assert len(longest) <= play.scenario.calendar.extensions
    return int(play.scenario.calendar.rounds + longest.sum())


@every_play
def test_nothing_is_accepted_after_the_deadline_unless_the_calendar_says_so(play: Played) -> None:
    calendar, frame, turns = play.scenario.calendar, play.frame, play.turns
    for world in range(WORLDS):
        last = deadline(play, world) + calendar.after
        mine, told = frame[frame["world"] == world], turns[turns["world"] == world]
        assert mine["round"].dropna().between(1, last).all()
        assert told["round"][told["mover"] < 3].between(1, last).all()
        assert (told["round"][told["event"].isin(["expired", "silent"])] == last).all()
        if "deadline" in mine:
            assert (mine["deadline"] == last).all()
    late = frame["status"].isin(["expired", "silent"]) & (frame["package"] >= 0)
    assert not late.any()


@every_play
def test_the_accepted_package_is_the_standing_offer_unchanged(play: Played) -> None:
    for rules, row in play.rows:
        latest: dict[str, int] = {}
        accepted = -1
        for turn in play.logs[row["world"], rules.name]:
            if turn.answer == "accept":
                (accepted,) = (latest[seat] for seat in latest if seat != turn.seat)
            if turn.offer >= 0:
                latest[turn.seat] = turn.offer
            if turn.event.startswith("vetoed"):
                latest.clear()
        if row["status"] == "deal":
            assert row["package"] == accepted


@every_play
def test_every_docket_path_follows_the_arrows(play: Played) -> None:
    for rules, row in play.rows:
        log, last = play.logs[row["world"], rules.name], deadline(play, row["world"])
        ratifiers = [r.key for r in play.scenario.surroundings.ratifiers.get(rules.name, ())]
        table = Referee(rules, ratifiers).judge(log, last, play.scenario.calendar.after)
        assert table.state == {m: row[f"review.{m}"] for m in table.measures}
        assert (table.status, table.package) == (row["status"], row["package"])
        assert table.offers == {side: row[f"offers.{side}"] for side in table.offers}
        assert table.refusals == row["refusals"]
        assert table.agreed_in == (pd.notna(row["in_principle"]) and row["in_principle"])
        if table.status == "deal":
            assert table.signed_in == row["round"]
        if "vetoes" in row:
            assert table.vetoes == row["vetoes"]
            assert table.status != "deal" or not ratifiers or table.ended_in == row["ratified"]


@every_play
def test_a_review_is_charged_once(play: Played) -> None:
    scenario, frame = play.scenario, play.frame
    for log in play.logs.values():
        names = [name for turn in log if turn.reviewed for name in turn.reviewed.split(",")]
        assert len(names) == len(set(names))
    charged = np.zeros(WORLDS)
    for rules in scenario.talks:
        mine = frame[frame["talk"] == rules.name]
        reviewed = [mine[f"review.{m.name}"] == "reviewed" for m in rules.space.measures]
        cost = scenario.review_cost["hub", rules.name][mine["draw"]]
        due = (np.array(reviewed).T * cost).sum(axis=1)
        np.testing.assert_allclose(mine["review_cost"], due, atol=1e-12)
        charged += due
    first = frame[frame["talk"] == scenario.talks[0].name]
    packages = [frame.loc[frame["talk"] == t.name, "package"].to_numpy() for t in scenario.talks]
    worth = scenario.payoffs.payoff(first["draw"].to_numpy(), packages)
    worth[0] -= charged
    for i in range(len(scenario.talks)):
        worth[i + 1] -= given_up(play, i)
    for c, country in enumerate(scenario.countries):
        due = worth[c] + beyond_trade(play, c) - moves_of(play, country)
        np.testing.assert_allclose(first[f"payoff.{country}"], due, atol=1e-9)


def given_up(play: Played, i: int) -> np.ndarray:
    """Add up what dropping measures from the rule costs the partner of a talk, from the logs."""
    rules, total = play.scenario.talks[i], np.zeros(WORLDS)
    mine = play.frame[play.frame["talk"] == rules.name].set_index("world")
    cost = play.scenario.audience_cost.get((rules.partner, rules.name))
    for (world, talk), log in play.logs.items():
        dropped = [name for turn in log if turn.relented for name in turn.relented.split(",")]
        if talk == rules.name and dropped:
            assert cost is not None, "a rule without an audience cost is never given up"
            assert set(dropped) == set(mine.loc[world, "relented"].split(","))
            total[world] = len(dropped) * cost[mine.loc[world, "draw"]]
    if "audience_cost" in mine:
        np.testing.assert_allclose(mine["audience_cost"], total, atol=1e-12)
    return total


def beyond_trade(play: Played, c: int) -> np.ndarray:
    """Add up shocks and outside options of a country, over its talks without a deal."""
    payoffs, total = play.scenario.payoffs, np.zeros(WORLDS)
    numbers = {shock.name: k for k, shock in enumerate(play.scenario.surroundings.shocks)}
    for i, rules in enumerate(play.scenario.talks):
        for row in play.frame[play.frame["talk"] == rules.name].to_dict("records"):
            if c not in (0, i + 1) or row["status"] == "deal":
                continue
            world, draw = row["world"], row["draw"]
            if payoffs.outside and row["status"] != "broken_down":
                total[world] += payoffs.outside[c][i][draw]
            for name in filter(None, row.get("shocks", "").split(",")):
                total[world] += payoffs.shocks[c][numbers[name], draw]
    return total


def moves_of(play: Played, country: str) -> np.ndarray:
    """Add up what extensions and threats cost a country, from the logs."""
    around, turns, total = play.scenario.surroundings, play.turns, np.zeros(WORLDS)
    draws = play.frame.drop_duplicates("world").set_index("world")["draw"]
    for world in range(WORLDS):
        mine = turns[turns["world"] == world]
        if country == "hub" and around.extension_cost is not None:
            extensions = mine.loc[mine["extended"] > 0, "round"].nunique()
            total[world] += sum(range(extensions + 1)) * around.extension_cost[draws[world]]
        for k, threat in enumerate(around.threats):
            if threat.country == country:
                times = mine.loc[mine["threat"] == threat.name, "round"].nunique()
                assert times <= threat.most, "a hub's threat is made once a world"
                total[world] += times * around.threat_cost[k, draws[world]]
    return total


@every_play
def test_every_talk_of_every_world_ends_in_exactly_one_status(play: Played) -> None:
    frame, turns = play.frame, play.turns
    keys = [(w, t.name) for w in range(WORLDS) for t in play.scenario.talks]
    assert list(zip(frame["world"], frame["talk"], strict=True)) == keys
    assert frame["status"].isin(["deal", "vetoed", *ENDS]).all()
    assert (frame["status"] == "deal").eq(frame["package"] >= 0).all()
    assert (frame["status"] == "deal").eq(frame["round"].notna()).all()
    assert (frame["status"] == "walked").eq(frame["walked_by"].notna()).all()
    ends = turns[turns["event"].isin(["deal", "ratified", *ENDS])]
    told = ends.set_index(["world", "talk"])["event"].replace("ratified", "deal")
    assert told.index.is_unique
    assert told.reindex(keys).fillna("vetoed").tolist() == frame["status"].tolist()


@every_play
def test_the_same_seed_gives_the_same_table_logged_or_not(play: Played) -> None:
    again = negotiate(play.scenario, WORLDS, seed=7)
    pd.testing.assert_frame_equal(play.frame, again.to_frame())


@every_play
def test_with_a_clause_the_total_rate_is_never_above_that_of_another(play: Played) -> None:
    for rules, row in play.rows:
        deal = row["status"] == "deal"
        if not deal or not (rules.clause or rules.space.granting[row["package"]]):
            assert all(row[k] in (0, None) or pd.isna(row[k]) for k in row if "by_clause" in k)
            continue
        for other, theirs in play.rows:
            if theirs["world"] == row["world"] and theirs["status"] == "deal":
                for name in {m.name for m in rules.space.measures} & {
                    m.name for m in other.space.measures
                }:
                    mine = row[f"rate.{name}"] - row[f"by_clause.{name}"]
                    assert mine <= theirs[f"rate.{name}"] + 1e-9


@dataclass(frozen=True)
class OpensNothing(Wrapper):
    """Opens nothing that nobody asks for."""

    def side_move(self, view: View) -> SideMove | None:
        move = super().side_move(view)
        return None if move is None else replace(move, opens=False)


@given(scenarios(scope=True, talks=(1, 2)), st.data())
@fewer(2)
def test_without_admission_of_a_measure_that_the_rule_names_there_is_never_a_deal(
    scenario: Scenario, data: st.DataObject
) -> None:
    rules = scenario.talks[0]
    measures = [m.name for m in rules.space.measures]
    never = data.draw(st.sampled_from(measures))
    rules = replace(rules, review=tuple({never, *rules.review}))
    seat = ("hub", rules.name)
    inner = OpensNothing(scenario.strategies[seat])
    refuser = ScopeRefuser(inner, tuple(m for m in measures if m != never))
    scenario = replace(scenario, talks=(rules, *scenario.talks[1:]), audience_cost={})
    frame = negotiate(with_strategies(scenario, {seat: refuser}), WORLDS).to_frame()
    mine = frame[frame["talk"] == rules.name]
    assert not (mine["status"] == "deal").any()
    assert not mine[f"review.{never}"].isin(["open", "reviewed"]).any()
    assert (mine[f"rate.{never}"] == rules.space.measures[measures.index(never)].levels[0]).all()


def kept(rules: Any, row: dict[str, Any], names: Any) -> bool:
    """Tell whether a deal keeps the rate of one of these measures."""
    return row["status"] == "deal" and any(not rates(rules, row)[name] for name in names)


LATE = 10
"""No calendar of the generators announces a later deadline at first."""


def unnamed(rules: Any) -> set[str]:
    return {m.name for m in rules.space.measures} - set(rules.review)


def dropped(rules: Any, row: dict[str, Any]) -> set[str]:
    return set(rules.review) - named(rules, row)


SITUATIONS: dict[str, Callable[[Any, dict[str, Any]], bool]] = {
    "a deal keeps what the rule names": lambda t, r: kept(t, r, named(t, r)),
    "by admission, too": lambda t, r: t.test == "by_admission" and kept(t, r, named(t, r)),
    "a deal without the review of what was dropped": lambda t, r: (
        r["status"] == "deal" and any(r[f"review.{m}"] != "reviewed" for m in dropped(t, r))
    ),
    "by change a deal keeps what was dropped": lambda t, r: (
        t.test == "by_change" and kept(t, r, dropped(t, r))
    ),
    "by change a deal keeps another": lambda t, r: t.test == "by_change" and kept(t, r, unnamed(t)),
    "a deal lowers a rate after scope play": lambda t, r: t.scope and r["lowers"],
    "a deal through an agreement in principle": lambda t, r: (
        r["status"] == "deal" and pd.notna(r["in_principle"])
    ),
    "an agreement in principle lapses": lambda t, r: (
        r["status"] == "expired" and pd.notna(r["in_principle"])
    ),
    "the hub walks": lambda t, r: r["walked_by"] == "hub",
    "a partner walks": lambda t, r: r["walked_by"] == t.partner,
    "a request ends refused": lambda t, r: "refused" in [r[f"review.{m}"] for m in rates(t, r)],
    "a deal after the deadline": lambda t, r: r["status"] == "deal" and r["round"] > LATE,
    "a veto, then a deal": lambda t, r: r["status"] == "deal" and r.get("vetoes") == 1,
    "a second veto": lambda t, r: r.get("vetoes") == 2,
    "a talk breaks down": lambda t, r: r["status"] == "broken_down",
    "a shock is in force at the end": lambda t, r: bool(r.get("shocks")),
    "the pause is extended": lambda t, r: r.get("extensions", 0) > 0,
    "a threat is made": lambda t, r: any(r[k] > 0 for k in r if k.startswith("threats.")),
    "a clause is granted": lambda t, r: bool(r.get("clause")),
    "the clause lowers a rate": lambda t, r: any(r[k] > 0 for k in r if k.startswith("by_clause.")),
    "an open measure is left unreviewed": lambda t, r: (
        "open" in [r[f"review.{m}"] for m in rates(t, r)]
    ),
}


@pytest.mark.slow
def test_the_plays_reach_every_situation() -> None:
    missing = set(SITUATIONS)

    def look(play: Played) -> None:
        for rules, row in play.rows:
            missing.difference_update([s for s in missing if SITUATIONS[s](rules, row)])

    for number in range(1, 17):
        if missing:
            every_play(look, number)()
    assert not missing

"""The invariants of the model, each a property over random scenarios and players."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pickle import dumps, loads
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from sim.model import negotiate
from sim.rules import TalkRules
from sim.scenario import Scenario
from sim.strategies import ScopeRefuser
from tests.generators import scenarios, with_strategies
from tests.referee import Referee

pytestmark = pytest.mark.fast

WORLDS = 6
FEW = settings(max_examples=settings.default.max_examples // 2)


@dataclass(frozen=True, eq=False)
class Played:
    """A scenario, and what became of it."""

    scenario: Scenario
    frame: pd.DataFrame
    turns: pd.DataFrame

    @cached_property
    def rows(self) -> list[tuple[TalkRules, dict[str, Any]]]:
        """The rules of a talk with each of its rows."""
        rules = {talk.name: talk for talk in self.scenario.talks}
        return [(rules[row["talk"]], row) for row in self.frame.to_dict("records")]

    @cached_property
    def logs(self) -> dict[tuple[int, str], list[Any]]:
        """The turns of every talk of every world, in their order."""
        logs: dict[tuple[int, str], list[Any]] = {}
        for turn in self.turns.itertuples():
            logs.setdefault((turn.world, turn.talk), []).append(turn)
        return logs


def played(scenario: Scenario) -> Played:
    record = negotiate(scenario, WORLDS, seed=7, turns=True)
    return Played(scenario, record.to_frame(), record.to_turns())


@lru_cache(maxsize=settings.default.max_examples + 10)
def _known(pickled: bytes) -> Played:
    return played(loads(pickled))


def every_play(test: Callable[[Played], None], number: int = 1) -> Any:
    """Run a test over plays; by default all these tests share the same ones."""
    over = given(scenarios().map(lambda scenario: _known(dumps(scenario))))(test)
    return seed(number)(over) if settings.default.derandomize else over


def rates(rules: Any, row: dict[str, Any]) -> dict[str, bool]:
    """Tell for every measure whether its rate is another than without a deal."""
    return {m.name: row[f"rate.{m.name}"] != m.levels[0] for m in rules.space.measures}


@every_play
def test_no_deal_while_a_measure_that_the_rule_names_is_unreviewed(play: Played) -> None:
    for rules, row in play.rows:
        if row["status"] == "deal":
            assert {row[f"review.{name}"] for name in rules.review} <= {"reviewed"}


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
            assert all(rates(rules, row)[name] for name in rules.review)


@every_play
def test_nothing_is_accepted_after_the_deadline(play: Played) -> None:
    rounds = play.scenario.calendar.rounds
    assert play.frame["round"].dropna().between(1, rounds).all()
    assert play.turns["round"].between(1, rounds).all()
    expired = play.turns["event"] == "expired"
    assert (play.turns["round"][expired] == rounds).all()
    late = (play.frame["status"] == "expired") & (play.frame["package"] >= 0)
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
        if row["status"] == "deal":
            assert row["package"] == accepted


@every_play
def test_every_docket_path_follows_the_arrows(play: Played) -> None:
    for rules, row in play.rows:
        log = play.logs[row["world"], rules.name]
        table = Referee(rules).judge(log, play.scenario.calendar.rounds)
        assert table.state == {m: row[f"review.{m}"] for m in table.measures}
        assert (table.status, table.package) == (row["status"], row["package"])
        assert table.offers == {side: row[f"offers.{side}"] for side in table.offers}
        assert table.refusals == row["refusals"]
        assert table.agreed_in == (pd.notna(row["in_principle"]) and row["in_principle"])
        if table.status == "deal":
            assert table.ended_in == row["round"]


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
    np.testing.assert_allclose(first["payoff.hub"], worth[0] - charged, atol=1e-9)
    for c, partner in enumerate(scenario.countries[1:], 1):
        np.testing.assert_allclose(first[f"payoff.{partner}"], worth[c], atol=1e-9)


@every_play
def test_every_talk_of_every_world_ends_in_exactly_one_status(play: Played) -> None:
    frame, turns = play.frame, play.turns
    keys = [(w, t.name) for w in range(WORLDS) for t in play.scenario.talks]
    assert list(zip(frame["world"], frame["talk"], strict=True)) == keys
    assert frame["status"].isin(["deal", "expired", "walked"]).all()
    assert (frame["status"] == "deal").eq(frame["package"] >= 0).all()
    assert (frame["status"] == "deal").eq(frame["round"].notna()).all()
    assert (frame["status"] == "walked").eq(frame["walked_by"].notna()).all()
    ends = turns[turns["event"].isin(["deal", "expired", "walked"])]
    told = ends.set_index(["world", "talk"])["event"]
    assert told.index.is_unique
    assert told.reindex(keys).tolist() == frame["status"].tolist()


@every_play
def test_the_same_seed_gives_the_same_table_logged_or_not(play: Played) -> None:
    again = negotiate(play.scenario, WORLDS, seed=7)
    pd.testing.assert_frame_equal(play.frame, again.to_frame())


@given(scenarios(scope=True, talks=(1, 2)), st.data())
@FEW
def test_without_admission_of_a_measure_that_the_rule_names_there_is_never_a_deal(
    scenario: Scenario, data: st.DataObject
) -> None:
    rules = scenario.talks[0]
    measures = [m.name for m in rules.space.measures]
    never = data.draw(st.sampled_from(measures))
    rules = replace(rules, review=tuple({never, *rules.review}))
    seat = ("hub", rules.name)
    refuser = ScopeRefuser(scenario.strategies[seat], tuple(m for m in measures if m != never))
    scenario = replace(scenario, talks=(rules, *scenario.talks[1:]))
    frame = negotiate(with_strategies(scenario, {seat: refuser}), WORLDS).to_frame()
    mine = frame[frame["talk"] == rules.name]
    assert not (mine["status"] == "deal").any()
    assert not mine[f"review.{never}"].isin(["open", "reviewed"]).any()
    assert (mine[f"rate.{never}"] == rules.space.measures[measures.index(never)].levels[0]).all()


@FEW
@given(scenarios(rational=True))
def test_at_signing_a_rational_seat_gets_its_reservation_value_as_it_knew_it(
    scenario: Scenario,
) -> None:
    play = played(scenario)
    signed = {
        key: (log[-1].round, log[-1].mover)
        for key, log in play.logs.items()
        if log[-1].event == "deal"
    }
    for world, talk in signed:
        rules, _ = next(pair for pair in play.rows if pair[0].name == talk)
        for country in (rules.hub, rules.partner):
            moment = decided(play.logs[world, talk], country)
            assert gain(play, signed, (world, talk), country, moment) >= -1e-6


def decided(log: list[Any], country: str) -> tuple[int, int]:
    """Give when a country decided on a deal: when it signed, else when it last made the offer."""
    mine = [turn for turn in log if turn.seat == country and turn.offer >= 0]
    turn = log[-1] if log[-1].seat in ("", country) else mine[-1]
    return turn.round, turn.mover


def gain(
    play: Played,
    signed: dict[tuple[int, str], tuple[int, int]],
    key: tuple[int, str],
    country: str,
    moment: tuple[int, int],
) -> float:
    """Give what a deal is worth to a country against none, other talks as seen at a moment."""
    world, talk = key
    rows = [row for _, row in play.rows if row["world"] == world]
    values = []
    for mine in (True, False):
        packages = [
            row["package"]
            if (mine if row["talk"] == talk else signed.get((world, row["talk"]), moment) < moment)
            else -1
            for row in rows
        ]
        draw = np.array([rows[0]["draw"]])
        worth = play.scenario.payoffs.payoff(draw, [np.array([p]) for p in packages])
        values.append(worth[play.scenario.countries.index(country), 0])
    return float(values[0] - values[1])


def kept(rules: Any, row: dict[str, Any], names: Any) -> bool:
    """Tell whether a deal keeps the rate of one of these measures."""
    return row["status"] == "deal" and any(not rates(rules, row)[name] for name in names)


def unnamed(rules: Any) -> set[str]:
    return {m.name for m in rules.space.measures} - set(rules.review)


SITUATIONS: dict[str, Callable[[Any, dict[str, Any]], bool]] = {
    "a deal keeps what the rule names": lambda t, r: kept(t, r, t.review),
    "by admission, too": lambda t, r: t.test == "by_admission" and kept(t, r, t.review),
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
    "an open measure is left unreviewed": lambda t, r: (
        "open" in [r[f"review.{m}"] for m in rates(t, r)]
    ),
}


def test_the_plays_reach_every_situation() -> None:
    missing = set(SITUATIONS)

    def look(play: Played) -> None:
        for rules, row in play.rows:
            missing.difference_update([s for s in missing if SITUATIONS[s](rules, row)])

    for number in range(1, 5):
        if missing:
            every_play(look, number)()
    assert not missing

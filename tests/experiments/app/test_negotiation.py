"""One negotiation, round by round: what the board, the plane and the calendar show."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from experiments.app import called
from experiments.app.negotiation import Negotiation
from experiments.app.shown import board, charts, timeline
from experiments.app.values import best_for, frontier
from sim import Scenario, negotiate
from sim.protocol.docket import STATES
from sim.strategies import BUILT_IN, Relents

pytestmark = pytest.mark.fast


def test_it_is_the_negotiation_that_the_model_plays(
    open_game: Scenario, shown: Negotiation
) -> None:
    record = negotiate(open_game, 1, seed=3, turns=True)
    assert shown.outcomes.equals(record.to_frame())
    assert shown.turns.equals(record.to_turns())
    assert shown.rounds == shown.turns["round"].max()


def test_tables_end_as_the_outcomes_say(shown: Negotiation) -> None:
    for talk, rules in enumerate(shown.game.talks):
        row = shown.outcomes[shown.outcomes["talk"] == rules.name].iloc[0]
        table = shown.tables[-1][talk]
        assert table.status == row["status"] == "deal"
        assert table.package == row["package"]
        assert table.ended_in == row["round"]
        states = [row[f"review.{m.name}"] for m in rules.space.measures]
        assert list(table.docket) == states


def test_the_docket_says_since_when(shown: Negotiation) -> None:
    before, first = (board.docket(shown, n, 0) for n in (0, 1))
    assert [m.state for m in before] == ["off", "off"]
    assert [m.since for m in before] == ["", ""]
    assert all(m.state in STATES[1:] and m.since == "since 1 March 2025" for m in first)
    assert all(m.named for m in first)
    assert board.standing(shown, 0, 0) == "open: the rule still waits for cars; metals"
    assert board.standing(shown, shown.rounds, 0).startswith("a deal, ")


def test_offers_are_told_once_and_in_order(shown: Negotiation) -> None:
    offers = shown.offers(shown.rounds, 0)
    assert [n for n, _, _ in offers] == sorted(n for n, _, _ in offers)
    assert {country for _, country, _ in offers} == {"hub", "east"}
    assert shown.offers(0, 0) == []
    story = board.story(shown, shown.rounds, 0)
    assert "accepts: a deal" in story[0][1] or "becomes a deal" in story[0][1]
    assert not any("worth" in said for _, said in story)
    assert all(n <= 2 for n, _ in board.story(shown, 2, 0))


def test_worth_is_the_gain_over_no_deal(shown: Negotiation) -> None:
    game, last = shown.game, shown.rounds
    deal = board.worths(shown, last, 0)[-1]
    assert deal.what == "the deal"
    packages = [np.array([table.package]) for table in shown.tables[last]]
    draw = np.array([shown.draw])
    without = [np.array([-1]), packages[1]]
    gain = game.payoffs.payoff(draw, packages) - game.payoffs.payoff(draw, without)
    assert (deal.hub, deal.partner) == pytest.approx((gain[0, 0], gain[1, 0]))


def test_no_package_dominates_the_frontier(shown: Negotiation) -> None:
    rules, (hub, partner) = shown.game.talks[0], shown.values(1, 0)
    every = charts.everything(rules)
    best = frontier(hub, partner, every)
    a, b = hub.gain(every), partner.gain(every)
    for package in best.tolist():
        x, y = hub.one(package), partner.one(package)
        assert not ((a >= x) & (b >= y) & ((a > x) | (b > y))).any()
    package, gain = best_for(hub, partner, every)
    assert gain == a[b >= 0].max() == hub.one(package)
    assert partner.one(package) >= 0
    assert best_for(hub, partner, every, least=1e9) == (-1, 0.0)


def test_the_plane_shows_frontiers_offers_and_the_deal(shown: Negotiation) -> None:
    plane, rows = charts.plane(shown, shown.rounds, 0)
    kinds = {row["what"] for row in rows}
    assert kinds == {charts.ALL_OPEN, charts.NOW_OPEN, charts.HUB, charts.PARTNER, charts.DEAL,
                     charts.NO_DEAL}  # fmt: skip
    _, begun = charts.plane(shown, 0, 0)
    assert {row["what"] for row in begun} == {charts.ALL_OPEN, charts.NOW_OPEN, charts.NO_DEAL}
    closed = [row for row in begun if row["what"] == charts.NOW_OPEN]
    assert all("→" not in row["terms"] for row in closed), "nothing is open before the talks"
    shown_kinds = str(plane.spec())
    assert all(f"'{kind}'" in shown_kinds for kind in kinds)
    assert "gain of Hub, payoff points" in shown_kinds


def test_the_curves_are_told_in_the_numbers_of_the_engine(shown: Negotiation) -> None:
    """Read back: no package of the menu that hurts nobody is better for one side at either end."""
    game, draw, other = shown.game, np.array([shown.draw]), np.array([-1])
    number = r"([+−]?[\d.]+)"
    for round in range(shown.rounds + 1):
        plane, rows = charts.plane(shown, round, 0)
        elsewhere = shown.tables[round][1].package
        beside = other if elsewhere < 0 else np.array([elsewhere])
        none = game.payoffs.payoff(draw, [other, beside])[:2, 0]
        title, *said = plane.told(rows).split("; ")
        assert title == plane.title
        names = ("if every measure were open", "with what is open now")
        for name, sentence in zip(names, said, strict=True):
            opened = plane.docket if "now" in name else ("open",) * len(plane.docket)
            menu = charts.menu(plane.rules, opened, plane.named, round)
            gains = np.array(
                [game.payoffs.payoff(draw, [np.array([n]), beside])[:2, 0] - none for n in menu]
            ).reshape(-1, 2)
            fair = gains[(gains >= 0).all(axis=1)]
            front = f"the best that both could get {name} is "
            assert sentence.startswith(front), sentence
            ends = re.findall(rf"Hub {number} and East {number}", sentence)
            if not len(fair):
                assert sentence == f"{front}no deal"
                continue
            best = [fair[np.lexsort((fair[:, 1 - side], fair[:, side]))][-1] for side in (1, 0)]
            told = [[float(n.replace("−", "-")) for n in end] for end in ends]
            assert told[0] == pytest.approx(best[0], abs=0.005)
            assert told[-1] == pytest.approx(best[1], abs=0.005)


def test_the_plane_near_the_middle_leaves_extremes_out(shown: Negotiation) -> None:
    plane, _ = charts.plane(shown, 1, 0)
    near, full = plane.curves(near=True), plane.curves()
    assert len(near) < len(full)
    assert min(row["hub"] for row in near) > min(row["hub"] for row in full)


def test_the_calendar_marks_what_happened_until_now(shown: Negotiation) -> None:
    events = timeline.events(shown, shown.rounds)
    assert {event["what"] for event in events} <= set(timeline.KINDS)
    assert {event["talk"] for event in events} == {"Hub – East", "Hub – West"}
    assert sum(event["what"] == "end of the talk" for event in events) == 2
    first = timeline.events(shown, 1)
    assert {event["day"] for event in first} == {"1 March 2025"}
    spec = str(timeline.calendar_spec(shown, 1))
    assert "2025-03-01" in spec
    assert "'deadline'" in spec


def test_moments_in_words(shown: Negotiation) -> None:
    calendar = shown.game.calendar
    assert called.moment(calendar, 1, 12) == "Round 1 of 12 · 1 March 2025 · 11 rounds left"
    assert called.moment(calendar, 12, 12).endswith("the last round before the deadline")
    assert called.moment(calendar, 14, 12) == "Round 14 · 27 March 2025 · 2 after the deadline"


def test_the_end_says_what_reviews_cost(open_game: Scenario) -> None:
    costs = {seat: np.full_like(cost, 0.25) for seat, cost in open_game.review_cost.items()}
    shown = Negotiation.play(replace(open_game, review_cost=costs), 3)
    ends, note = board.payoffs(shown.game, shown.outcomes)
    assert [name for name, _ in ends] == ["Hub", "East", "West"]
    assert ends[0][1] == shown.outcomes["payoff.hub"].iloc[0]
    cost = shown.outcomes["review_cost"].sum()
    assert cost > 0
    assert f"reviews cost Hub {cost:.2f}" in note
    hub, east, _ = board.parts(shown.game, shown.outcomes)
    assert hub[0] == "Hub"
    assert hub[1:] == tuple(
        called.signed(value) for value in (ends[0][1] + cost, -cost, ends[0][1])
    )
    assert east[1] == east[3]
    assert float(east[2].replace("−", "-")) == 0
    assert "Over the days" not in note


def test_the_end_says_what_flowed_over_the_days_of_the_talks(shown: Negotiation) -> None:
    interim: Any = object()
    flows = {"flow.hub": -0.5, "flow.east": 0.25, "flow.west": 0.0}
    _, note = board.payoffs(replace(shown.game, interim=interim), shown.outcomes.assign(**flows))
    assert note.endswith("days of the talks, in USD bn: Hub -0.50, East +0.25, West +0.00.")


def test_a_rule_that_is_given_up_is_shown_as_it_is_now(open_game: Scenario) -> None:
    partner = Relents(BUILT_IN["linear"](), at=0.3)
    hub = BUILT_IN["scope_refuser"](BUILT_IN["conceder"](), admits=("cars",))
    strict = tuple(replace(r, review=("cars", "metals"), test="by_change") for r in open_game.talks)
    made = replace(
        open_game,
        talks=strict,
        strategies={**open_game.strategies, ("hub", "east"): hub, ("east", "east"): partner},
        audience_cost={("east", "east"): np.full(open_game.payoffs.draws, 0.25)},
    )
    shown = Negotiation.play(made, 3)
    named = [tables[0].named for tables in shown.tables]
    assert named[0] == ("cars", "metals")
    assert named[-1] == ("cars",)
    when = named.index(("cars",))
    assert [m.named for m in board.docket(shown, when, 0)] == [True, False]
    small = made.talks[0].space.package(cars=15)
    names = [shown.tables[when][0].docket, shown.tables[when - 1][0].docket]
    assert small in charts.menu(made.talks[0], names[0], named[when])
    assert small not in charts.menu(made.talks[0], names[1], named[when - 1])
    assert "giving up its rule cost East 0.25 at home" in board.payoffs(made, shown.outcomes)[1]

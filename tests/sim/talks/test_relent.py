"""Giving up the review rule, as transcripts: what its owner drops, when, and what it pays."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import negotiate
from sim.config import override, parse, read_scenario
from sim.errors import StrategyError
from sim.protocol.rules import TalkRules
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, SideMove, Strategy, Wrapper
from sim.seats.views.view import View
from sim.seats.views.world import WorldView
from sim.talks.model import TariffTalks
from sim.testing import make_view, make_world_view
from tests.docs.test_readme import CONFIGS
from tests.examples import fewer
from tests.games import SPACE, Scripted, game
from tests.generators import scenarios
from tests.sim.protocol.test_calendar import Aside

ACCEPT, REJECT = Answer.ACCEPT, Answer.REJECT
CARS = (True, False)
METALS = (False, True)
BOTH = (("cars", "metals"),)
SMALL = SPACE.package(cars=15, pledge=200)
COST = {("east", "east"): np.array([1.5])}
HUB = Scripted((-1, -1, SMALL), wants=(("cars",),), answers=(REJECT, REJECT, None))


def relenting(*moves: tuple[int, Any], **settings: Any) -> Scenario:
    """A hub that opens cars alone and offers a cut there; a partner that signs from round 3 on."""
    partner = Scripted(wants=BOTH, answers=(REJECT, REJECT, ACCEPT))
    script = tuple((number, SideMove(relent=flags)) for number, flags in moves)
    made = game(HUB, Aside(partner, script), **{"review": ("cars", "metals"), **settings})
    return replace(made, audience_cost=COST)


def row(scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = negotiate(scenario).to_frame().iloc[0].dropna().to_dict()
    return found


def log(scenario: Scenario) -> list[tuple[int, str, str]]:
    turns = negotiate(scenario, turns=True).to_turns()
    kept = turns[(turns["relented"] != "") | (turns["event"] != "")]
    return [(t.round, t.relented, t.event) for t in kept.itertuples()]


def test_what_is_dropped_no_longer_keeps_an_agreement_from_being_a_deal() -> None:
    assert row(relenting())["status"] == "expired"
    assert log(relenting((5, METALS))) == [
        (3, "", "agreement in principle"),
        (5, "metals", ""),
        (5, "", "deal"),
    ]


def test_what_is_dropped_before_the_signature_makes_a_deal_at_once() -> None:
    assert log(relenting((3, METALS), test="by_admission")) == [(3, "metals", "deal")]


def test_dropping_what_the_rule_keeps_wanting_is_not_enough() -> None:
    made = row(relenting((2, CARS)))
    assert (made["status"], made["relented"], made["audience_cost"]) == ("expired", "cars", 1.5)


def test_each_measure_is_charged_once_whatever_the_end() -> None:
    never, late = row(relenting()), row(relenting((2, CARS), (3, CARS), (4, CARS)))
    assert late["payoff.east"] == never["payoff.east"] - 1.5
    signed = row(relenting((2, True), (3, True)))
    assert (signed["relented"], signed["audience_cost"]) == ("cars,metals", 3.0)
    assert signed["payoff.hub"] == 2.0
    assert signed["payoff.east"] == 2.0 - 3.0
    assert (signed["cost.east"], signed["cost.hub"]) == (3.0, 0.0)


def test_with_the_test_by_change_a_package_may_keep_what_is_dropped() -> None:
    with pytest.raises(StrategyError, match=r"by_change wants lowered \(cars, metals\)"):
        negotiate(relenting(test="by_change"))
    assert log(relenting((2, METALS), test="by_change")) == [(2, "metals", ""), (3, "", "deal")]


def test_a_deal_without_what_was_dropped_leaves_its_rate_and_its_review_alone() -> None:
    made = row(relenting((4, METALS)))
    assert (made["rate.cars"], made["rate.metals"]) == (15, 25)
    assert (made["review.cars"], made["review.metals"]) == ("reviewed", "requested")


WRONG = {
    "a hub": (
        lambda: game(Aside(HUB, ((2, SideMove(relent=METALS)),)), Scripted(), review=("cars",)),
        "hub in talk east, round 2, world 0: side_move relents; the review rule is the partner's",
    ),
    "a partner that cannot": (
        lambda: replace(relenting((2, METALS)), audience_cost={}),
        "side_move relents; this rule cannot be given up: payoffs.weights.east.audience says at",
    ),
    "numbers": (
        lambda: relenting((2, (1, 0))),
        "side_move relent returned an array of int64; return True or False per measure",
    ),
    "too many": (
        lambda: relenting((2, (True, False, True))),
        "side_move relent returned flags of shape (3,); they have to fit (worlds, measures) = (1,",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_rule_is_given_up_only_by_its_owner_and_at_a_price(case: str) -> None:
    made, said = WRONG[case]
    with pytest.raises(StrategyError) as caught:
        negotiate(made())
    assert said in str(caught.value)


def test_a_partner_sees_what_it_may_drop_and_what_it_costs() -> None:
    view = make_view(game=relenting(), seat="partner")
    assert view.may_relent.tolist() == [[True, True]]
    assert view.audience_cost.tolist() == [1.5]
    for blind in (
        make_view(game=relenting()),
        make_view(game=replace(relenting(), audience_cost={}), seat="partner"),
    ):
        assert not blind.may_relent.any()
        assert np.isinf(blind.audience_cost).all()
    assert make_world_view(game=relenting(), seat="partner").may_relent == [True, True]


@dataclass(frozen=True)
class Watching(Wrapper):
    """Keeps what it sees of the rule."""

    def propose(self, view: View) -> Any:
        view.memory[f"seen {view.round}"] = view.ruled[:, 1].astype(float)
        return super().propose(view)


def test_the_hub_sees_what_is_dropped_in_its_next_turn() -> None:
    scenario = relenting((2, METALS))
    hub = {("hub", "east"): Watching(HUB)}
    model = TariffTalks(replace(scenario, strategies={**scenario.strategies, **hub}))
    model.run_model()
    seen = model.talks[0].places[0].memory
    assert [bool(seen[f"seen {n}"][0]) for n in (1, 2, 3)] == [True, True, False]


@dataclass(frozen=True)
class OneByOne(Strategy):
    """Relents in round 2, one world at a time."""

    def side_move(self, view: WorldView) -> SideMove | None:
        return SideMove(relent=view.may_relent) if view.round == 2 else None

    def scope(self, view: WorldView) -> list[bool]:
        return [True, True]

    def propose(self, view: WorldView) -> int:
        return -1


def test_a_one_world_strategy_can_relent() -> None:
    scenario = relenting()
    seat = {("east", "east"): OneByOne()}
    frame = negotiate(replace(scenario, strategies={**scenario.strategies, **seat}), 3).to_frame()
    assert frame["relented"].tolist() == ["cars,metals"] * 3


def test_a_table_without_a_rule_to_give_up_has_no_columns_for_it() -> None:
    assert not {"relented", "audience_cost"} & set(row(replace(relenting(), audience_cost={})))


def signable(rules: TalkRules, package: int, opened: int, named: int) -> bool:
    """Tell by the written rules whether a package could be signed."""
    lowered = int(rules.space.lowered[package])
    if (package == 0 and not rules.null_deal) or lowered & ~opened:
        return False
    if rules.is_barred(package, round=1):
        return False
    return rules.test != "by_change" or not named & ~lowered


@given(scenarios(talks=(1, 1), scope=True), st.data())
@fewer(2)
def test_menus_depend_on_what_the_rule_names_now(scenario: Scenario, data: Any) -> None:
    model = TariffTalks(scenario, worlds=4)
    state, rules = model.talks[0].state, model.talks[0].state.rules
    every = st.integers(0, state.every)
    model._look_around()
    for _ in range(2):
        for k in range(4):
            state.docket.open[k] = data.draw(every)
        at = np.arange(4)
        state.relent(at, np.array([data.draw(every) for _ in range(4)]))
        state.changes += 1
        view = View(model.talks[0].places[1], at, 1, (0, 0))
        for seen, opened in ((view, state.docket.open), (view.wide(), np.full(4, state.every))):
            allowed = np.array(
                [
                    [signable(rules, p, int(o), int(n)) for p in range(rules.space.size)]
                    for o, n in zip(opened, state.named, strict=True)
                ]
            )
            found = np.stack([seen.on_menu(np.full(4, p)) for p in range(rules.space.size)], axis=1)
            assert (found == allowed).all()
            worth = view.utility(np.broadcast_to(np.arange(rules.space.size), allowed.shape))
            best = np.where(allowed, worth, -np.inf).max(axis=1)
            np.testing.assert_array_equal(seen.best, np.maximum(best, view.reservation))


def test_the_cost_can_be_swept_by_its_path() -> None:
    mapping = read_scenario(CONFIGS / "scenarios" / "us_japan_korea_2025.toml")
    for value in (0, 2, {"low": 0, "central": 1, "high": 5}):
        config = parse(override(mapping, {"payoffs.weights.japan.audience": value}), CONFIGS)
        said = config.payoffs.weights["japan"].audience
        assert said is not None
        assert said.central == (value["central"] if isinstance(value, dict) else value)
    assert parse(mapping, CONFIGS).payoffs.weights["japan"].audience is None

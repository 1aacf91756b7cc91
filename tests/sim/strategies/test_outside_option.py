"""OutsideOption: it walks away where nothing at the table can be worth what it has elsewhere."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, SideMove
from sim.strategies import Boulware, OutsideOption
from sim.talks.model import negotiate
from sim.testing import make_view
from tests.examples import fewer
from tests.games import SPACE, Scripted, game
from tests.generators import scenarios, with_strategies
from tests.sim.protocol.test_calendar import Aside

pytestmark = pytest.mark.fast

SMALL = SPACE.package(cars=15, pledge=200)
NAMES = ("cars", "metals")
INNER = Boulware(exponent=1.0)


def row(scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = negotiate(scenario).to_frame().iloc[0].dropna().to_dict()
    return found


def elsewhere(hub: Any, partner: Any, worth: tuple[float, float], **rules: Any) -> Scenario:
    """A talk of six rounds whose sides have something else to turn to."""
    made = game(hub, partner, **{"review": (), "positions": ((), NAMES), **rules})
    options = tuple((np.array([value]),) for value in worth)
    return replace(made, payoffs=replace(made.payoffs, outside=options))


STAYS = Scripted((-1,), wants=(NAMES,), answers=(Answer.REJECT,))


@pytest.mark.parametrize(("outside", "walks"), [(6.9, False), (7.1, True)])
def test_a_partner_walks_at_once_if_nothing_is_worth_its_option(
    outside: float, walks: bool
) -> None:
    made = row(elsewhere(STAYS, OutsideOption(STAYS), (0, outside)))
    assert made["status"] == ("walked" if walks else "silent"), "all for nothing is worth 7"
    assert made["payoff.east"] == outside
    assert made.get("walked_by") == ("east" if walks else None)


@pytest.mark.parametrize(("outside", "walks"), [(4.9, False), (5.1, True)])
def test_a_hub_looks_at_its_menu_with_everything_open(outside: float, walks: bool) -> None:
    made = row(elsewhere(OutsideOption(STAYS), STAYS, (outside, 0)))
    assert made["status"] == ("walked" if walks else "silent"), "a pledge for nothing is worth 5"


def test_it_looks_at_what_the_rule_leaves() -> None:
    strict = {"review": NAMES, "test": "by_change"}
    assert row(elsewhere(OutsideOption(STAYS), STAYS, (0.5, 0), **strict))["status"] == "walked"
    free = {"review": (), "test": "by_change"}
    assert row(elsewhere(OutsideOption(STAYS), STAYS, (0.5, 0), **free))["status"] == "silent"


def test_when_the_rule_is_given_up_there_is_hope_again() -> None:
    gives_up = Aside(STAYS, ((1, SideMove(relent=True)),))
    strict: dict[str, Any] = {"review": NAMES, "test": "by_change", "first_mover": "partner"}
    made = elsewhere(OutsideOption(STAYS), gives_up, (0.5, 0), **strict)
    kept = replace(made, audience_cost={("east", "east"): np.zeros(1)})
    assert row(kept)["status"] == "silent"


def test_an_option_that_is_worth_less_than_the_table_changes_nothing() -> None:
    for worth in (0.0, 3.0):
        plain, wrapped = (elsewhere(INNER, p, (0, worth)) for p in (INNER, OutsideOption(INNER)))
        assert row(plain) == row(wrapped)


def test_it_keeps_its_option_from_a_breakdown() -> None:
    risky = {"breakdown": 0.9}
    stays = negotiate(elsewhere(STAYS, STAYS, (0, 8), **risky), 200).to_frame()
    walks = negotiate(elsewhere(STAYS, OutsideOption(STAYS), (0, 8), **risky), 200).to_frame()
    assert (walks["payoff.east"] == 8).all(), "who has walked cannot be pushed"
    assert stays["payoff.east"].mean() < 1, "a talk that breaks down leaves nothing"


def test_hopeless_is_said_in_every_view() -> None:
    for seat in ("hub", "partner"):
        view = make_view(game=elsewhere(STAYS, STAYS, (9, 9)), seat=seat, worlds=2)
        assert view.hopeless.tolist() == [True, True]
        view = make_view(game=elsewhere(STAYS, STAYS, (0, 0)), seat=seat, worlds=2)
        assert view.hopeless.tolist() == [False, False]


@pytest.mark.slow
@given(scenarios(talks=(1, 1), rational=True, lucky=False, around=False, linked=False))
@fewer(2)
def test_walking_costs_nothing_because_staying_is_hopeless(scenario: Scenario) -> None:
    seat = (scenario.talks[0].partner, scenario.talks[0].name)
    wrapped = with_strategies(scenario, {seat: OutsideOption(scenario.strategies[seat])})
    stays, walks = (negotiate(s, 6, seed=7).to_frame() for s in (scenario, wrapped))
    left = walks["walked_by"] == seat[0]
    assert stays["package"][~left].equals(walks["package"][~left])
    if not scenario.audience_cost:
        mine = f"payoff.{seat[0]}"
        assert (walks[mine][left] >= stays[mine][left] - 1e-9).all()

"""Relents: it insists until its time has come, and gives up what is closed if that pays."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from sim.errors import ConfigError
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, SideMove, Wrapper
from sim.seats.views.view import View
from sim.strategies import Boulware, Relents, ScopeRefuser
from sim.talks.model import negotiate
from sim.testing.situations import seated
from tests.examples import fewer
from tests.games import Scripted, game
from tests.generators import scenarios
from tests.sim.protocol.test_calendar import Aside
from tests.sim.strategies.transcripts import log

pytestmark = pytest.mark.fast

NAMES = ("cars", "metals")


def insisting(player: Any, cost: float | None = 0.5, **settings: Any) -> Scenario:
    """A hub that opens cars only, and a partner whose rule names metals as well; six rounds."""
    hub = ScopeRefuser(Boulware(exponent=1.0), admits=("cars",))
    rules: dict[str, Any] = {"review": NAMES, "positions": ((), NAMES), **settings}
    made = game(hub, player, **rules)
    return replace(made, audience_cost={} if cost is None else {("east", "east"): np.array([cost])})


def row(scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = negotiate(scenario).to_frame().iloc[0].dropna().to_dict()
    return found


def given_up(scenario: Scenario) -> list[tuple[int, str]]:
    turns = log(scenario)
    some = turns[turns["relented"] != ""]
    return [(t.round, t.relented) for t in some.itertuples()]


INNER = Boulware(exponent=1.0)


def test_it_insists_until_its_time_has_come() -> None:
    assert row(insisting(INNER))["status"] == "expired"
    assert given_up(insisting(Relents(INNER, at=0.6))) == [(4, "metals")]
    assert row(insisting(Relents(INNER, at=0.6)))["status"] == "deal"


def test_in_the_last_round_it_is_still_in_time() -> None:
    late = insisting(Relents(INNER, at=0.98))
    assert given_up(late) == [(6, "metals")]
    assert (row(late)["status"], row(late)["round"]) == ("deal", 6)


def test_above_one_it_never_gives_up() -> None:
    assert given_up(insisting(Relents(INNER, at=1.1))) == []


def test_from_the_start_it_waits_only_until_something_can_be_signed() -> None:
    assert given_up(insisting(Relents(INNER, at=0.0))) == [(2, "metals")]


def test_what_is_open_stays_in_the_rule() -> None:
    scenario = insisting(Relents(Scripted(wants=(NAMES,)), at=0.5))
    assert given_up(scenario) == [(4, "metals")]


@pytest.mark.parametrize(("cost", "gives_up"), [(4.9, True), (5.1, False)])
def test_it_gives_up_only_what_is_worth_its_price(cost: float, gives_up: bool) -> None:
    mute = Scripted(wants=(NAMES,), answers=(Answer.REJECT,))
    scenario = insisting(Relents(mute, at=0.5), cost)
    assert given_up(scenario) == ([(4, "metals")] if gives_up else []), "cars at 0 are worth 5"
    assert row(scenario)["payoff.east"] == (-cost if gives_up else 0.0), "sunk, whatever the end"


def test_where_the_rule_cannot_be_given_up_it_is_the_strategy_inside() -> None:
    plain, wrapped = insisting(INNER, None), insisting(Relents(INNER, at=0.0), None)
    assert log(plain).drop(columns="relented").equals(log(wrapped).drop(columns="relented"))


def test_under_by_change_it_looks_at_the_menu_without_what_it_drops() -> None:
    strict = insisting(Relents(INNER, at=0.6), test="by_change")
    assert given_up(strict) == [(4, "metals")]
    made = row(strict)
    assert (made["status"], made["rate.metals"]) == ("deal", 25)
    assert made["rate.cars"] < 25
    assert row(insisting(INNER, test="by_change"))["status"] == "expired"


def test_it_hands_on_the_side_moves_of_the_strategy_inside() -> None:
    inner = Aside(Scripted(wants=(NAMES,)), ((2, SideMove(relent=(False, True))),))
    assert given_up(insisting(Relents(inner, at=1.1))) == [(2, "metals")]


def test_a_hub_has_no_rule_to_give_up() -> None:
    with pytest.raises(ConfigError, match="Relents cannot play a hub; it plays a partner"):
        Scenario.bilateral({"a": 2}, ([0, 1], [1, 0]), (Relents(INNER), INNER), 3)


# --- Attacks: what giving up must not gain


@dataclass(frozen=True)
class Everything(Wrapper):
    """Drops the whole rule again and again."""

    def side_move(self, view: View) -> SideMove | None:
        return replace(super().side_move(view) or SideMove(), relent=True)


KEEPS = ["status", "round", "package", "payoff.hub", "offers.hub", "offers.partner", "refusals"]


@pytest.mark.slow
@given(scenarios(talks=(1, 1), rational=True, test="by_exchange"))
@fewer(2)
def test_who_relents_at_once_and_free_gains_no_more_than_one_without_a_rule(
    scenario: Scenario,
) -> None:
    (rules,) = scenario.talks
    player = scenario.strategies[rules.partner, rules.name]
    free = {(rules.partner, rules.name): np.zeros(scenario.payoffs.draws)}
    first = replace(rules, first_mover="partner")
    gives_up = replace(
        seated(scenario, rules.name, 1, Everything(player), scenario.strategies["hub", rules.name]),
        talks=(first,),
        audience_cost=free,
    )
    without = replace(scenario, talks=(replace(first, review=()),))
    ours, theirs = (negotiate(s, 6, seed=7).to_frame() for s in (gives_up, without))
    columns = [*KEEPS, f"payoff.{rules.partner}"]
    assert ours[columns].equals(theirs[columns])
    assert (ours["audience_cost"] == 0).all()


@dataclass(frozen=True)
class Endless(Wrapper):
    """Drops one measure, over and over."""

    def side_move(self, view: View) -> SideMove | None:
        return SideMove(relent=view.is_in(("metals",)))


def test_giving_up_the_same_thing_for_ever_is_charged_once() -> None:
    ever = insisting(Endless(INNER))
    assert given_up(ever) == [(1, "metals")]
    assert row(ever)["audience_cost"] == 0.5

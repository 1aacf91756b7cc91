"""A day may stand wherever a strategy waits for a time."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from sim.errors import ConfigError
from sim.protocol.rules import Calendar
from sim.scenario.players.parameters_of import hint, options, parameters
from sim.scenario.players.registry import build
from sim.scenario.scenario import Scenario
from sim.seats.parameters import Times
from sim.seats.strategy import Answer, Strategy
from sim.seats.views.world import WorldView
from sim.strategies import BUILT_IN
from sim.strategies.parts import ACCEPT, MODEL, SCOPE
from sim.talks.model import negotiate
from sim.testing import pie, play
from tests.games import game
from tests.sim.config.test_in_rounds import described
from tests.sim.strategies.test_scope_refuser import BOTH, FILE, asking
from tests.sim.strategies.transcripts import log, scope_moves, silent

pytestmark = pytest.mark.fast

JUNE = date(2025, 6, 3)
DATED = Calendar(5, start=date(2025, 5, 30), days=2)
"""Round 3 begins on 3 June."""

SHARES = {("PartialPackage", "until"), ("NiceTitForTat", "after"), ("NiceTitForTat", "late")}
"""What is divided by a time, or handed on as a part of one, needs a number."""


def test_every_relative_time_may_be_a_day() -> None:
    classes = {*BUILT_IN.values(), *ACCEPT.values(), *MODEL.values(), *SCOPE.values()}
    times = {
        (cls, key)
        for cls in classes
        for key in parameters(cls)
        if "relative time" in described(cls).get(key, "")
    }
    assert len(times) > 10
    numbers = {
        (cls.__name__, key)
        for cls, key in times
        if not {date, Times} & set(options(hint(cls, key)))
    }
    assert numbers == SHARES


def admitted(**parameters: Any) -> list[str]:
    """Give what a hub admits in each of five rounds, of all that is requested in the first."""
    said = {"name": "scope_refuser", "inner": silent(), **parameters}
    scenario = game(build(said), asking(), rounds=5, first_mover="partner")
    return scope_moves(log(replace(scenario, calendar=DATED)), "admitted")


@pytest.mark.parametrize(
    ("said", "rounds"),
    [
        (dict(until=JUNE), ["", "", "cars,metals", "", ""]),
        (dict(until="2025-06-03"), ["", "", "cars,metals", "", ""]),
        (dict(until=date(2025, 6, 4)), ["", "", "", "cars,metals", ""]),
        (dict(until=date(2025, 1, 1)), ["cars,metals", "", "", "", ""]),
        (dict(until=date(2026, 1, 1)), ["", "", "", "", ""]),
        (dict(admits={"cars": JUNE}), ["", "", "cars", "", ""]),
        (dict(admits={"cars": {"value": "2025-06-03", "source": "x"}}), ["", "", "cars", "", ""]),
        (dict(admits={"cars": JUNE, "metals": 0}), ["metals", "", "cars", "", ""]),
        (dict(admits={"cars": 0.75, "metals": 1.5}), ["", "", "", "cars", ""]),
        (dict(admits={"cars": 1.0}, until=JUNE), ["", "", "cars,metals", "", ""]),
    ],
)
def test_it_admits_by_measure_and_by_day(said: dict[str, Any], rounds: list[str]) -> None:
    assert admitted(**said) == rounds


def test_a_list_and_a_table_of_noughts_are_the_same() -> None:
    assert admitted(admits=list(BOTH)) == admitted(admits=dict.fromkeys(BOTH, 0))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"admits": {"cars": "soon"}}, r"s.admits.cars: 'soon' is neither a relative time nor a d"),
        ({"admits": {"cars": True}}, r"s.admits.cars: true is neither"),
        ({"admits": {"cars": -0.1}}, r"s.admits.cars: -0.1 is out of range; a relative time is at"),
        (
            {"until": "2025-13-01"},
            r"s.until: '2025-13-01' is not a number or a distribution or",
        ),
    ],
)
def test_what_is_no_time_is_a_sentence(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        build({"name": "scope_refuser", "inner": "linear", **said}, "s")


@pytest.mark.slow
def test_a_day_in_a_scenario() -> None:
    said = {"strategies.usa": {"name": "never_yields", "admits": {"suspended": 0, "cars": JUNE}}}
    few = {"payoffs.draws": 1, **said}
    assert len(negotiate(Scenario.load(FILE, few), 1).to_frame()) == 2
    with pytest.raises(ConfigError, match=r"strategies.usa.admits: there is no measure 'car'"):
        Scenario.load(FILE, few | {"strategies.usa.admits": {"car": JUNE}})


def test_a_day_in_talks_without_dates() -> None:
    file = FILE.with_name("pie.toml")
    hub = Scenario.load(file).talks[0].hub
    said = {"name": "anchor_and_reciprocate", "until": JUNE}
    with pytest.raises(
        ConfigError, match=r"until: 2025-06-03 is a day, and the talks have none; give calendar.st"
    ):
        Scenario.load(file, {f"strategies.{hub}": said})


def test_one_world_asks_in_the_same_words() -> None:
    @dataclass(frozen=True)
    class Waits(Strategy):
        when: float | date = 0.5

        def propose(self, view: WorldView) -> int:
            return view.best_package if view.has_come(self.when) else -1

        def answer(self, view: WorldView, mine: int) -> Answer:
            return Answer.REJECT

    scenario = replace(pie(5), calendar=DATED)
    for when in (0.5, JUNE):
        made = [turn.offer for turn in play(Waits(when), (0,) * 5, game=scenario)]
        assert [offer >= 0 for offer in made] == [False, False, True, True, True], when

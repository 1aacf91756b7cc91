"""What the page says of a state is read back from the engine."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from experiments.app import called
from experiments.app.choices import Choices, plan_of
from experiments.app.game.person import Person
from experiments.app.game.sitting import Sitting, ToMove
from experiments.app.negotiation import Negotiation
from experiments.app.shown import timeline
from experiments.app.shown.rates import Tariffs
from experiments.design.plan import Plan
from sim import Scenario
from sim.config import ScenarioConfig, override, parse
from sim.protocol.rules import Calendar
from sim.scenario.dated import schedules_of
from sim.strategies import BUILT_IN
from tests.experiments.app.conftest import REAL
from tests.experiments.app.test_pages import fine, one, press, said, seat

fast = pytest.mark.fast


def read(plan: Plan) -> ScenarioConfig:
    return parse(override(plan.scenario, {}), plan.directory)


@fast
def test_the_rates_shown_of_a_deal_are_those_applied(open_game: Scenario, plan: Plan) -> None:
    """With a most-favoured clause for both, over many worlds that end in two deals."""
    talks = tuple(replace(rules, clause=True, review=()) for rules in open_game.talks)
    game, fallen = replace(open_game, talks=talks), 0.0
    for seed in range(6):
        shown = Negotiation.play(game, seed)
        rows = shown.outcomes.set_index("talk")
        signed = [int(rows.loc[rules.name, "package"]) for rules in game.talks]
        for rules, package in zip(game.talks, signed, strict=True):
            if package < 0:
                continue
            lines = Tariffs(game, read(plan), rules).lines([package], signed)
            for line, measure in zip(lines, rules.space.measures, strict=False):
                by_clause = float(rows.loc[rules.name, f"by_clause.{measure.name}"])
                rate = rules.space.decode(package)[measure.name]
                assert line.cells[-1] == f"{rate - by_clause:.1f}".removesuffix(".0")
                fallen += by_clause
    assert fallen > 0, "some rates fall by the clause alone"


@fast
def test_a_clause_lowers_no_rate_before_both_have_signed(open_game: Scenario, plan: Plan) -> None:
    talks = tuple(replace(rules, clause=True) for rules in open_game.talks)
    game = replace(open_game, talks=talks)
    low, small = (game.talks[0].space.package(cars=c) for c in (0, 15))
    tariffs = Tariffs(game, read(plan), game.talks[0])
    for signed, cell in (([-1, -1], "15"), ([-1, low], "0"), ([small, low], "0")):
        assert tariffs.lines([small], signed)[0].cells[-1] == cell
    assert tariffs.lines([-1], [-1, low])[0].cells[-2:] == ("25", "–"), "who has no deal has none"


@fast
def test_a_seat_counts_the_clause_by_the_deals_it_knows_of(open_game: Scenario) -> None:
    talks = tuple(replace(rules, review=(), clause=True) for rules in open_game.talks)
    hub = Person(("west 2: want cars, metals; accept", "west 3: want cars, metals; accept"))
    west = Person(("west 1: want cars, metals; offer cars 15, pledge 400",))
    soft = {s: hub if s[0] == "hub" else west for s in open_game.strategies}
    sitting = Sitting(replace(open_game, talks=talks, strategies=soft), "east", 3)
    while isinstance(sitting.now, ToMove):
        (sight,) = sitting.now.sights
        known = any("they have signed a deal: " in said for said in sight.news)
        assert (sight.signed[1] >= 0) == known
        assert sight.signed[0] == -1
        if known:
            break
        sitting = sitting.after([sight.passing()])
    assert isinstance(sitting.now, ToMove), "West signs first"


@pytest.mark.parametrize("file", ["us_japan_korea_2025", "what_happened_2025"])
@pytest.mark.one_in(2)
def test_the_rates_without_a_deal_are_those_of_the_day_above_them(file: str) -> None:
    """What a column says of a day is what the schedule has on that day, not before it."""
    choices = Choices(REAL.with_name(f"{file}.toml"))
    plan = plan_of(choices.config("x", "Why?", more=choices.central()))
    game, config = plan.game(plan.cells[0]), read(plan)
    for rules in game.talks:
        tariffs, book = Tariffs(game, config, rules), game.rates[rules.name]
        schedule, head = schedules_of(config)[rules.name], tariffs.heads(game.calendar.rounds)[-1]
        word, said = head.removeprefix("no deal, ").split(" ", 1)
        day = min(d for d in days() if said.startswith(f"{d.day} {d:%B %Y}"))
        assert (word, said.endswith(" on")) in (("after", False), ("from", True))
        assert schedule.points(day, book.goods) == pytest.approx(book.added[0])
        if word == "from":
            before = schedule.points(day - timedelta(1), book.goods)
            assert np.abs(before - book.added[0]).max() > 0


def test_an_extension_moves_the_day_of_the_rates_without_a_deal(
    real: Scenario, real_plan: Plan
) -> None:
    """The day that a column names is the one on which the engine lets the pause end."""
    calendar = replace(real.calendar, mode="extension", extension=15, extensions=2)
    stubborn = BUILT_IN["hardliner"]()
    moves = BUILT_IN["extender"](stubborn, at=0.9, rounds=15)
    strategies = {s: moves if s[0] == real.talks[0].hub else stubborn for s in real.strategies}
    game = replace(real, calendar=calendar, strategies=strategies)
    shown, tariffs = Negotiation.play(game, 3), Tariffs(game, read(real_plan), game.talks[0])
    assert sorted(set(shown.deadlines)) == [33, 48, 63]
    assert calendar.date(34) == calendar.deadline, "the pause ends when its last round is over"
    for deadline in shown.deadlines:
        ends = called.day(calendar.date(deadline + 1))
        assert tariffs.heads(deadline)[-1] == f"no deal, after {ends}"


@pytest.mark.slow
def test_rates_that_begin_after_a_moved_deadline_keep_their_day() -> None:
    choices = Choices(REAL.with_name("what_happened_2025.toml"))
    plan = plan_of(choices.config("x", "Why?", more=choices.central()))
    game = plan.game(plan.cells[0])
    tariffs, first = Tariffs(game, read(plan), game.talks[0]), game.calendar.rounds
    told = [tariffs.heads(first + n)[-1] for n in (0, 1, 40)]
    assert told[0] == told[1] == "no deal, from 1 August 2025 on"
    ends = game.calendar.date(first + 41)
    assert ends is not None
    assert ends > date(2025, 8, 1)
    assert told[2] == f"no deal, after {called.day(ends)}"


@fast
def test_the_page_says_the_day_that_holds_after_an_extension(folder: Path) -> None:
    app = AppTest.from_function(one, default_timeout=60).run()
    app.text_area(key="one/small/further").input(
        'calendar.deadline = 2025-03-25\ncalendar.mode = "extension"\ncalendar.extension = 3\n'
        'strategies.hub = { name = "extender", inner = "hardliner", at = 0.8 }\n'
        'strategies.east = "hardliner"\nstrategies.west = "hardliner"'
    ).run()
    fine(app)
    assert "no deal, after 25 March 2025" in said(app)
    press(app, "To the end")
    assert "no deal, after 31 March 2025" in said(app)
    assert "25 March" not in said(app)


def days() -> list[date]:
    return [date(2025, 5, 4) + timedelta(n) for n in range(300)]


@fast
@pytest.mark.parametrize(
    "changed",
    [
        {"mode": "overtime", "overtime": 9},
        {"mode": "extension", "extension": 4, "extensions": 2},
        {},
    ],
)
@pytest.mark.parametrize("start", [None, date(2025, 3, 1)])
def test_everything_that_happens_lies_on_the_axis(
    open_game: Scenario, changed: dict[str, int], start: date | None
) -> None:
    calendar = replace(Calendar(6, start, 2), **changed)  # type: ignore[arg-type]
    stubborn = {s: BUILT_IN["hardliner"]() for s in open_game.strategies}
    hub = (
        BUILT_IN["extender"](BUILT_IN["hardliner"](), rounds=4) if "extension" in changed else None
    )
    stubborn |= {s: hub for s in stubborn if hub is not None and s[0] == "hub"}
    shown = Negotiation.play(replace(open_game, calendar=calendar, strategies=stubborn), 3)
    assert shown.rounds >= 6 + 9 * ("overtime" in changed)
    for n in range(shown.rounds + 1):
        rows = timeline.events(shown, n) + timeline.days(shown, n)
        low, high = timeline.calendar_spec(shown, n)["layer"][-1]["encoding"]["x"]["scale"][
            "domain"
        ]
        assert all(low <= row["when"] <= high for row in rows if row["when"] != 0 and n)


BROKEN = """
from sim.seats.strategy import Strategy
class Broken(Strategy):
    def propose(self, view):
        return 1 / 0 if view.round > 1 else -1
"""


@fast
def test_the_fault_of_an_opponent_is_not_laid_on_the_person(folder: Path) -> None:
    (folder / "broken.py").write_text(BROKEN, encoding="utf-8")
    app = AppTest.from_function(seat, default_timeout=60).run()
    app.text_area(key="seat/small/further").input('strategies.hub = "broken.py:Broken"').run()
    app.radio(key="seat/seat").set_value("east").run()
    press(app, "Begin")
    for _ in range(3):
        if app.error:
            break
        press(app, "Make this move")
    (error,) = app.error
    assert "not allowed" not in error.value
    assert error.value.startswith("The strategy that plays Hub failed, and it is not your doing")
    assert "ZeroDivisionError" in error.value or "division by zero" in error.value

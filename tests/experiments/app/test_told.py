"""Sentences about a state are read back from the engine, over random games in every mode.

The engine is stepped beside the page; every text of a round is parsed and compared with its state.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from experiments.app import called
from experiments.app.choices import Choices, plan_of
from experiments.app.game.sight import sight_of
from experiments.app.negotiation import Negotiation
from experiments.app.shown import board, timeline
from experiments.app.shown.rates import Tariffs
from experiments.design.plan import Plan
from sim import Scenario, TariffTalks
from sim.config import parse
from sim.protocol.docket import STATES
from sim.protocol.issues import OutcomeSpace
from sim.protocol.state import Status
from sim.seats.ratifiers import Ratifier
from sim.strategies import BUILT_IN
from tests import generators

pytestmark = pytest.mark.fast


def extension(game: Scenario) -> Scenario:
    calendar = replace(game.calendar, mode="extension", extension=3, extensions=2)
    hub = {
        seat: BUILT_IN["extender"](strategy, at=0.6)
        for seat, strategy in game.strategies.items()
        if seat[0] == "hub"
    }
    return replace(game, calendar=calendar, strategies={**game.strategies, **hub})


def overtime(game: Scenario) -> Scenario:
    return replace(game, calendar=replace(game.calendar, mode="overtime", overtime=4))


def ratification(game: Scenario) -> Scenario:
    """Every partner has a house that votes two rounds after a signature; every second says no."""
    draws, votes = game.payoffs.draws, (-99.0, 99.0)
    voting = {
        rules.name: (
            Ratifier("house", rules.partner, np.full(draws, votes[k % 2]), sd=0.0, delay=2),
        )
        for k, rules in enumerate(game.talks)
    }
    return replace(game, surroundings=replace(game.surroundings, ratifiers=voting))


def clause(game: Scenario) -> Scenario:
    return replace(game, talks=tuple(replace(rules, clause=True) for rules in game.talks))


def hard(game: Scenario) -> Scenario:
    return replace(game, calendar=replace(game.calendar, mode="hard"))


def both(game: Scenario) -> Scenario:
    return extension(ratification(clause(game)))


def levels(text: str, space: OutcomeSpace) -> dict[str, float]:
    """Read what a package changes out of its words."""
    found = {}
    for part in text.split("; "):
        if part in ("nothing", "no change", "nothing yet"):
            continue
        if part in ("a most-favoured clause", "clause granted"):
            found["clause"] = 1.0
            continue
        name, _, rest = part.partition(" ")
        found[name] = float(rest.split(" → ")[-1].split()[0])
    assert set(found) <= {issue.name for issue in space.issues}
    return found


def changed(package: int, space: OutcomeSpace) -> dict[str, float]:
    """Give what a package changes against no deal, by the engine."""
    if package < 0:
        return {}
    column = space.levels[package]
    return {
        issue.name: float(issue.levels[n])
        for issue, n in zip(space.issues, column, strict=True)
        if n
    }


def stepped(game: Scenario, seed: int) -> Iterator[TariffTalks]:
    """Give the engine before the first round, and after every one."""
    model = TariffTalks(game, worlds=1, seed=seed, turns=True)
    yield model
    while model.running:
        model.step()
        yield model


def check_talk(shown: Negotiation, n: int, model: TariffTalks, talk: int) -> None:
    """Compare what is told of a talk after a round with the state of the engine."""
    state, rules = model.talks[talk].state, shown.game.talks[talk]
    status = Status(int(state.status[0])).name.lower()
    agreed, signed = int(state.agreed[0]), int(state.ratifying[0])
    told, table = board.standing(shown, n, talk), board.on_the_table(shown, n, talk)
    assert [number for _, number in table[:2]] == state.standing[:, 0].tolist()
    if status != "open":
        assert told == f"{called.ENDINGS[status]}, in round {int(state.ended_in[0])}"
        package = int(state.package[0])
        assert table[2:] == [("the deal", package)] * (package >= 0)
    elif signed >= 0:
        assert (told[:7], table[2:]) == ("signed:", [(called.SIGNED, signed)])
    elif agreed >= 0:
        assert (told[:12], table[2:]) == ("an agreement", [(called.AGREED, agreed)])
    else:
        assert (told[:4], table[2:]) == ("open", [])
    for worth in board.worths(shown, n, talk):
        number = dict(table)[worth.what]
        assert levels(worth.terms, rules.space) == changed(number, rules.space)
    check_docket(shown, n, model, talk, told)


def check_docket(shown: Negotiation, n: int, model: TariffTalks, talk: int, told: str) -> None:
    """Compare the docket, and what the rule is said to wait for, with the engine."""
    state, rules = model.talks[talk].state, shown.game.talks[talk]
    states = [STATES[s] for s in state.docket.states(np.array([0]))[0]]
    lines = board.docket(shown, n, talk)
    assert [line.state for line in lines] == states
    assert [line.named for line in lines] == [
        bool(state.named[0] >> m & 1) for m in range(len(states))
    ]
    bare = told.startswith("open") and rules.test != "by_change"
    waiting = told.partition("waits for ")[2].split("; ")
    for line, now in zip(lines, states, strict=True):
        assert (line.name in waiting) == (bare and line.named and now != "reviewed")


def check_story(shown: Negotiation, n: int, model: TariffTalks, talk: int) -> None:
    """Compare the latest offers that are told, and votes, with the engine."""
    state, rules = model.talks[talk].state, shown.game.talks[talk]
    story = [said for _, said in board.story(shown, n, talk)]
    vetoes = [k for k, said in enumerate(story) if said.startswith("Ratification: vetoed")]
    for side, country in enumerate((rules.hub, rules.partner)):
        begin, number = f"{country} offers ", int(state.standing[side, 0])
        offers = [k for k, said in enumerate(story) if said.startswith(begin)]
        cleared = bool(vetoes) and (not offers or vetoes[0] < offers[0])
        assert number < 0 if not offers else number >= 0 or cleared, "a veto clears the table"
        if number >= 0:
            terms = story[offers[0]].removeprefix(begin).removesuffix(".")
            terms = terms.partition(", and so asks for ")[0]
            assert levels(terms, rules.space) == changed(number, rules.space)
    status = Status(int(state.status[0])).name.lower()
    assert vetoes or status != "vetoed"
    ratified = "Ratified: the deal takes effect." in story
    assert not ratified or status == "deal"
    assert any(said.endswith(" walks away.") for said in story) == (status == "walked")


def check_time(shown: Negotiation, n: int, model: TariffTalks) -> None:
    """Compare the round and the deadline that are told with those of the engine."""
    deadline, story = int(model.clock.deadline[0]), shown.told
    told = called.moment(shown.game.calendar, max(n, 1), shown.deadlines[n])
    assert n == model.round
    if n > deadline:
        assert told == f"Round {n} · {n - deadline} after the deadline"
    else:
        assert told.startswith(f"Round {max(n, 1)} of {deadline} · ")
        left = re.search(r"(\d+) rounds? left", told)
        assert (int(left[1]) if left else 0) == deadline - max(n, 1)
    moved: dict[int, int] = {}
    for round, said in (each for talk in story for each in talk if each[0] <= n):
        if by := re.search(r"moves the deadline by (\d+) round", said):
            moved[round] = max(moved.get(round, 0), int(by[1]))
    assert deadline == shown.game.calendar.rounds + sum(moved.values())
    rows = {row["what"]: row["when"] for row in timeline.days(shown, n)}
    assert (rows["now"], rows["deadline"]) == (n, deadline + 1)
    spec: Any = timeline.calendar_spec(shown, n)
    low, high = spec["layer"][-1]["encoding"]["x"]["scale"]["domain"]
    rows = timeline.events(shown, n) + timeline.days(shown, n)
    assert all(low <= row["when"] <= high for row in rows if n)


def check_news(model: TariffTalks) -> None:
    """Compare what a seat is told of other talks, and of its own, with the engine."""
    game = model.game
    names = {called.talk(game, talk.state.rules): talk.state for talk in model.talks}
    for talk in model.talks:
        for side in (0, 1):
            sight = sight_of(model, talk, side, False, None)
            state = talk.state
            assert (sight.agreed, sight.ratifying) == (state.agreed[0], state.ratifying[0])
            assert sight.signed[state.number] == state.package[0]
            for said in sight.news:
                name, _, about = said.partition(": they have signed a deal")
                if about:
                    seen = names[name]
                    assert seen.package[0] >= 0 or seen.ratifying[0] >= 0
                if about.startswith(": "):
                    terms = levels(about.removeprefix(": ").removesuffix("."), seen.rules.space)
                    assert terms == changed(int(seen.package[0]), seen.rules.space)


def check_rates(shown: Negotiation, config: Any) -> float:
    """Compare the rates that are shown of deals with those applied; give what a clause took off."""
    rows, fallen = shown.outcomes.set_index("talk"), 0.0
    ends = [int(rows.loc[rules.name, "package"]) for rules in shown.game.talks]
    for rules, package in zip(shown.game.talks, ends, strict=True):
        lines = Tariffs(shown.game, config, rules).lines([package], ends)
        for line, measure in zip(lines, rules.space.measures, strict=False):
            if package < 0:
                assert line.cells[-1] == "–"
                continue
            less = float(rows.loc[rules.name].get(f"by_clause.{measure.name}", 0.0))
            rate = rules.space.decode(package)[measure.name] - less
            assert line.cells[-1] == f"{rate:.1f}".removesuffix(".0")
            fallen += less
    payoffs, _ = board.payoffs(shown.game, shown.outcomes)
    first = shown.outcomes.iloc[0]
    assert [value for _, value in payoffs] == [first[f"payoff.{c}"] for c in shown.game.countries]
    return fallen


def happened(shown: Negotiation, fallen: float) -> set[str]:
    """Name the modes that a game has shown."""
    last, first = shown.deadlines[-1], shown.game.calendar.rounds
    each = [table for tables in shown.tables for table in tables]
    return {
        name
        for name, seen in (
            ("extension", last > first and shown.rounds > first),
            ("overtime", shown.rounds > last),
            ("ratification", any(table.ratifying >= 0 for table in each)),
            ("veto", any("vetoed by" in said for told in shown.told for _, said in told)),
            ("clause", fallen > 0),
            ("three", len(shown.tables[0]) == 3 and shown.rounds > 1),
            ("deal", any(table.status == "deal" for table in each)),
        )
        if seen
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "talks", "shows"),
    [
        (hard, (1, 2), {"deal"}),
        (hard, (3, 3), {"three", "deal"}),
        (extension, (1, 3), {"extension", "deal"}),
        (overtime, (1, 3), {"overtime", "deal"}),
        (ratification, (2, 3), {"ratification", "veto", "deal"}),
        (clause, (2, 3), {"clause", "deal"}),
        (both, (3, 3), {"extension", "ratification", "clause", "three"}),
    ],
    ids=["hard", "three", "extension", "overtime", "ratification", "clause", "all"],
)
def test_what_is_told_of_a_talk_is_its_state(
    plan: Plan, mode: Callable[[Scenario], Scenario], talks: tuple[int, int], shows: set[str]
) -> None:
    """The modes are not only set: over the games each has happened."""
    seen: set[str] = set()
    config = parse(plan.scenario, plan.directory)

    @given(st.data(), st.integers(0, 99))
    @settings(max_examples=20, deadline=None, derandomize=True, phases=[Phase.generate])
    def over_games(data: st.DataObject, seed: int) -> None:
        game = mode(data.draw(generators.scenarios(talks=talks)))
        shown = Negotiation.play(game, seed)
        for n, model in enumerate(stepped(game, seed)):
            check_time(shown, n, model)
            check_news(model)
            for talk in range(len(game.talks)):
                check_talk(shown, n, model, talk)
                check_story(shown, n, model, talk)
        assert n == shown.rounds
        seen.update(happened(shown, check_rates(shown, config)))

    over_games()
    assert shows <= seen


def test_a_deadline_between_two_rounds_stands_at_its_day(choices: Choices) -> None:
    """The last of seven rounds ends on 15 March; nothing is played on the day that is left."""
    days = {"calendar.deadline": date(2025, 3, 16), "calendar.rounds": 7}
    plan = plan_of(replace(choices, changes=days).config("small", "Why?"))
    shown = Negotiation.play(plan.game(plan.cells[0]), 3)
    assert shown.rounds <= 7
    rows = {row["what"]: row["when"] for row in timeline.days(shown, 1)}
    assert rows == {timeline.NOW: "2025-03-01", timeline.DEADLINE: "2025-03-16"}

"""Sentences about a state are read back from the engine, over random games in every mode."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.app import board, timeline, words
from experiments.app.negotiation import Negotiation
from sim import Scenario
from tests import generators

pytestmark = pytest.mark.fast


def check(shown: Negotiation) -> None:
    """Compare what is told of every talk and round with the tables of the engine."""
    game, rows = shown.game, shown.outcomes.set_index("talk")
    for talk, rules in enumerate(game.talks):
        row = rows.loc[rules.name]
        for n in range(shown.rounds + 1):
            table, told = shown.tables[n][talk], board.standing(shown, n, talk)
            kinds = [what for what, _ in board.on_the_table(shown, n, talk)[2:]]
            if table.status != "open":
                assert told.startswith(words.ENDINGS[table.status])
                assert kinds == ["the deal"] * (table.package >= 0)
            elif table.ratifying >= 0:
                assert (told[:7], kinds) == ("signed:", [words.SIGNED])
            elif table.agreed >= 0:
                assert (told[:12], kinds) == ("an agreement", [words.AGREED])
            else:
                assert (told[:4], kinds) == ("open", [])
                missing(shown, n, talk, told)
        last = shown.tables[-1][talk]
        assert (last.status, last.package) == (row["status"], row["package"])


def missing(shown: Negotiation, round: int, talk: int, told: str) -> None:
    """Compare what the rule is said to wait for with the docket."""
    table, rules = shown.tables[round][talk], shown.game.talks[talk]
    if rules.test == "by_change":
        return
    for measure, state in zip(rules.space.measures, table.docket, strict=True):
        waits = measure.name in table.named and state != "reviewed"
        assert (words.issue(measure) in told.partition("waits for ")[2].split("; ")) == waits


def on_the_axis(shown: Negotiation) -> None:
    for n in range(shown.rounds + 1):
        spec: Any = timeline.calendar_spec(shown, n)
        low, high = spec["layer"][-1]["encoding"]["x"]["scale"]["domain"]
        rows = timeline.events(shown, n) + timeline.days(shown, n)
        assert all(low <= row["when"] <= high for row in rows[: len(rows) if n else 0])


@given(st.data(), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_what_is_told_of_a_talk_is_its_state(data: st.DataObject, seed: int) -> None:
    game: Scenario = data.draw(generators.scenarios())
    shown = Negotiation.play(game, seed)
    check(shown)
    on_the_axis(shown)

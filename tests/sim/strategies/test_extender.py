"""Extender: it moves the deadline once its time has come."""

from dataclasses import replace
from typing import Any

import pytest

from sim.chance.spreads import Drawn
from sim.protocol.rules import Calendar
from sim.scenario.scenario import Scenario
from sim.seats.strategy import SideMove
from sim.strategies import Extender
from sim.talks.model import negotiate
from tests.games import Scripted, game
from tests.sim.protocol.test_calendar import Aside
from tests.sim.strategies.transcripts import log

pytestmark = pytest.mark.fast


def extending(player: Any, rounds: int = 5, **mode: Any) -> Scenario:
    settings = {"mode": "extension", "extension": 4, "extensions": 1, **mode}
    return replace(game(player, Scripted()), calendar=Calendar(rounds, **settings))


def moves(scenario: Scenario) -> list[tuple[int, int]]:
    """Give the rounds in which the hub moved the deadline, and by how much."""
    turns = log(scenario)
    told = turns.loc[turns["extended"] > 0, ["round", "extended"]].to_numpy().tolist()
    return [(int(number), int(by)) for number, by in told]


def test_before_the_last_round_it_adds_as_much_as_it_may() -> None:
    assert moves(extending(Extender(Scripted()), rounds=21)) == [(19, 4)], "at nine tenths"


def test_in_the_last_round_if_it_is_told_so() -> None:
    assert moves(extending(Extender(Scripted(), at=1.0))) == [(5, 4)]


def test_it_adds_what_it_is_told_and_when() -> None:
    assert moves(extending(Extender(Scripted(), at=0.5, rounds=2))) == [(3, 2)]
    assert moves(extending(Extender(Scripted(), at=0.5, rounds=9))) == [(3, 4)]


def test_it_extends_again_if_it_may() -> None:
    twice = extending(Extender(Scripted(), at=1.0, rounds=2), extensions=2)
    assert moves(twice) == [(5, 2), (7, 2)], "its time has come anew in the new last round"


def test_where_the_calendar_does_not_allow_it_nothing_moves() -> None:
    assert moves(extending(Extender(Scripted()), mode="hard")) == []


def test_it_hands_on_the_side_moves_of_the_strategy_inside() -> None:
    inner = Aside(Scripted(), ((2, SideMove(message=7)),))
    seen: list[int] = []

    class Reader(Scripted):
        def propose(self, view: Any) -> Any:
            seen.append(int(view.inbox[0]))
            return super().propose(view)

    base = extending(Extender(inner, at=0.9), rounds=3)
    negotiate(replace(base, strategies={**base.strategies, ("east", "east"): Reader()}))
    assert seen == [-1, 7, 7, 7, 7, 7, 7]


def test_its_time_may_be_drawn_per_world() -> None:
    drawn = extending(Extender(Scripted(), at=Drawn.choice([0.5, 2.0])))
    frame = negotiate(drawn, worlds=200).to_frame()
    assert (frame["extensions"] == 1).mean() == pytest.approx(0.5, abs=0.1)
    assert set(frame["deadline"]) == {5, 9}


def test_rounds_are_not_negative() -> None:
    with pytest.raises(ValueError, match="rounds is -1; it has to be at least 0"):
        Extender(Scripted(), rounds=-1)

"""The deadline: hard, with overtime, or moved by the hub; as transcripts."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from sim.clock import Clock
from sim.errors import StrategyError
from sim.model import negotiate
from sim.rules import Calendar
from sim.scenario import Scenario
from sim.strategy import Answer, SideMove, Wrapper
from sim.surroundings import Surroundings
from tests.games import SPACE, Scripted, game

pytestmark = pytest.mark.fast

ACCEPT, REJECT = Answer.ACCEPT, Answer.REJECT
PLEDGE = SPACE.package(pledge=200)


@dataclass(frozen=True)
class Aside(Wrapper):
    """Makes side moves from a script, by round, and plays the strategy inside."""

    moves: tuple[tuple[int, SideMove], ...] = ()

    def side_move(self, view: Any) -> Any:
        return dict(self.moves).get(view.round)


def at(calendar: Calendar, hub: Any, partner: Any, **settings: Any) -> Scenario:
    """The game of cars, metals and a pledge with another calendar."""
    made = game(hub, partner, **{"review": (), **settings})
    cost = Surroundings(extension_cost=np.array([1.5]))
    return replace(made, calendar=calendar, surroundings=cost)


def late(turn: int) -> tuple[Scripted, Scripted]:
    """A hub that offers a pledge, and a partner that accepts in some turn."""
    return Scripted((PLEDGE,), answers=(REJECT,)), Scripted(
        answers=(REJECT,) * (turn - 1) + (ACCEPT,)
    )


def row(scenario: Scenario, talk: str = "east") -> dict[str, Any]:
    frame = negotiate(scenario).to_frame()
    return frame[frame["talk"] == talk].iloc[0].dropna().to_dict()


def test_hard_the_talk_ends_at_the_deadline() -> None:
    assert row(at(Calendar(4), *late(4)))["round"] == 4
    assert row(at(Calendar(4), *late(5)))["status"] == "silent"


def test_overtime_the_talk_goes_on_for_some_rounds() -> None:
    over = Calendar(4, mode="overtime", overtime=3)
    assert row(at(over, *late(7)))["round"] == 7
    assert row(at(over, *late(8)))["status"] == "silent"


def test_in_overtime_relative_time_stays_at_one() -> None:
    clock, times = Clock(Calendar(3, mode="overtime", overtime=2), 1), []
    for number in range(1, 6):
        clock.begin(number)
        times.append((float(clock.time[0]), bool(clock.snaps_back[0]), bool(clock.over[0])))
    assert times == [
        (0.0, False, False),
        (0.5, False, False),
        (1.0, True, False),
        (1.0, False, False),
        (1.0, False, True),
    ]


def test_at_the_deadline_an_agreement_in_principle_lapses_and_the_talk_goes_on() -> None:
    hub, partner = Scripted((PLEDGE,), answers=(REJECT, None)), Scripted(answers=(REJECT, ACCEPT))
    over = Calendar(4, mode="overtime", overtime=2)
    turns = negotiate(at(over, hub, partner, review=("cars",)), turns=True).to_turns()
    told = turns.loc[turns["event"] != "", ["round", "event"]].to_numpy().tolist()
    assert told == [
        [2, "agreement in principle"],
        [4, "lapsed"],
        [5, "agreement in principle"],
        [6, "expired"],
    ]


EXTENDS = Calendar(4, mode="extension", extension=3, extensions=1)


def moved(number: int, rounds: int = 3) -> tuple[tuple[int, SideMove], ...]:
    return ((number, SideMove(extend=rounds)),)


def test_the_hub_moves_the_deadline_and_pays_for_it_once() -> None:
    hub, partner = late(6)
    out = row(at(EXTENDS, Aside(hub, moved(4)), partner))
    assert (out["status"], out["round"]) == ("deal", 6)
    assert (out["deadline"], out["extensions"], out["extension_cost"]) == (7, 1, 1.5)
    assert out["payoff.hub"] == 3 - 1.5, "the pledge is worth 3 to the hub"


def test_without_an_extension_the_mode_changes_nothing() -> None:
    out = row(at(EXTENDS, *late(6)))
    assert (out["status"], out["deadline"], out["extension_cost"]) == ("silent", 4, 0)


def test_one_extension_holds_for_all_talks_and_is_charged_once() -> None:
    hub, partner = late(6)
    out = at(EXTENDS, Aside(hub, moved(3)), partner, talks=2)
    assert [row(out, talk)["round"] for talk in ("east", "west")] == [6, 6]
    assert row(out)["extensions"] == 1
    assert row(out)["payoff.hub"] == 2 * 3 - 1.5


def test_of_two_extensions_in_one_turn_the_longer_counts() -> None:
    hub, partner = late(9)
    base = at(EXTENDS, Aside(hub, moved(3, 1)), partner, talks=2)
    longer = Aside(hub, moved(3, 3))
    both = replace(base, strategies={**base.strategies, ("hub", "west"): longer})
    assert row(both)["deadline"] == 7


def test_time_never_falls_when_the_deadline_moves() -> None:
    clock, times = Clock(Calendar(5, mode="extension", extension=4, extensions=1), 2), []
    for number in range(1, 10):
        clock.begin(number)
        times.append(clock.time.tolist())
        if number == 3:
            clock.extend([(np.array([1]), np.array([4]))])
    assert [t[0] for t in times] == [0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 1]
    assert [t[1] for t in times] == [0, 0.25, 0.5, 0.5, 0.5, 0.625, 0.75, 0.875, 1]


WRONG = {
    "a second time": (((2, SideMove(extend=1)), (3, SideMove(extend=1))), "by 1 rounds"),
    "too far": (moved(2, 4), "by 4 rounds"),
    "backwards": (moved(2, -1), "by -1 rounds"),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_extension_that_is_not_allowed_is_named(case: str) -> None:
    moves, said = WRONG[case]
    hub, partner = late(9)
    with pytest.raises(StrategyError) as caught:
        negotiate(at(EXTENDS, Aside(hub, moves), partner))
    assert f"side_move extends the pause {said}; a hub may do that by 1 to 3 rounds where " in str(
        caught.value
    )


def test_a_partner_cannot_move_the_deadline() -> None:
    hub, partner = late(9)
    with pytest.raises(StrategyError, match="east in talk east, round 2, world 0: side_move ext"):
        negotiate(at(EXTENDS, hub, Aside(partner, moved(2))))


def test_the_round_of_a_day() -> None:
    calendar = Calendar(33, start=date(2025, 5, 4), days=2)
    days = [
        date(2025, 5, 1),
        date(2025, 5, 4),
        date(2025, 5, 5),
        date(2025, 5, 6),
        date(2025, 7, 7),
    ]
    assert [calendar.round_of(day) for day in days] == [1, 1, 2, 2, 33]
    with pytest.raises(ValueError, match="no dates"):
        Calendar(3).round_of(date(2025, 5, 4))

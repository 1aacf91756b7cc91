"""The deadline: hard, with overtime, or moved by the hub; as transcripts."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import StrategyError
from sim.protocol.calendar import Clock
from sim.protocol.rules import Calendar
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, SideMove, Wrapper
from sim.strategies import Boulware, Linear
from sim.talks.model import negotiate
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


def test_an_announced_extension_is_news() -> None:
    clock, times = Clock(Calendar(5, mode="extension", extension=4, extensions=1), 2), []
    for number in range(1, 10):
        clock.begin(number)
        times.append(clock.time.tolist())
        if number == 3:
            clock.extend([(np.array([1]), np.array([4]))])
    assert [t[0] for t in times] == [0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 1]
    after = [0.25 + 0.75 * k / 7 for k in (2, 3, 4, 5, 6)]
    assert [t[1] for t in times] == [0, 0.25, 0.5, *after, 1], "on from round 2, at a quarter"


def test_announced_in_the_last_round_it_sets_time_back_once() -> None:
    assert times(Calendar(5, mode="extension", extension=4, extensions=1), {5: 4}) == [
        *(0, 0.25, 0.5, 0.75, 1),
        *(0.75 + 0.25 * k / 5 for k in (2, 3, 4)),
        1,
    ]


def test_announced_in_the_first_round_it_is_the_calendar_from_the_start() -> None:
    longer = Calendar(5, mode="extension", extension=4, extensions=1)
    assert times(longer, {1: 4}) == [k / 8 for k in range(9)]


def test_a_second_extension_starts_from_the_round_before_it() -> None:
    twice = Calendar(3, mode="extension", extension=2, extensions=2)
    assert times(twice, {2: 2, 4: 2}) == [
        0,
        0.5,
        0.5,
        0.75,
        *(0.5 + 0.5 * k / 4 for k in (2, 3, 4)),
    ]


def test_after_a_last_round_that_was_extended_time_goes_on_from_before_it() -> None:
    twice = Calendar(3, mode="extension", extension=2, extensions=2)
    assert times(twice, {3: 2, 4: 2}) == [0, 0.5, 1, *(0.5 + 0.5 * k / d for k, d in _ON), 1]


_ON = ((2, 3), (3, 5), (4, 5))
"""Rounds on from the second, of those to the deadline announced then."""


def times(calendar: Calendar, moves: dict[int, int]) -> list[float]:
    """Give the relative time of every round to the deadline, moved by so much in these rounds."""
    clock, told, number = Clock(calendar, 1), [], 0
    while not clock.over[0]:
        number += 1
        clock.begin(number)
        told.append(float(clock.time[0]))
        clock.extend([(np.array([0]), np.array([moves.get(number, 0)]))])
    return told


@given(st.data())
def test_after_an_extension_time_rises_in_every_round_to_the_new_deadline(data: Any) -> None:
    rounds, longest = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 6))
    most = data.draw(st.integers(1, 4))
    calendar = Calendar(rounds, mode="extension", extension=longest, extensions=most)
    announced = data.draw(
        st.lists(st.integers(1, calendar.last), unique=True, max_size=most).map(sorted)
    )
    moves = {number: data.draw(st.integers(1, longest)) for number in announced}
    told = times(calendar, moves)
    made = {number for number in moves if number <= len(told)}
    assert (told[0], told[-1]) == (float(rounds == 1), 1.0)
    for number in range(1, len(told)):
        if number not in made:
            assert told[number] > told[number - 1]
        elif number > 1 and told[number - 2] < 1:
            assert told[number] > told[number - 2], "never below the round before it"


def drawn_first(extensions: int, *rounds: int) -> Scenario:
    """Two talks in which the hub moves first or second, drawn apart; it extends in both."""
    hub, partner = late(99)
    calendar = Calendar(4, mode="extension", extension=3, extensions=extensions)
    base = at(calendar, hub, partner, talks=2, first_mover="draw")
    seats = zip(("east", "west"), rounds, strict=True)
    moving = {("hub", talk): Aside(hub, moved(3, by)) for talk, by in seats}
    return replace(base, calendar=calendar, strategies={**base.strategies, **moving})


def test_two_extensions_in_one_round_count_once_whoever_moves_first() -> None:
    for most in (1, 2):
        record = negotiate(drawn_first(most, 3, 3), worlds=40, seed=1)
        frame = record.to_frame()
        assert frame.groupby("world")["first_mover"].nunique().max() == 2, "the draws differ"
        assert set(frame["extensions"]) == {1}
        assert set(frame["deadline"]) == {7}
        assert set(frame["extension_cost"]) == {1.5}


def test_of_two_extensions_in_one_round_the_longer_counts_whoever_moves_first() -> None:
    for rounds in ((1, 3), (3, 1)):
        frame = negotiate(drawn_first(1, *rounds), worlds=40, seed=1).to_frame()
        assert set(frame["deadline"]) == {7}
        assert set(frame["extensions"]) == {1}


@dataclass(frozen=True)
class Endless(Wrapper):
    """Moves the deadline whenever it may, by as much as it may."""

    def side_move(self, view: Any) -> Any:
        return SideMove(extend=np.where(view.may_extend, view.longest_extension, 0))


@pytest.mark.parametrize("most", [1, 2, 3])
def test_an_endless_extender_gains_no_more_than_a_later_deadline_and_pays_ever_more(
    most: int,
) -> None:
    moving = Calendar(4, mode="extension", extension=3, extensions=most)
    base = at(moving, Endless(Boulware(0.3)), Linear())
    known = at(Calendar(4 + 3 * most), Boulware(0.3), Linear())
    endless, patient = row(base), row(known)
    assert endless["extensions"] == most, "once a round, as often as it may and no more"
    assert endless["extension_cost"] == 1.5 * sum(range(1, most + 1))
    assert endless["payoff.hub"] <= patient["payoff.hub"] - endless["extension_cost"] + 1e-9
    assert endless["deadline"] == 4 + 3 * most


def test_after_an_extension_a_linear_target_moves_in_every_round() -> None:
    seen: list[tuple[int, float]] = []

    @dataclass(frozen=True)
    class Told(Linear):
        def propose(self, view: Any) -> Any:
            seen.append((view.round, float(self.target(view)[0])))
            return super().propose(view)

    hub = Aside(Scripted(answers=(REJECT,)), moved(4))
    negotiate(at(EXTENDS, hub, Told(), scope=False))
    targets = [target for _, target in seen]
    assert len(targets) == 7
    falls = [after < before for before, after in pairwise(targets)]
    assert falls == [True, True, True, False, True, True], "it rises once, at the announcement"
    assert targets[4] < targets[2], "never above that of the round before it"


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


@pytest.mark.parametrize("days", [0.25, 0.5, 2 / 3, 1, 1.5, 2, 7])
def test_days_and_rounds_fit_each_other_whatever_part_of_a_day_a_round_is(days):
    start = date(2025, 5, 4)
    calendar = Calendar(33, start, days)
    begins = [calendar.date(number) for number in range(1, 400)]
    assert begins == [start + timedelta(floor(number * Fraction(days).limit_denominator(100)))
                      for number in range(399)]  # fmt: skip
    for ahead in range(-20, 60):
        day = start + timedelta(ahead)
        before = [number for number, begin in enumerate(begins, 1) if begin <= day]
        after = [number for number, begin in enumerate(begins, 1) if begin >= day]
        assert calendar.last_by(day) == max(before, default=0)
        assert calendar.round_of(day) == min(after)
    numbers = np.arange(1, 400)
    assert [start + timedelta(int(d)) for d in calendar.days_before(numbers)] == begins

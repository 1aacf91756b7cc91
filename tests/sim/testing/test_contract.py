"""The contract: every wrong strategy is caught by its check, in a sentence; right ones pass."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from sim.protocol.docket import STATES
from sim.seats.strategy import Answer, BatchStrategy, Strategy
from sim.seats.views.searches import SeatError
from sim.strategies import BUILT_IN
from sim.testing import ContractError, strategy_contract
from sim.testing.told.verdicts import UncheckedError
from sim.testing.trials import dated, day_of, trials, try_out
from tests.sim.testing.wrong import HEAD, WRONG

NAMES = [
    "can_be_built", "can_be_pickled", "hands_on_every_question", "raises_nothing",
    "offers_what_its_seat_may",
    "answers_with_an_answer", "makes_its_other_moves", "keeps_to_its_time",
    "leaves_the_view_alone", "holds_no_state", "leaves_random_state_alone", "same_seed_same_play",
    "same_in_another_process", "same_in_any_batch", "same_in_any_order", "same_under_other_names",
    "same_under_other_numbers", "sees_no_more_than_its_view", "leaves_its_process_alone",
    "signs_nothing_below_no_deal", "ends_against_every_strategy",
]  # fmt: skip


def check(said: Any, name: str, **more: Any) -> Callable[[], None]:
    return next(c for c in strategy_contract(said, **more) if c.name == name)


FIRST = {wrong.check: what for what, wrong in reversed(WRONG.items())}
"""The first wrong strategy that each check catches: told by default, the others nightly."""


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(what, marks=[pytest.mark.nightly] * (what != FIRST[wrong.check]))
        for what, wrong in WRONG.items()
    ],
)
@pytest.mark.one_in(9)
def test_what_is_wrong_is_caught_by_its_check_in_a_sentence(what: str, tmp_path: Path) -> None:
    wrong, file = WRONG[what], tmp_path / "wrong.py"
    file.write_text(HEAD + wrong.code, encoding="utf-8")
    given = {wrong.given: 1} if wrong.given else {}
    seconds = 0.2 if wrong.check == "keeps_to_its_time" else 20
    with pytest.raises(ContractError) as caught:
        check(f"{file}:Wrong", wrong.check, parameters=given, seconds=seconds)()
    said, after = str(caught.value), 0
    for part in wrong.says:
        after = said.find(part, after) + 1
        assert after, f"{part!r} is not in {said!r}"
    assert "\n" not in said


def test_each_check_catches_a_wrong_strategy() -> None:
    assert {wrong.check for wrong in WRONG.values()} == set(NAMES)


@pytest.mark.slow
def test_what_cannot_be_built_is_not_checked_further(tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(HEAD + WRONG["a typo in a method name"].code, encoding="utf-8")
    built, *others = strategy_contract(f"{file}:Wrong")
    with pytest.raises(ContractError, match="did you mean 'propose'"):
        built()
    for other in others:
        with pytest.raises(UncheckedError, match="cannot be checked, as it cannot be built"):
            other()


def test_the_checks_have_names_and_rules() -> None:
    checks = strategy_contract("linear")
    assert [str(c) for c in checks] == [repr(c) for c in checks] == NAMES
    assert all(c.rule.startswith("It ") and c.rule.endswith(".") for c in checks)


@dataclass(frozen=True)
class Yielding(Strategy):
    """Gives way evenly over time."""

    floor: float = 0.0

    def propose(self, view: Any) -> int:
        return view.offer_at(view.demand(max(1 - view.time, self.floor)))  # type: ignore[no-any-return]


@dataclass(frozen=True)
class YieldingToo(BatchStrategy):
    """Gives way evenly over time, in arrays."""

    def propose(self, view: Any) -> Any:
        return view.offer_at(view.demand(1 - view.time))


@cache
def kept(said: Any) -> dict[str, Any]:
    """Give the checks of a strategy by name; what they play together is played once."""
    return {one.name: one for one in strategy_contract(said, seconds=20)}


LONG = (
    "same_in_another_process", "same_in_any_batch", "same_in_any_order", "same_under_other_names",
    "ends_against_every_strategy",
)  # fmt: skip
RIGHT = [
    *(
        pytest.param(
            YieldingToo(),
            name,
            id=f"a strategy, {name}",
            marks=[pytest.mark.nightly] * (name in LONG),
        )
        for name in NAMES
    ),
    *(
        pytest.param(
            Yielding,
            name,
            id=f"a class, {name}",
            marks=[pytest.mark.nightly] * (name not in ("can_be_built", "raises_nothing")),
        )
        for name in NAMES
    ),
]
"""A batch strategy is checked by default, as it plays all worlds at once; one world at a time takes
long, and so do second plays of everything, and talks with the whole library."""


@pytest.mark.slow
@pytest.mark.parametrize(("said", "name"), RIGHT)
def test_a_right_strategy_passes(said: Any, name: str) -> None:
    kept(said)[name]()


def test_parameters_are_given_as_in_a_config() -> None:
    check(Yielding, "can_be_built", parameters={"floor": 0.2})()
    with pytest.raises(ContractError, match=r"strategy\.flor: there is no parameter 'flor'; did"):
        check(Yielding, "can_be_built", parameters={"flor": 0.2})()
    with pytest.raises(ContractError, match="floor: the strategy is made, and has its parameters"):
        check(Yielding(), "can_be_built", parameters={"floor": 0.2})()


def test_a_strategy_inside_that_is_not_given_is_linear() -> None:
    check("scope_refuser", "can_be_built")()
    check("scope_refuser", "can_be_built", parameters={"inner": "boulware"})()
    check({"offer": "boulware", "accept": "combi"}, "can_be_built")()


@dataclass(frozen=True)
class Generous(BatchStrategy):
    """Accepts whatever could be signed."""

    rational: ClassVar[bool] = False

    def propose(self, view: Any) -> Any:
        return view.best_package

    def answer(self, view: Any, mine: Any) -> Any:
        return np.where(view.on_menu(view.standing), int(Answer.ACCEPT), int(Answer.REJECT))


def test_who_declares_it_may_sign_below_no_deal() -> None:
    check(Generous, "signs_nothing_below_no_deal")()


@dataclass(frozen=True)
class PartnerOnly(BatchStrategy):
    """Asks for everything, whatever is open."""

    seats: ClassVar[tuple[str, ...]] = ("partner",)

    def propose(self, view: Any) -> Any:
        return view.wide().best_package


def test_a_strategy_is_tried_in_its_seats_only() -> None:
    check(PartnerOnly, "raises_nothing")()


def test_together_the_trials_reach_what_a_talk_can_reach() -> None:
    """Every review state with every standing offer or none, agreements, vetoes, extensions."""
    seen: set[Any] = set()

    @dataclass(frozen=True)
    class Looking(Generous):
        def scope(self, view: Any) -> Any:
            seen.update((view.is_hub, STATES[state]) for state in np.unique(view.docket))
            return super().scope(view)

        def propose(self, view: Any) -> Any:
            for word, holds in {
                "closed offer": (view.standing >= 0) & ~view.on_menu(view.standing),
                "no offer": view.standing < 0,
                "agreed": view.agreed >= 0,
                "vetoed": view.vetoed >= 0,
                "empty menu": view.best_package < 0,
                "a shock": view.shocks < 0,
                "a moved deadline": view.deadline > 4,
                "overtime": view.round > view.deadline,
                "another is signed": [any(o.signed.any() for o in view.others.values())],
            }.items():
                seen.update([(view.is_hub, word)] * bool(np.any(holds)))
            return super().propose(view)

        def answer(self, view: Any, mine: Any) -> Any:
            wanted = view.on_menu(view.standing) & (view.luck(1)[:, 0] < 0.3)
            return np.where(wanted, int(Answer.ACCEPT), int(Answer.REJECT))

    for side in ("hub", "partner"):
        for trial in trials(side):
            assert try_out(trial, Looking(), 20).problem is None
    words = (
        *STATES, "no offer", "agreed", "vetoed", "empty menu", "a shock", "a moved deadline",
        "overtime", "another is signed",
    )  # fmt: skip
    for hub in (True, False):
        missing = [word for word in words if (hub, word) not in seen]
        assert not missing, f"{'hub' if hub else 'partner'}: {missing}"
    assert (True, "closed offer") in seen


@dataclass(frozen=True)
class Dated(BatchStrategy):
    """Asks for the round of a day, or for the round after it, where there are days."""

    day: date | None = None
    breaks: bool = False

    def propose(self, view: Any) -> Any:
        if self.day is not None:
            view.round_of(self.day)
        if self.breaks:
            try:
                view.round_of(date(2025, 6, 1))
            except SeatError:
                return view.best_package
            raise RuntimeError("lost in the calendar")
        return view.best_package


def test_a_strategy_that_waits_for_a_day_is_tried_where_there_are_days() -> None:
    """The day falls within the talks, so that what comes before and after it is tried."""
    day = date(2031, 2, 3)
    check(Dated(day), "raises_nothing")()
    refuser = BUILT_IN["scope_refuser"](inner=BUILT_IN["linear"](), until=day)
    assert day_of(refuser) == day
    inside = BUILT_IN["package_or_nothing"](inner=refuser)
    assert day_of(inside) == day, "also one that it plays"
    assert day_of(BUILT_IN["linear"]()) is None
    for trial in trials("hub"):
        calendar = dated(trial.game, day).calendar
        assert 1 <= calendar.last_by(day) <= calendar.rounds
        assert calendar.date(1) <= day


def test_talks_with_days_and_without_are_tried() -> None:
    with pytest.raises(ContractError, match="lost in the calendar"):
        check(Dated(breaks=True), "raises_nothing")()
    days = {trial.game.calendar.start is not None for trial in trials("partner")}
    assert days == {True, False}

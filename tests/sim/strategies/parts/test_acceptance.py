"""When a standing offer is accepted."""

from typing import Any

import pytest

from sim.seats.strategy import Answer
from sim.strategies.parts import Acceptance, Combined
from sim.strategies.parts.acceptance import Combi, Constant, Next, Time
from sim.testing import make_view, offers, pie, play, silent

pytestmark = pytest.mark.fast


def accepted(rule: Acceptance, theirs: tuple[int, ...], demand: int = 100, **game: Any) -> int:
    """Give the round in which a hub that demands so much of 100 slices accepts; 0 for never."""
    rounds = game.pop("rounds", 11)
    player = Combined(silent(demand), accepting=rule)
    told = play(player, theirs, game=pie(rounds, slices=100, **game))
    return len(told) if told[-1].answer == "accept" else 0


CASES: dict[str, tuple[Acceptance, tuple[int, ...], int, int]] = {
    "next: what is worth its next offer": (Next(), (59, 60), 60, 3),
    "next: scaled": (Next(factor=1.2), (49, 50), 60, 3),
    "next: with a bonus": (Next(bonus=0.1), (49, 50), 60, 3),
    "constant: what is worth its share": (Constant(0.7), (69, 70), 100, 3),
    "constant: whatever it would offer itself": (Constant(0.7), (60, 69), 60, 0),
    "time: everything from its time on": (Time(0.5), (0,), 100, 6),
    "combi: its next offer at any time": (Combi(0.8), (10, 60), 60, 3),
    "combi: late what is as good as all in the window": (Combi(0.8), (10, 20, 30), 100, 9),
    "combi: not what is worse than one in the window": (
        Combi(0.8), (10, 10, 10, 10, 10, 10, 50, 40, 40, 45, 45), 100, 10,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_accepts_in_the_round(case: str) -> None:
    rule, theirs, demand, round = CASES[case]
    assert accepted(rule, theirs, demand) == round


def test_a_window_in_which_the_last_offer_is_worse_than_the_one_before() -> None:
    player = Combined(silent(100), accepting=Combi(0.5))
    told = play(player, (10, 10, 10, 40, 35, 45), game=pie(11, slices=100))
    assert [turn.answer for turn in told] == ["", *["reject"] * 5, "accept"], (
        "in round 6 stands 35, after 40; in round 7 45, the best of a window of five"
    )
    told = play(player, (50, 40, 45), game=pie(4, slices=100))
    assert [turn.answer for turn in told] == ["", "reject", "reject", "accept"], (
        "in round 3 of 4 stands 40, after 50; in round 4 the window is the 45 alone"
    )


@pytest.mark.parametrize("rule", [Next(), Constant(0.0), Time(0.0), Combi(0.0)])
def test_none_accepts_what_is_worth_less_than_no_deal(rule: Acceptance) -> None:
    assert accepted(rule, (40,), 1, reservation=(60, 0)) == 0


@pytest.mark.parametrize("rule", [Next(), Constant(1.0), Time(1.0), Combi()])
def test_all_keep_an_agreement_that_is_worth_no_deal(rule: Acceptance) -> None:
    view = make_view(game=pie(10, slices=100), agreed=3)
    assert list(rule.answer(view, view.best_package)) == [Answer.ACCEPT]  # type: ignore[arg-type]


def test_a_share_is_of_the_way_from_no_deal() -> None:
    assert accepted(Constant(0.5), (79, 80), reservation=(60, 0)) == 3


def test_the_offering_strategy_offers_whatever_is_accepted() -> None:
    player = Combined(silent(7), accepting=Time(1.0))
    assert offers(play(player, (9, 9, 9), game=pie(3))) == [7, 7, -1]


def test_an_acceptance_rule_has_to_say_what_it_accepts() -> None:
    with pytest.raises(TypeError, match="Acceptance does not say what it accepts: write accepts"):
        Acceptance().accepts(make_view(), make_view().best_package)


def test_a_misnamed_question_is_found_when_the_class_is_made() -> None:
    with pytest.raises(TypeError, match=r"Mine\.acept is never asked.*did you mean 'accepts'"):
        type("Mine", (Acceptance,), {"acept": lambda self, view, mine: True})

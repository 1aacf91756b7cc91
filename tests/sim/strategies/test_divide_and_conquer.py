"""Divide and conquer: generous in one talk until somebody has signed, hard in the rest."""

from typing import Any

import pytest

from sim.seats.strategy import Answer
from sim.strategies import DivideAndConquer
from sim.talks.model import negotiate
from sim.testing import SPACE, Scripted, make_view, silent, tariff_game

pytestmark = pytest.mark.fast

SOFT, HARD = SPACE.package(cars=15, pledge=200), SPACE.package(pledge=400)
CHEAP = SPACE.package(cars=15, pledge=400)


def playing(first: str = "") -> DivideAndConquer:
    return DivideAndConquer(first, silent(SOFT), silent(HARD))


def offered(player: DivideAndConquer, talk: str, **situation: Any) -> int:
    game = tariff_game(talks=2, scope=False, review=())
    view = make_view(game=game, talk=talk, **situation)
    west = next(state for state, _ in view._place.others)
    west.standing[1][:] = situation.get("elsewhere", -1)
    return int(player.propose(view)[0])


def test_it_is_generous_where_it_wants_the_first_signature() -> None:
    assert offered(playing("east"), "east") == SOFT
    assert offered(playing("east"), "west") == HARD


def test_once_another_talk_is_signed_it_is_hard() -> None:
    assert offered(playing("east"), "east", signed={"west": SOFT}) == HARD
    assert offered(playing(), "east", signed={"west": SOFT}) == HARD


def beside(here: int, there: int) -> int:
    """Give the offer of a hub that wants nobody in particular, with offers of both partners."""
    game = tariff_game(talks=2, scope=False, review=())
    view = make_view(game=game, talk="east", theirs=(here,) if here >= 0 else ())
    west = next(state for state, _ in view._place.others)
    west.standing[1][:] = there
    return int(playing().propose(view)[0])


@pytest.mark.parametrize(
    ("here", "there", "offer"),
    [
        (-1, -1, SOFT),
        (CHEAP, -1, SOFT),
        (CHEAP, SOFT, SOFT),
        (SOFT, CHEAP, HARD),
        (-1, CHEAP, HARD),
    ],
)
def test_else_it_is_generous_where_the_partner_offers_most(
    here: int, there: int, offer: int
) -> None:
    assert beside(here, there) == offer


def test_it_buys_the_first_signature_and_makes_the_other_pay() -> None:
    hub = DivideAndConquer("west")
    game = tariff_game(hub, Scripted((-1,)), talks=2, scope=False, review=(), rounds=12)
    frame = negotiate(game).to_frame().set_index("talk")
    assert (frame["status"] == "deal").all()
    assert frame.loc["west", "round"] < frame.loc["east", "round"]


def test_it_answers_and_asks_for_scope_as_the_strategy_that_plays() -> None:
    soft = Scripted((SOFT,), (("cars",),), (Answer.ACCEPT,))
    hard = Scripted((HARD,), (("metals",),), (Answer.REJECT,))
    player = DivideAndConquer("east", soft, hard)
    game = tariff_game(talks=2, scope=False, review=())
    for talk, flags, answer in (
        ("east", [True, False], Answer.ACCEPT),
        ("west", [False, True], Answer.REJECT),
    ):
        view = make_view(game=game, talk=talk, theirs=(SOFT,))
        assert player.scope(view).tolist() == [flags]
        assert player.answer(view, player.propose(view)).tolist() == [answer]

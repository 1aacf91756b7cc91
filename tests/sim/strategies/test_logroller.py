"""The logroller: trades at the same worth to itself, steps down only when stuck."""

import pytest

from sim.strategies import Logroller
from sim.testing import SPACE, offers, pie, play, tariff_game

pytestmark = pytest.mark.fast

SITUATIONS = {
    "better offers keep its demand": ((0, 10, 20, 30, 40), [100, 100, 100, 100, 100]),
    "the same again is a step": ((0, 10, 10, 10, 10), [100, 100, 100, 95, 90]),
    "a worse one, too": ((20, 10, 30, 20), [100, 100, 95, 95]),
    "passes, too": ((-1,) * 4, [100, 100, 95, 90]),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_it_steps_down_only_when_the_other_side_makes_no_better_offer(situation: str) -> None:
    theirs, mine = SITUATIONS[situation]
    assert offers(play(Logroller(0.05), theirs, game=pie(len(theirs), slices=100))) == mine


def test_it_never_gives_more_than_evenly_over_time() -> None:
    mine = offers(play(Logroller(0.5), (0,) * 6, game=pie(6, slices=100)))
    assert mine == [100, 100, 60, 40, 20, -1], "the last one accepts"


def test_at_the_same_worth_it_offers_what_is_most_like_the_other_side_s_offer() -> None:
    worth = {"cars": (0, -2, -3), "metals": (0, -2), "pledge": (0, 1, 5)}
    game = tariff_game(scope=False, review=(), rounds=6, hub_worth=worth)
    for asked in ({"metals": 0}, {"cars": 15}):
        mine = offers(play(Logroller(0.4), (asked,) * 4, game=game))
        assert mine[2] == SPACE.package(pledge=400, **asked), "both are worth 3 of 5"

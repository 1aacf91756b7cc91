"""The brinkman: nothing until the last rounds, then a modest demand at once."""

import pytest

from sim.strategies import Brinkman
from sim.testing import pie, play

pytestmark = pytest.mark.fast

SITUATIONS = {
    "at the brink it comes down at once": (
        1, 0.25, (0, 0, 0, 0), [("", 100), ("reject", 100), ("reject", 100), ("reject", 25)],
    ),
    "or some rounds before": (
        2, 0.5, (0, 0, 0, 0), [("", 100), ("reject", 100), ("reject", 50), ("reject", 50)],
    ),
    "until then it accepts nothing less than its best": (
        1, 0.25, (90, 90, 90, 90),
        [("", 100), ("reject", 100), ("reject", 100), ("accept", -1)],
    ),
    "its best it accepts": (1, 0.25, (100,), [("", 100), ("accept", -1)]),
    "at the brink it still wants its share": (
        1, 0.25, (20, 20, 20, 20), [("", 100), ("reject", 100), ("reject", 100), ("reject", 25)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_it_plays_to_the_last_moment(situation: str) -> None:
    last, share, theirs, expected = SITUATIONS[situation]
    game = pie(4, slices=100)
    assert play(Brinkman(last, share), theirs, game=game) == expected

"""Anchor and reciprocate: it holds for a while, then pays back part of what it was given."""

import pytest

from sim.strategies import AnchorAndReciprocate
from sim.testing import offers, pie, play

pytestmark = pytest.mark.fast

SITUATIONS = {
    "it holds until its time": ((0, 20, 40, 40, 40), 0.6, [100, 100, 100, 80, 80]),
    "then it pays back half of what it was given": (
        (10, 20, 30, 30, 30), 0.0, [100, 100, 95, 90, 90],
    ),
    "a step back is not taken back": ((0, 40, 10, 10, 10), 0.0, [100, 100, 80, 80, 80]),
    "for nothing it gives nothing": ((0, 0, 0, 0, 0), 0.0, [100, 100, 100, 100, 100]),
    "passes are nothing": ((-1, -1, 20, 40, 40), 0.0, [100, 100, 100, 100, 90]),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_it_holds_and_pays_back(situation: str) -> None:
    theirs, until, mine = SITUATIONS[situation]
    player = AnchorAndReciprocate(until, share=0.5)
    assert offers(play(player, theirs, game=pie(5, slices=100))) == mine


def test_it_stays_above_its_reservation_value() -> None:
    player = AnchorAndReciprocate(0.0, share=5.0)
    game = pie(4, slices=100, reservation=(60, 0))
    assert offers(play(player, (0, 20, 40, 50), game=game)) == [100, 100, 100, 100]
    game = pie(4, slices=100, reservation=(30, 0))
    assert offers(play(player, (0, 40, 40, 20), game=game)) == [100, 100, -1]

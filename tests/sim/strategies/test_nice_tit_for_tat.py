"""Nice tit for tat: as far to the Nash point as the other side has gone, and a little further."""

import pytest

from sim.strategies import NiceTitForTat
from sim.talks.model import negotiate
from sim.testing import offers, pie, play

pytestmark = pytest.mark.fast

KNOWN = dict(slices=100, information="complete")


def test_it_goes_as_far_to_the_nash_point_as_the_other_side() -> None:
    theirs = (0, 10, 20, 20, 5)
    mine = offers(play(NiceTitForTat(kindness=0, after=1), theirs, game=pie(6, **KNOWN)))
    assert mine == [100, 100, 90, 80, 80, 95], "the Nash point is 50: it has come 0, 0.2, 0.4 of it"


def test_it_goes_a_little_further() -> None:
    mine = offers(play(NiceTitForTat(kindness=0.1, after=1), (0, 10), game=pie(3, **KNOWN)))
    assert mine == [95, 95, 85]


def test_late_it_gives_some_more_whatever_the_other_side_does() -> None:
    player = NiceTitForTat(kindness=0, bonus=0.5, after=0.5)
    assert offers(play(player, (0,) * 5, game=pie(5, **KNOWN))) == [100, 100, 100, 88, 75]


def test_two_of_them_meet_at_the_nash_point() -> None:
    row = negotiate(pie(60, players=(NiceTitForTat(), NiceTitForTat()), **KNOWN)).to_frame().iloc[0]
    assert row["status"] == "deal"
    assert abs(row["package"] - 50) <= 5
    assert row["round"] < 30


def test_it_accepts_what_is_worth_its_next_offer() -> None:
    told = play(NiceTitForTat(after=1), (0, 60), game=pie(4, **KNOWN), seat="hub")
    assert [turn.answer for turn in told] == ["", "reject", "accept"]


def test_without_complete_information_it_learns_from_what_is_offered() -> None:
    mine = offers(play(NiceTitForTat(after=1), tuple(range(0, 50, 10)), game=pie(6, slices=100)))
    assert mine[0] > mine[-1] > 30

"""Nice tit for tat: as far to the Nash point as the other side has gone, and a little further."""

from dataclasses import replace

import pytest

from sim.strategies import NiceTitForTat
from sim.talks.model import negotiate
from sim.testing import offers, pie, play
from tests.sim.domains.drawn import EXAMPLES, example

pytestmark = pytest.mark.fast

KNOWN = dict(slices=100, information="complete")


def test_it_goes_as_far_to_the_nash_point_as_the_other_side() -> None:
    theirs = (0, 10, 20, 20, 5)
    mine = offers(play(NiceTitForTat(kindness=0, after=1), theirs, game=pie(7, **KNOWN)))
    assert mine[:6] == [100, 100, 90, 80, 80, 95], (
        "the Nash point is 50: it has come 0, 0.2, 0.4 of it"
    )


def test_it_goes_a_little_further() -> None:
    mine = offers(play(NiceTitForTat(kindness=0.1, after=1), (0, 10), game=pie(4, **KNOWN)))
    assert mine[:3] == [95, 95, 85]


def test_late_it_gives_some_more_whatever_the_other_side_does() -> None:
    player = NiceTitForTat(kindness=0, bonus=0.5, after=0.5)
    assert offers(play(player, (-1,) * 5, game=pie(5, **KNOWN))) == [100, 100, 100, 88, 75]


def test_two_of_them_meet_at_the_nash_point() -> None:
    row = negotiate(pie(60, players=(NiceTitForTat(), NiceTitForTat()), **KNOWN)).to_frame().iloc[0]
    assert row["status"] == "deal"
    assert abs(row["package"] - 50) <= 5
    assert row["round"] < 30


def test_it_accepts_what_is_worth_its_next_offer() -> None:
    told = play(NiceTitForTat(after=1), (0, 60), game=pie(4, **KNOWN), seat="hub")
    assert [turn.answer for turn in told] == ["", "reject", "accept"]


def test_at_the_very_end_it_accepts_the_best_that_it_may_hope_for() -> None:
    """AC_combi at 0.98: in 101 rounds the window opens in round 99, with two more to come."""
    theirs = (*range(10, 20), *(20,) * 86, 30, 25, 24, 20)
    told = play(NiceTitForTat(bonus=0, kindness=0), theirs, game=pie(101, **KNOWN))
    assert [turn.answer for turn in told[-3:]] == ["reject", "reject", "accept"]
    assert len(told) == 101, "25 and 24 are worse than what came before; 20 is the last"
    early = play(NiceTitForTat(bonus=0, kindness=0, late=0.5), (20,), game=pie(11, **KNOWN))
    assert len(early) == 6


def test_it_signs_nothing_below_no_deal_at_the_end() -> None:
    told = play(NiceTitForTat(), (30,), game=pie(5, reservation=(40, 0), **KNOWN))
    assert told[-1].answer == "reject"


def test_without_complete_information_it_learns_from_what_is_offered() -> None:
    mine = offers(play(NiceTitForTat(after=1), tuple(range(0, 50, 10)), game=pie(7, slices=100)))
    assert mine[0] > mine[5] > 30


@pytest.mark.parametrize("first", ["hub", "partner"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_where_no_deal_is_worth_nothing_two_of_them_always_sign(name: str, first: str) -> None:
    """AC_combi: what stands in the last round is accepted, if it is worth no deal."""
    domain, players = example(name), (NiceTitForTat(), NiceTitForTat())
    free = tuple(replace(profile, reservation=0.0) for profile in domain.profiles)
    game = replace(domain, profiles=free).scenario(players, 20, first_mover=first)
    assert negotiate(game).to_frame()["status"].tolist() == ["deal"]

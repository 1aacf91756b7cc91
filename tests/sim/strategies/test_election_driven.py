"""Election-driven: before the election a deal has to clear a premium."""

from dataclasses import replace
from datetime import date

import pytest

from sim.protocol.rules import Calendar
from sim.seats.strategy import Answer
from sim.strategies import ElectionDriven
from sim.talks.model import negotiate
from sim.testing import Scripted, offers, pie, play, silent

pytestmark = pytest.mark.fast

EAGER = Scripted((2,), answers=(Answer.ACCEPT,))


def test_before_the_election_it_asks_for_the_premium_and_then_plays_as_inside() -> None:
    told = play(ElectionDriven(EAGER, election=0.5, premium=0.4), (3, 3, 3), game=pie(5))
    assert told == [("", 4), ("reject", 4), ("accept", -1)]


def test_what_clears_the_premium_it_signs_before() -> None:
    told = play(ElectionDriven(EAGER, election=2.0, premium=0.4), (4,), game=pie(5))
    assert told == [("", 4), ("accept", -1)]


def test_above_one_the_election_comes_after_the_talks() -> None:
    mine = offers(play(ElectionDriven(silent(2), election=1.5, premium=0.4), (0,) * 3, game=pie(3)))
    assert mine == [4, 4, 4]


def test_it_may_be_a_day() -> None:
    player = ElectionDriven(silent(2), election=date(2025, 6, 3), premium=0.4)
    dated = Calendar(5, start=date(2025, 5, 30), days=2)
    game = replace(pie(5), calendar=dated)
    assert offers(play(player, (0,) * 5, game=game)) == [4, 4, 2, 2, 2], "3 June is round 3"


def test_a_day_needs_a_calendar_with_days() -> None:
    player = ElectionDriven(silent(2), election=date(2025, 6, 3))
    with pytest.raises(Exception, match="the round of a day, and the calendar of this game has"):
        negotiate(pie(5, players=(player, silent())))


def test_an_agreement_in_principle_is_kept() -> None:
    game = pie(4, test="by_exchange")
    from sim.testing import make_view

    view = make_view(game=game, agreed=2)
    assert ElectionDriven(EAGER, premium=0.9).answer(view, [-1]).tolist() == [Answer.ACCEPT]

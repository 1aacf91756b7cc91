"""The partial package: everything is required at first, ever less with time."""

import pytest

from sim.seats.strategy import Answer
from sim.strategies import PackageOrNothing, PartialPackage
from sim.testing import SPACE, Scripted, make_view, play, tariff_game

pytestmark = pytest.mark.fast

CARS = SPACE.package(cars=15, pledge=200)
BOTH = ("cars", "metals")
EAGER = Scripted((CARS,), answers=(Answer.ACCEPT,))


def required(round: int, **more: object) -> list[bool]:
    game = tariff_game(rounds=5, **more)
    offers = (-1,) * (round - 1)
    view = make_view(game=game, seat="partner", mine=offers, theirs=offers)
    return [bool(flag) for flag in PartialPackage(EAGER, until=0.8).required(view)[0]]


def test_it_drops_the_measures_evenly_over_time_the_least_worth_first() -> None:
    assert [required(n) for n in (1, 2, 3, 4, 5)] == [
        [True, True], [True, True], [True, False], [True, False], [False, False],
    ]  # fmt: skip


def test_what_is_worth_least_is_dropped_first() -> None:
    worth = {"cars": (0, 1, 2), "metals": (0, 4), "pledge": (0, -1, -2)}
    assert required(3, partner_worth=worth) == [False, True]


def test_it_signs_once_what_it_requires_is_open() -> None:
    hub = Scripted((-1, CARS), (("cars",),), (Answer.REJECT,))
    game = tariff_game(hub, EAGER, rounds=5, review=(), positions=((), BOTH))
    told = play(PartialPackage(EAGER, until=0.8), hub, game=game, seat="partner")
    asked = SPACE.package(cars=15, metals=0, pledge=200)
    assert told[:2] == [("", asked), ("reject", asked)], "it asks for both measures"
    assert told[2].answer == "accept", "in round 3 it requires cars only, and they are open"
    never = play(PackageOrNothing(EAGER), hub, game=game, seat="partner")
    assert "accept" not in [turn.answer for turn in never]


def test_without_measures_nothing_is_required() -> None:
    told = play(PartialPackage(EAGER), (0,), seat="partner")
    assert told[0].answer == "accept"

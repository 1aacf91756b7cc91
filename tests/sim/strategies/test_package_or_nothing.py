"""Package or nothing: everything is asked for, and nothing signed before everything is open."""

from typing import Any

import pytest

from sim.chance.spreads import Drawn
from sim.seats.strategy import Answer
from sim.strategies import Hardliner, PackageOrNothing, ScopeRefuser
from tests.games import SPACE, Scripted, game
from tests.sim.strategies.transcripts import Turn, log, scope_moves, silent, turns

pytestmark = pytest.mark.fast

PLEDGE = SPACE.package(pledge=200)
CARS = SPACE.package(cars=15, pledge=200)
ASKED = SPACE.package(cars=15, metals=0, pledge=200)
BEST = SPACE.package(cars=0, metals=0)
BOTH = ("cars", "metals")
EAGER = Scripted((CARS,), answers=(Answer.ACCEPT,))


def admitting(round: int) -> Scripted:
    """Offers a pledge without a cut, and admits cars at once and metals in a round."""
    wants = (("cars",),) * (round - 1) + (BOTH,)
    return Scripted((PLEDGE,), wants=wants, answers=(Answer.REJECT,) * 3 + (None,))


SITUATIONS: dict[str, tuple[Any, int, list[Turn]]] = {
    "it rejects and asks for all until all is open": (
        EAGER, 3, [("reject", ASKED), ("reject", ASKED), ("accept", -1), ("stand", -1)],
    ),
    "once all is open it offers as inside": (
        silent(CARS), 3, [("reject", ASKED), ("reject", ASKED), ("reject", CARS), ("reject", CARS)],
    ),
    "it asks for the best of everything": (
        Hardliner(), 9, [("reject", BEST)] * 4,
    ),
    "it passes as inside": (
        silent(-1), 9, [("reject", -1)] * 4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_it_signs_nothing_until_everything_is_open(situation: str) -> None:
    inner, opened, expected = SITUATIONS[situation]
    table = log(game(admitting(opened), PackageOrNothing(inner), rounds=4, review=BOTH, period=3))
    assert turns(table, "east") == expected


def test_it_requests_everything_whatever_its_position_and_the_strategy_inside() -> None:
    table = log(game(silent(), PackageOrNothing(silent()), rounds=2, positions=(BOTH, ())))
    assert scope_moves(table, "requested") == ["cars,metals", ""]
    assert scope_moves(table, "withdrawn") == ["", ""]


def test_it_demands_no_cut_that_it_loses_by() -> None:
    worth = {"cars": (0, 3, 5), "metals": (0, -9), "pledge": (0, -1, -2)}
    dear = log(game(silent(), PackageOrNothing(silent(CARS)), rounds=2, partner_worth=worth))
    assert turns(dear, "east") == [("", CARS), ("", CARS)], "a cut on metals costs it 9"
    assert scope_moves(dear, "requested") == ["cars,metals", ""], "it requests them all the same"


def test_without_a_cut_it_offers_as_if_everything_were_open() -> None:
    asks = PackageOrNothing(silent(CARS), cut=False)
    table = log(game(admitting(3), asks, rounds=4, review=BOTH, period=3))
    assert turns(table, "east") == [("reject", CARS)] * 4, "an offer and a request"
    best = log(game(silent(), PackageOrNothing(Hardliner(), cut=False), rounds=2, review=BOTH))
    assert turns(best, "east") == [("", BEST)] * 2


def test_each_world_is_answered_by_its_own_docket() -> None:
    def play(until: Any, worlds: int) -> Any:
        hub = ScopeRefuser(silent(PLEDGE), until=until)
        return log(game(hub, PackageOrNothing(EAGER), rounds=4, review=BOTH), worlds)

    alone = {until: turns(play(until, 1), "east") for until in (0.0, 0.6, 2.0)}
    together = play(Drawn.choice(tuple(alone)), 30)
    played = [turns(together, "east", world) for world in range(30)]
    assert all(one in list(alone.values()) for one in played)
    assert all(one in played for one in alone.values())

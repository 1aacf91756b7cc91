"""The hardliner: the best package on the menu, and nothing less."""

import pytest

from sim.strategies import Hardliner
from tests.games import SPACE, Scripted, game
from tests.sim.strategies.transcripts import log, offers, open_game, pie, silent, turns

pytestmark = pytest.mark.fast

PLEDGE = SPACE.package(pledge=400)
CUTS = SPACE.package(cars=0, metals=0)


def test_it_offers_all_for_itself_until_the_end() -> None:
    assert turns(log(pie(Hardliner(), silent(0), 3)), "hub") == [
        ("", 10),
        ("reject", 10),
        ("reject", 10),
    ]


def test_it_accepts_only_its_best() -> None:
    scenario = pie(silent(1, 1, 0), Hardliner(), 5)
    assert turns(log(scenario), "partner") == [("reject", 0), ("reject", 0), ("accept", -1)]


def test_its_best_grows_with_the_menu() -> None:
    worth = {"cars": (0, 1, 4), "metals": (0, -4), "pledge": (0, 3, 5)}
    hub = Hardliner()
    admitting = game(hub, Scripted(wants=(("cars",),)), hub_worth=worth, rounds=3, review=(),
                     positions=(("cars",), ()))  # fmt: skip
    assert offers(admitting, "hub")[:2] == [PLEDGE, SPACE.package(cars=0, pledge=400)]


def test_it_passes_where_nothing_is_worth_no_deal() -> None:
    scenario = open_game(Hardliner(), Hardliner(), reservation=(6.0, 8.0), rounds=2)
    table = log(scenario)
    assert turns(table, "hub") == turns(table, "east") == [("", -1), ("", -1)]


def test_of_equal_packages_it_offers_the_one_with_the_lowest_number() -> None:
    worth = {"cars": (0, 2, 2), "metals": (0, 0), "pledge": (0, 0, 0)}
    scenario = open_game(silent(PLEDGE), Hardliner(), partner_worth=worth, rounds=1)
    assert offers(scenario, "east") == [SPACE.package(cars=15)]

"""Asker: it asks from the start for all of its position, as long as it is time."""

from typing import Any

import pytest

from sim.chance.spreads import Drawn
from sim.strategies import Asker, Linear, ScopeRefuser
from tests.games import SPACE, game
from tests.sim.strategies.transcripts import log, offers, silent, turns

pytestmark = pytest.mark.fast

BOTH = ("cars", "metals")
HUB = ScopeRefuser(silent(), admits=("metals",))
METALS = SPACE.package(metals=0)


def names(partner: Any, position: tuple[str, ...] = BOTH, **rules: Any) -> list[bool]:
    """Tell in which of five rounds an offer names cars, which the hub never opens."""
    settings: dict[str, Any] = dict(review=(), first_mover="partner", positions=((), position))
    made = offers(game(HUB, partner, rounds=5, **settings | rules), "east")
    return ["cars" in changed(package) for package in made]


def changed(package: int) -> set[str]:
    """Give the issues of a package that are not at their first level."""
    values = SPACE.decode(package) if package >= 0 else {}
    return {i.name for i in SPACE.issues if values.get(i.name, i.levels[0]) != i.levels[0]}


TIMES = {
    float("inf"): [True] * 5,
    1.0: [True] * 4 + [False],
    0.5: [True, True, False, False, False],
    0.0: [False] * 5,
}


@pytest.mark.parametrize("until", TIMES)
def test_it_asks_for_its_position_until_a_time(until: float) -> None:
    assert names(Asker(Linear(), until)) == TIMES[until]


def test_without_it_a_partner_asks_only_where_it_has_to() -> None:
    assert names(Linear()) == [True, False, False, False, False], "before metals is open"
    assert names(Linear(), review=BOTH) == [True] * 4 + [False], "its rule names cars"
    assert names(Asker(Linear(), 0.0), review=BOTH) == [False] * 5, "the old silence"


def test_what_is_not_in_its_position_it_does_not_ask_for() -> None:
    assert names(Asker(Linear()), position=("metals",)) == [False] * 5
    assert names(Asker(Linear()), position=()) == [False] * 5


def test_once_all_is_open_it_offers_as_inside() -> None:
    open_hub = ScopeRefuser(silent(), admits=BOTH)
    scenario = game(open_hub, Asker(silent(METALS)), rounds=3, review=(),
                    positions=((), BOTH))  # fmt: skip
    assert [offer for _, offer in turns(log(scenario), "east")] == [
        SPACE.package(cars=15, metals=0),
        METALS,
        METALS,
    ]


def test_a_drawn_time_is_one_for_each_world() -> None:
    partner = Asker(Linear(), Drawn.choice((0.0, 0.5)))
    scenario = game(HUB, partner, rounds=5, review=(), first_mover="partner",
                    positions=((), BOTH))  # fmt: skip
    table = log(scenario, worlds=20)
    seen = {
        tuple("cars" in changed(offer) for _, offer in turns(table, "east", world))
        for world in range(20)
    }
    assert seen == {tuple(TIMES[0.0]), tuple(TIMES[0.5])}

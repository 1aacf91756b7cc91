"""Wait and see: it passes, and then asks for no worse terms than another has got."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.chance.spreads import Drawn
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer
from sim.strategies import WaitAndSee
from tests.games import SPACE, Scripted
from tests.sim.strategies.transcripts import Opening, Turn, log, open_game, silent, turns

pytestmark = pytest.mark.fast

CHEAP = SPACE.package(cars=15, pledge=200)
DEAR = SPACE.package(cars=15, pledge=400)
GOOD = SPACE.package(metals=0, cars=15, pledge=200)
SAME = SPACE.package(metals=0)
BEST = SPACE.package(cars=0, metals=0)
EAGER = Scripted((DEAR,), answers=(Answer.ACCEPT,))


def waiting(player: WaitAndSee, hub: Any, west: int = -1, signed: int = 2) -> list[Turn]:
    """Give what a waiting partner does in 5 rounds; the other talk signs `west` in a round."""
    base = open_game(hub, player, talks=2, rounds=5)
    patient = Scripted((-1,), answers=(Answer.REJECT,) * (signed - 1) + (Answer.ACCEPT,))
    changed = {("hub", "west"): silent(west), ("west", "west"): patient}
    scenario: Scenario = replace(base, strategies={**base.strategies, **changed})
    return turns(log(scenario), "east", talk="east")


def test_it_waits_until_its_time_and_then_plays_as_inside() -> None:
    told = waiting(WaitAndSee(EAGER, until=0.75), silent(DEAR))
    assert told == [("reject", -1)] * 3 + [("accept", -1)]
    told = waiting(WaitAndSee(silent(DEAR), until=0.5), silent())
    assert told == [("", -1), ("", -1), ("", DEAR), ("", DEAR), ("", DEAR)]


def test_above_one_it_waits_for_ever() -> None:
    assert waiting(WaitAndSee(EAGER, until=1.1), silent(BEST)) == [("reject", -1)] * 5


TERMS: dict[str, tuple[Any, int, int, list[Turn]]] = {
    "no worse offer than the other's terms": (
        silent(DEAR), -1, CHEAP, [("", -1), ("", -1), *[("", SAME)] * 3],
    ),
    "no worse package is accepted": (
        EAGER, DEAR, CHEAP, [("reject", -1), ("reject", -1), *[("reject", SAME)] * 3],
    ),
    "the same terms are accepted": (
        EAGER, CHEAP, CHEAP, [("reject", -1), ("reject", -1), ("accept", -1)],
    ),
    "better ones, too": (
        EAGER, GOOD, CHEAP, [("reject", -1), ("reject", -1), ("accept", -1)],
    ),
    "the strategy inside may ask for more": (
        silent(BEST), DEAR, CHEAP, [("reject", -1), ("reject", -1), *[("reject", BEST)] * 3],
    ),
    "terms worth less than no deal set no floor": (
        EAGER, DEAR, SPACE.package(pledge=400), [("reject", -1), ("reject", -1), ("accept", -1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", TERMS)
def test_once_another_talk_is_signed_it_asks_for(situation: str) -> None:
    inner, offered, west, expected = TERMS[situation]
    assert waiting(WaitAndSee(inner, until=2.0), silent(offered), west, signed=2) == expected


def test_following_and_passing_are_two_things() -> None:
    follows, passes = WaitAndSee(silent(DEAR), 0.0), WaitAndSee(silent(DEAR), 2.0, follows=False)
    assert waiting(follows, silent(), CHEAP) == [("", DEAR), ("", DEAR), *[("", SAME)] * 3]
    assert waiting(passes, silent(), CHEAP) == [("", -1), ("", -1), *[("", DEAR)] * 3]
    neither = WaitAndSee(EAGER, 0.0, follows=False)
    assert waiting(neither, silent(DEAR), CHEAP) == [("accept", -1)]


def test_an_agreement_in_principle_is_answered_as_inside() -> None:
    hub = Scripted((-1,), answers=(Answer.REJECT, Answer.ACCEPT))
    player = Opening(WaitAndSee(EAGER, until=2.0), (DEAR,))
    rules = dict(test="by_exchange", period=5, review=("cars",))
    assert turns(log(open_game(hub, player, rounds=3, **rules)), "east") == [
        ("", DEAR),
        ("stand", -1),
        ("stand", -1),
    ]


def test_a_drawn_time_is_one_for_each_world() -> None:
    def play(until: Any, worlds: int) -> Any:
        return log(open_game(silent(DEAR), WaitAndSee(EAGER, until=until), rounds=5), worlds)

    alone = {until: turns(play(until, 1), "east") for until in (0.0, 0.5, 1.5)}
    together = play(Drawn.choice(tuple(alone)), 30)
    played = [turns(together, "east", world) for world in range(30)]
    assert np.unique([len(one) for one in played]).tolist() == [1, 3, 5]
    assert all(one in list(alone.values()) for one in played)

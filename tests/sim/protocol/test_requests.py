"""What an offer requests, and for how long: as long as it stands."""

from typing import Any

import numpy as np
import pytest

from sim.protocol.docket import STATES, Docket
from sim.protocol.rules import TalkRules
from sim.seats.strategy import Answer
from sim.talks.model import negotiate
from tests.games import SPACE, Scripted, game
from tests.plays import Played, every_play
from tests.referee import names

pytestmark = pytest.mark.fast

CARS, METALS = SPACE.package(cars=15), SPACE.package(metals=0)
BOTH = SPACE.package(cars=15, metals=0)
NOTHING: tuple[str, ...] = ()
WAITS = ((), (), ("cars", "metals"))
"""What a hub admits: nothing for two rounds, then everything that is requested."""


def docket(*offers: int, wants: Any = (NOTHING,), rounds: int = 3, **rules: Any) -> dict[str, str]:
    """Give the states in the end; the partner moves first, the hub admits in round three."""
    rules = {"first_mover": "partner", "review": (), "positions": ((), ())} | rules
    hub = Scripted((-1,), wants=WAITS, answers=(Answer.REJECT,))
    row = negotiate(game(hub, Scripted(offers, wants=wants), rounds=rounds, **rules)).to_frame()
    return {name: row[f"review.{name}"][0] for name in ("cars", "metals")}


def test_a_request_lapses_with_the_next_offer_that_does_not_touch_its_measure() -> None:
    assert docket(CARS, METALS, rounds=2) == {"cars": "off", "metals": "requested"}
    assert docket(CARS, CARS, METALS) == {"cars": "off", "metals": "open"}, (
        "in the turn in which the offer is made: the hub that moves next can no longer admit it"
    )


def test_an_offer_that_still_stands_holds_its_request() -> None:
    assert docket(CARS, -1) == {"cars": "open", "metals": "off"}
    assert docket(CARS, BOTH, CARS) == {"cars": "open", "metals": "off"}


def test_a_request_that_a_scope_move_wanted_outlives_the_offer() -> None:
    cars = ("cars",)
    assert docket(METALS, CARS, METALS, wants=(cars,))["cars"] == "open"
    adopted = docket(CARS, CARS, METALS, wants=(NOTHING, cars))
    assert adopted == {"cars": "open", "metals": "open"}, "wanted while the offer stood"
    withdrawn = docket(CARS, METALS, METALS, wants=(cars, cars, NOTHING))
    assert withdrawn == {"cars": "off", "metals": "open"}, "until a scope move withdraws it"


def test_scope_moves_are_not_spent_on_what_lapses() -> None:
    """The attack: requests beyond the limit by an offer that is taken back in the next turn."""
    assert docket(BOTH, CARS, rounds=2, moves=1) == {"cars": "requested", "metals": "off"}
    spent = docket(BOTH, CARS, CARS, wants=(NOTHING, NOTHING, ("metals",)), moves=1)
    assert spent == {"cars": "open", "metals": "requested"}, "the hub admits one a turn"


def test_a_refused_measure_is_not_requested_by_an_offer_that_is_gone() -> None:
    rules: dict[str, Any] = {"silence": "refuse", "cooldown": 2}
    assert docket(CARS, METALS, METALS, **rules) == {"cars": "refused", "metals": "refused"}
    assert docket(CARS, CARS, CARS, **rules)["cars"] == "open", "asked for again once it may be"


def test_a_veto_takes_the_offers_and_their_requests_off_the_table() -> None:
    at, one = np.array([0]), np.array([1])
    table = Docket(1, 2)
    table.hold(at, one, round=1)
    assert [STATES[s] for s in table.states(at)[0]] == ["requested", "off"]
    table.hold(at, 0 * one, round=2)
    assert [STATES[s] for s in table.states(at)[0]] == ["off", "off"]


@pytest.mark.slow
@every_play
def test_what_is_requested_a_scope_move_wanted_or_the_standing_offer_touches(
    play: Played,
) -> None:
    for rules, row in play.rows:
        wanted: set[str] = set()
        held: set[str] = set()
        for turn in play.logs[row["world"], rules.name]:
            wanted = (wanted | names(turn.requested)) - names(turn.withdrawn)
            answered = names(turn.admitted) | names(turn.refused)
            assert answered <= wanted | held, "the hub answers no request that is gone"
            wanted -= answered | names(turn.opened)
            if turn.seat == rules.partner and turn.offer >= 0:
                held = lowered(rules, turn.offer)
            if turn.event.startswith("vetoed"):
                held = set()
        asked = {m.name for m in rules.space.measures if row[f"review.{m.name}"] == "requested"}
        assert asked <= wanted | held


def lowered(rules: TalkRules, package: int) -> set[str]:
    levels = rules.space.levels[package]
    return {m.name for m, level in zip(rules.space.measures, levels, strict=False) if level > 0}

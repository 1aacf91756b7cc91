"""Salami: one measure more at a time, at a price."""

from typing import Any

import pytest

from sim.strategies import Linear, Salami
from sim.testing import Scripted, make_view, silent, tariff_game
from tests.sim.strategies.transcripts import log, offers, scope_moves

pytestmark = pytest.mark.fast

BOTH = ("cars", "metals")
RICH = {"cars": 15, "pledge": 400}
"""Worth 4 to the hub."""


def asked(
    docket: dict[str, str], offer: Any, price: float, position: tuple[str, ...] = (), rule: Any = ()
) -> Any:
    """Give what a hub admits."""
    game = tariff_game(review=rule, positions=(position, BOTH))
    view = make_view(game=game, mine=(), theirs=(offer,), docket=docket)
    return [bool(flag) for flag in Salami(silent(), price).scope(view)[0]]


PENDING = {"cars": "requested", "metals": "requested"}
SITUATIONS: dict[str, tuple[Any, ...]] = {
    "a good offer buys the measure that it lowers": (PENDING, RICH, 4.0, [True, False]),
    "also the second one": (PENDING, {"metals": 0, "pledge": 400}, 1.0, [False, True]),
    "an offer that is worth too little buys nothing": (PENDING, RICH, 4.1, [False, False]),
    "no offer buys nothing": (PENDING, -1, -9.0, [False, False]),
    "nor does an offer for what is open": (
        {"cars": "open", "metals": "requested"}, RICH, -9.0, [True, False],
    ),
    "nor a present": (PENDING, {"pledge": 400}, -9.0, [False, False]),
    "what nobody requests is not bought": (
        {"cars": "off", "metals": "off"}, RICH, -9.0, [False, False],
    ),
    "what the rule names comes first": (PENDING, RICH, 4.0, [False, True], (), BOTH),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_hub_admits_a_slice_at_a_price(situation: str) -> None:
    docket, offer, price, admitted, *more = SITUATIONS[situation]
    assert asked(docket, offer, price, *more) == admitted


def test_its_position_it_admits_for_nothing() -> None:
    assert asked(PENDING, -1, 9.0, ("metals",)) == [False, True]


def test_a_slice_in_every_turn_in_which_the_offer_pays() -> None:
    rich = Scripted((tariff_game().talks[0].space.package(cars=15, metals=0, pledge=400),), (BOTH,))
    game = tariff_game(Salami(silent(), 0.0), rich, rounds=4, review=(), first_mover="partner")
    assert scope_moves(log(game), "admitted") == ["cars", "metals", "", ""]


def test_a_partner_asks_for_its_slice_alone() -> None:
    hub = Scripted(wants=((), (), ("cars",), BOTH))
    game = tariff_game(hub, Salami(Linear()), rounds=5, review=BOTH, positions=((), BOTH),
                       first_mover="partner")  # fmt: skip
    space = game.talks[0].space
    named = [[m for m in BOTH if space.decode(o)[m] != 25] for o in offers(game, "east")]
    assert named[:3] == [["cars"], ["cars"], ["cars"]]
    assert "metals" in named[3], "cars is open by then"


def test_a_partner_requests_one_slice_after_another() -> None:
    hub = Scripted(wants=((), ("cars",), ("cars",), BOTH))
    table = log(
        tariff_game(hub, Salami(silent()), rounds=5, review=(), positions=((), BOTH),
                    first_mover="partner")
    )  # fmt: skip
    assert scope_moves(table, "requested") == ["cars", "", "metals", "", ""]
    assert scope_moves(table, "withdrawn") == [""] * 5

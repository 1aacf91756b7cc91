"""Salami: one measure more at a time, at a price."""

from typing import Any

import pytest

from sim.strategies import Salami
from sim.testing import Scripted, make_view, silent, tariff_game
from tests.sim.strategies.transcripts import log, scope_moves

pytestmark = pytest.mark.fast

BOTH = ("cars", "metals")
RICH = {"cars": 15, "pledge": 400}
"""Worth 4 to the hub of 12 in all: a third above no deal."""


def asked(docket: dict[str, str], offer: Any, price: float, position: tuple[str, ...] = ()) -> Any:
    """Give what a hub admits."""
    game = tariff_game(review=(), positions=(position, BOTH))
    view = make_view(game=game, mine=(), theirs=(offer,), docket=docket)
    return [bool(flag) for flag in Salami(silent(), price).scope(view)[0]]


PENDING = {"cars": "requested", "metals": "requested"}
SITUATIONS = {
    "a good offer buys the measure that it lowers": (PENDING, RICH, 0.3, [True, False]),
    "also the second one": (PENDING, {"metals": 0, "pledge": 400}, 0.05, [False, True]),
    "an offer that is worth too little buys nothing": (PENDING, RICH, 0.4, [False, False]),
    "no offer buys nothing": (PENDING, -1, 0.0, [False, False]),
    "an offer for what is open buys the next one": (
        {"cars": "open", "metals": "requested"}, RICH, 0.3, [True, True],
    ),
    "what nobody requests is not bought": (
        {"cars": "off", "metals": "requested"}, {"pledge": 400}, 0.3, [False, True],
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_hub_admits_a_slice_at_a_price(situation: str) -> None:
    docket, offer, price, admitted = SITUATIONS[situation]
    assert asked(docket, offer, price) == admitted


def test_its_position_it_admits_for_nothing() -> None:
    assert asked(PENDING, -1, 9.0, ("metals",)) == [False, True]


def test_a_slice_in_every_turn_in_which_the_offer_pays() -> None:
    rich = Scripted((4 * 0 + tariff_game().talks[0].space.package(pledge=400),), (BOTH,))
    table = log(
        tariff_game(Salami(silent(), 0.2), rich, rounds=4, review=(), first_mover="partner")
    )
    assert scope_moves(table, "admitted") == ["", "cars", "metals", ""] or scope_moves(
        table, "admitted"
    ) == ["cars", "metals", "", ""]


def test_a_partner_requests_one_slice_after_another() -> None:
    hub = Scripted(wants=((), ("cars",), ("cars",), BOTH))
    table = log(
        tariff_game(hub, Salami(silent()), rounds=5, review=(), positions=((), BOTH),
                    first_mover="partner")
    )  # fmt: skip
    assert scope_moves(table, "requested") == ["cars", "", "metals", "", ""]
    assert scope_moves(table, "withdrawn") == [""] * 5

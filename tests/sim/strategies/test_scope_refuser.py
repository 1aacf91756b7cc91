"""The refuser of scope: what it admits at once, late, at a price, or never."""

from typing import Any

import pytest

from sim.draws import Drawn
from sim.strategies import ScopeRefuser
from sim.strategy import Answer
from tests.games import SPACE, Scripted, game
from tests.sim.strategies.transcripts import log, offers, scope_moves, silent

pytestmark = pytest.mark.fast

BOTH = ("cars", "metals")
PLEDGE = SPACE.package(pledge=200)
RICH = SPACE.package(cars=15, pledge=400)


def asking(*script: int) -> Scripted:
    """Requests everything, makes these offers and rejects everything."""
    return Scripted(script or (-1,), wants=(BOTH,), answers=(Answer.REJECT,))


def admitted(refuser: ScopeRefuser, partner: Scripted, **settings: Any) -> list[str]:
    """Give what it admits in each of five rounds; the partner moves first."""
    scenario = game(refuser, partner, rounds=5, first_mover="partner", **settings)
    return scope_moves(log(scenario), "admitted")


SITUATIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "what it always admits": (dict(admits=("cars",)), ["cars", "", "", "", ""]),
    "both": (dict(admits=BOTH), ["cars,metals", "", "", "", ""]),
    "nothing": (dict(), ["", "", "", "", ""]),
    "everything from half time": (dict(until=0.5), ["", "", "cars,metals", "", ""]),
    "the rest from half time": (dict(admits=("cars",), until=0.5), ["cars", "", "metals", "", ""]),
    "everything at the last moment": (dict(until=1.0), ["", "", "", "", "cars,metals"]),
    "everything at once": (dict(until=0.0), ["cars,metals", "", "", "", ""]),
    "never": (dict(until=1.01), ["", "", "", "", ""]),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_it_admits(situation: str) -> None:
    parameters, rounds = SITUATIONS[situation]
    assert admitted(ScopeRefuser(silent(), **parameters), asking()) == rounds


PRICES = {
    0.25: ["", "cars,metals", "", "", ""],
    0.26: ["", "", "cars,metals", "", ""],
    0.33: ["", "", "cars,metals", "", ""],
    0.34: ["", "", "", "", ""],
    float("inf"): ["", "", "", "", ""],
}


@pytest.mark.parametrize("price", PRICES)
def test_a_standing_offer_buys_the_scope(price: float) -> None:
    partner = asking(-1, PLEDGE, RICH)
    assert admitted(ScopeRefuser(silent(), price=price), partner) == PRICES[price], (
        "the offers are worth 3 and 4 of 12"
    )


def test_a_price_is_counted_from_the_reservation_value() -> None:
    refuser = ScopeRefuser(silent(), price=0.25)
    rounds = admitted(refuser, asking(-1, PLEDGE, RICH), reservation=(1.0, 0.0))
    assert rounds == ["", "", "cars,metals", "", ""]


def test_what_it_does_not_admit_is_refused_if_silence_is_a_refusal() -> None:
    scenario = game(ScopeRefuser(silent(), admits=("cars",)), asking(), rounds=5, cooldown=2,
                    silence="refuse", first_mover="partner")  # fmt: skip
    table = log(scenario)
    assert scope_moves(table, "refused") == ["metals", "", "metals", "", "metals"]
    assert scope_moves(table, "requested") == ["cars,metals", "", "metals", "", "metals"]


def test_a_drawn_time_is_one_for_each_world() -> None:
    refuser = ScopeRefuser(silent(), until=Drawn.choice((0.0, 2.0)))
    table = log(game(refuser, asking(), rounds=3, first_mover="partner"), worlds=20)
    played = [scope_moves(table, "admitted", world) for world in range(20)]
    assert all(one in (["cars,metals", "", ""], ["", "", ""]) for one in played)
    assert len({tuple(one) for one in played}) == 2


def test_it_offers_as_the_strategy_inside() -> None:
    assert offers(game(ScopeRefuser(silent(PLEDGE)), asking(), rounds=2), "hub") == [PLEDGE] * 2

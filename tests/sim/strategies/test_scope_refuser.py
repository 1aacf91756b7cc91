"""The refuser of scope: what it admits at once, late, at a price, or never."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.chance.spreads import Drawn
from sim.errors import ConfigError
from sim.scenario.players.registry import build
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer
from sim.strategies import ScopeRefuser
from tests.games import SPACE, Scripted, game
from tests.sim.strategies.transcripts import log, offers, scope_moves, silent

pytestmark = pytest.mark.fast

BOTH = ("cars", "metals")
PLEDGE = SPACE.package(pledge=200)
RICH = SPACE.package(cars=15, pledge=400)
FILE = Path(__file__).parents[3] / "configs" / "scenarios" / "us_japan_korea_2025.toml"


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


CARS, OPENED = "cars", "cars,metals"
PAID: dict[str, tuple[dict[str, Any], tuple[int, ...], dict[float, str]]] = {
    "what it touches, for what it brings": (dict(review=()), (RICH,), {4: CARS, 4.01: ""}),
    "and what the rule names": (dict(review=BOTH), (RICH,), {4: OPENED, 4.01: ""}),
    "what only the rule names": (dict(review=("metals",)), (RICH,), {4: OPENED, 4.01: ""}),
    "a present pays for nothing": (dict(review=BOTH), (PLEDGE,), {-9: ""}),
    "no offer pays for nothing": (dict(review=BOTH), (-1,), {-9: ""}),
    "beyond no deal": (dict(review=BOTH, reservation=(1.0, 0.0)), (RICH,), {3: OPENED, 3.01: ""}),
    "beyond what was offered and could be signed": (
        dict(review=()), (PLEDGE, RICH), {1: CARS, 1.01: ""},
    ),
    "under a rule that names what is closed that could not be signed": (
        dict(review=BOTH), (PLEDGE, RICH), {4: OPENED, 4.01: ""},
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", PAID)
def test_an_offer_buys(situation: str) -> None:
    rules, script, prices = PAID[situation]
    for price, opened in prices.items():
        refuser = ScopeRefuser(silent(), price_bn=price)
        assert "".join(admitted(refuser, asking(*script), **rules)) == opened


def test_a_review_is_a_cost_of_what_it_opens() -> None:
    cost = {("hub", "east"): np.array([[0.5, 1.0]])}
    for review, price in ((("cars",), 3.5), (BOTH, 2.5)):
        for beyond in (0.0, 0.01):
            refuser = ScopeRefuser(silent(), price_bn=price + beyond)
            scenario = game(refuser, asking(RICH), rounds=3, review=review, first_mover="partner")
            opened = scope_moves(log(replace(scenario, review_cost=cost)), "admitted")
            assert "".join(opened) == ("" if beyond else ",".join(review))


def test_a_price_was_a_share_of_utility() -> None:
    for said in (
        {"name": "scope_refuser", "price": 0.05, "inner": "boulware"},
        {"name": "salami", "price": 0.05, "inner": "boulware"},
        {"offer": "boulware", "scope": {"name": "refuser", "price": 0.05}},
        {"offer": "boulware", "scope": {"name": "salami", "price": 0.05}},
    ):
        with pytest.raises(ConfigError, match=r"price: a share of .* price_bn says in USD bn a "):
            build(said, "strategies.hub")


def test_by_set_it_gets_the_same_sentence() -> None:
    plan = {"strategies.usa": {"name": "scope_refuser", "inner": "boulware", "price": 0.05}}
    with pytest.raises(ConfigError, match=r"^strategies\.usa\.price: .* price_bn says"):
        Scenario.load(FILE, plan)


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

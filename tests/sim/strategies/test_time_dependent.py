"""Concession with time: targets, offers in the band, times of agreement."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.chance.spreads import Drawn
from sim.strategies import Boulware, Conceder, Exponential, Linear
from sim.talks.model import negotiate
from sim.testing import pie
from tests.games import SPACE
from tests.sim.strategies.transcripts import log, offers, open_game, silent, turns
from tests.sim.strategies.transcripts import pie as shared

fast = pytest.mark.fast

TARGETS = {
    0.2: [1, 0.99941406, 0.98125, 0.85761719, 0.4],
    0.5: [1, 0.9625, 0.85, 0.6625, 0.4],
    1.0: [1, 0.85, 0.7, 0.55, 0.4],
    2.0: [1, 0.7, 0.57573593, 0.48038476, 0.4],
    5.0: [1, 0.54528503, 0.47766966, 0.43354749, 0.4],
}


@fast
@pytest.mark.parametrize("exponent", TARGETS)
def test_v21_it_offers_the_cheapest_package_worth_its_target(exponent: float) -> None:
    scenario = shared(Boulware(exponent), silent(), 5, slices=10_000, reservation=(4_000, 0))
    wanted = np.ceil(10_000 * np.array(TARGETS[exponent]) - 0.01)
    np.testing.assert_allclose(offers(scenario, "hub"), wanted, atol=1)


ALPHAS = {
    0.1: ([0.1, 0.10087891, 1.0], [0.1, 0.1166721, 1.0]),
    1.0: ([0.1, 0.55, 1.0], [0.1, 0.31622777, 1.0]),
    10.0: ([0.1, 0.93972969, 1.0], [0.1, 0.99775391, 1.0]),
}


@fast
@pytest.mark.parametrize("exponent", ALPHAS)
def test_v23_it_concedes_along_both_curves_of_faratin(exponent: float) -> None:
    for curve, given in zip((Linear, Exponential), ALPHAS[exponent], strict=True):
        scenario = shared(curve(exponent, 0.1), silent(), 3, slices=100_000)
        wanted = np.ceil(100_000 * (1 - np.array(given)) - 0.01)
        np.testing.assert_allclose(offers(scenario, "hub"), wanted, atol=1)


AGREEMENTS = {
    (1.0, 1.0): (0.5, 0.5),
    (0.2, 0.2): (0.87055056, 0.5),
    (2.0, 2.0): (0.25, 0.5),
    (0.2, 1.0): (0.75487767, 0.75487767),
    (0.2, 2.0): (0.69735701, 0.83507904),
    (0.1, 5.0): (0.74959932, 0.94398661),
}


@fast
@pytest.mark.parametrize("exponents", AGREEMENTS)
def test_v22_two_of_them_agree_where_their_curves_cross(exponents: tuple[float, float]) -> None:
    rounds, (hub, partner) = 201, exponents
    frame = negotiate(shared(Boulware(hub), Conceder(partner), rounds, slices=1000)).to_frame()
    time, share = AGREEMENTS[exponents]
    assert (frame["round"][0] - 1) / (rounds - 1) == pytest.approx(time, abs=1.01 / (rounds - 1))
    assert frame["package"][0] / 1000 == pytest.approx(share, abs=0.02)


CROSSINGS = {
    Boulware(): 0.8705505632961241,
    Linear(): 0.5,
    Conceder(): 0.25,
    Exponential(): 1 - (np.log(0.5) / np.log(0.01)) ** 2,
}
"""Where 2 F(t) = 1."""


def agree_within_a_round(player: Any, rounds: int, slices: int) -> None:
    frame = negotiate(pie(rounds + 1, slices, players=(player, player))).to_frame()
    assert abs(frame["round"][0] - (1 + rounds * CROSSINGS[player])) <= 1


@pytest.mark.slow
@fast
@pytest.mark.parametrize("player", CROSSINGS, ids=lambda player: type(player).__name__)
def test_v22_in_symmetric_play_they_agree_within_one_round(player: Any) -> None:
    agree_within_a_round(player, 500, 10_000)


@pytest.mark.nightly
@pytest.mark.parametrize("player", CROSSINGS, ids=lambda player: type(player).__name__)
def test_v22_of_ten_thousand_rounds_they_agree_within_one(player: Any) -> None:
    agree_within_a_round(player, 10_000, 100_000)


@fast
def test_before_the_end_it_demands_less_the_larger_its_exponent() -> None:
    demands = [
        offers(shared(strategy, silent(), 9, slices=100), "hub")
        for strategy in (Boulware(), Linear(), Conceder())
    ]
    assert demands[0][0] == demands[1][0] == demands[2][0] == 100
    assert all(a >= b >= c for a, b, c in zip(*demands, strict=True))
    assert demands[0][4] > demands[1][4] > demands[2][4]
    assert [d[-1] for d in demands] == [0, 0, 0]


@fast
def test_what_it_starts_with_it_gives_at_once() -> None:
    given = offers(shared(Linear(start=0.3), silent(), 3, slices=100), "hub")
    assert given == [70, 35, 0]


@fast
def test_at_the_end_it_takes_what_is_worth_no_deal() -> None:
    scenario = shared(silent(7), Linear(), 3, reservation=(0, 3))
    assert turns(log(scenario), "partner") == [("reject", 0), ("reject", 3), ("accept", -1)]


METALS = SPACE.package(metals=0, pledge=200)
CARS = SPACE.package(cars=15)
NEAREST = {
    SPACE.package(metals=0, pledge=400): METALS,
    SPACE.package(cars=15, pledge=200): CARS,
    -1: METALS,
}


@fast
@pytest.mark.parametrize("standing", NEAREST)
def test_of_the_packages_in_the_band_it_offers_the_nearest_to_the_last_offer(standing: int) -> None:
    worth = {"cars": (0, 3.3, 5), "metals": (0, 4.1), "pledge": (0, -1, -2)}
    scenario = open_game(silent(standing), Linear(), partner_worth=worth, rounds=4)
    assert offers(scenario, "east")[2] == NEAREST[standing], "worth 3.1 and 3.3; the target is 3.03"


@fast
@pytest.mark.parametrize(("band", "offered"), [(0, METALS), (0.02, METALS), (0.05, CARS)])
def test_a_band_of_its_own_is_as_wide_as_it_says(band: float, offered: int) -> None:
    worth = {"cars": (0, 3.3, 5), "metals": (0, 4.1), "pledge": (0, -1, -2)}
    asked = SPACE.package(cars=15, pledge=200)
    scenario = open_game(silent(asked), Linear(band=band), partner_worth=worth, rounds=4)
    assert offers(scenario, "east")[2] == offered, "worth 3.1 and 3.3 of a range of 11.1"


WORTH = {"cars": (0, 3, 5), "metals": (0, 2), "pledge": (0, -1, -2)}
WANTS = [SPACE.package(cars=15, pledge=400)] * 3 + [SPACE.package(metals=0, pledge=200)] * 4


@fast
def test_it_keeps_what_it_has_given_only_if_it_is_told_to() -> None:
    """What the hub wants turns from cars to metals; the partner turns with it, or keeps."""
    told = {
        keeps: [
            SPACE.decode(offer)
            for offer in offers(
                open_game(silent(*WANTS), Linear(band=0.2, keeps=keeps), partner_worth=WORTH,
                          rounds=7),
                "east",
            )
            if offer >= 0
        ]
        for keeps in (False, True)
    }  # fmt: skip
    assert any(taken_back(one, two) for one, two in pairwise(told[False]))
    assert not any(taken_back(one, two) for one, two in pairwise(told[True]))


def taken_back(before: dict[str, float], now: dict[str, float]) -> bool:
    """Tell whether a partner asks for more, or gives less, than it did."""
    more = any(now[name] < before[name] for name in ("cars", "metals"))
    return more or now["pledge"] < before["pledge"]


@fast
def test_a_drawn_exponent_is_one_for_each_world() -> None:
    table = log(shared(Boulware(Drawn.choice((0.5, 2.0))), silent(), 5, slices=100), worlds=20)
    fixed = [turns(log(shared(Boulware(e), silent(), 5, slices=100)), "hub") for e in (0.5, 2.0)]
    played = [turns(table, "hub", world) for world in range(20)]
    assert all(one in fixed for one in played)
    assert all(one in played for one in fixed)

"""Concession with time: targets, offers in the band, times of agreement."""

import numpy as np
import pytest

from sim.draws import Drawn
from sim.model import negotiate
from sim.strategies import Boulware, Conceder, Linear
from tests.games import SPACE
from tests.sim.strategies.transcripts import log, offers, open_game, pie, silent, turns

pytestmark = pytest.mark.fast

TARGETS = {
    0.2: [1, 0.99941406, 0.98125, 0.85761719, 0.4],
    0.5: [1, 0.9625, 0.85, 0.6625, 0.4],
    1.0: [1, 0.85, 0.7, 0.55, 0.4],
    2.0: [1, 0.7, 0.57573593, 0.48038476, 0.4],
    5.0: [1, 0.54528503, 0.47766966, 0.43354749, 0.4],
}


@pytest.mark.parametrize("exponent", TARGETS)
def test_it_offers_the_cheapest_package_worth_its_target(exponent: float) -> None:
    scenario = pie(Boulware(exponent), silent(), 5, slices=10_000, reservation=(4_000, 0))
    wanted = np.ceil(10_000 * np.array(TARGETS[exponent]) - 0.01)
    np.testing.assert_allclose(offers(scenario, "hub"), wanted, atol=1)


AGREEMENTS = {
    (1.0, 1.0): (0.5, 0.5),
    (0.2, 0.2): (0.87055056, 0.5),
    (2.0, 2.0): (0.25, 0.5),
    (0.2, 1.0): (0.75487767, 0.75487767),
    (0.2, 2.0): (0.69735701, 0.83507904),
    (0.1, 5.0): (0.74959932, 0.94398661),
}


@pytest.mark.parametrize("exponents", AGREEMENTS)
def test_two_of_them_agree_where_their_curves_cross(exponents: tuple[float, float]) -> None:
    rounds, (hub, partner) = 201, exponents
    frame = negotiate(pie(Boulware(hub), Conceder(partner), rounds, slices=1000)).to_frame()
    time, share = AGREEMENTS[exponents]
    assert (frame["round"][0] - 1) / (rounds - 1) == pytest.approx(time, abs=1.01 / (rounds - 1))
    assert frame["package"][0] / 1000 == pytest.approx(share, abs=0.02)


def test_before_the_end_it_demands_less_the_larger_its_exponent() -> None:
    demands = [
        offers(pie(strategy, silent(), 9, slices=100), "hub")
        for strategy in (Boulware(), Linear(), Conceder())
    ]
    assert demands[0][0] == demands[1][0] == demands[2][0] == 100
    assert all(a >= b >= c for a, b, c in zip(*demands, strict=True))
    assert demands[0][4] > demands[1][4] > demands[2][4]
    assert [d[-1] for d in demands] == [0, 0, 0]


def test_at_the_end_it_takes_what_is_worth_no_deal() -> None:
    scenario = pie(silent(7), Linear(), 3, reservation=(0, 3))
    assert turns(log(scenario), "partner") == [("reject", 0), ("reject", 3), ("accept", -1)]


METALS = SPACE.package(metals=0, pledge=200)
CARS = SPACE.package(cars=15)
NEAREST = {
    SPACE.package(metals=0, pledge=400): METALS,
    SPACE.package(cars=15, pledge=200): CARS,
    -1: METALS,
}


@pytest.mark.parametrize("standing", NEAREST)
def test_of_the_packages_in_the_band_it_offers_the_nearest_to_the_last_offer(standing: int) -> None:
    worth = {"cars": (0, 3.3, 5), "metals": (0, 4.1), "pledge": (0, -1, -2)}
    scenario = open_game(silent(standing), Linear(), partner_worth=worth, rounds=4)
    assert offers(scenario, "east")[2] == NEAREST[standing], "worth 3.1 and 3.3; the target is 3.03"


def test_a_drawn_exponent_is_one_for_each_world() -> None:
    table = log(pie(Boulware(Drawn.choice((0.5, 2.0))), silent(), 5, slices=100), worlds=20)
    fixed = [turns(log(pie(Boulware(e), silent(), 5, slices=100)), "hub") for e in (0.5, 2.0)]
    played = [turns(table, "hub", world) for world in range(20)]
    assert all(one in fixed for one in played)
    assert all(one in played for one in fixed)

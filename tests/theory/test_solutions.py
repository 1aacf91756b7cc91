"""Solution concepts at the closed forms of the literature, to 1e-6.

Every grid holds the point of the closed form and thousands of others near it: a solution that is
off by a grid step fails.
"""

import numpy as np
import pytest

from sim.payoffs.frontier import (
    distances,
    egalitarian,
    gains,
    kalai_smorodinsky,
    nash,
    utilitarian,
)
from sim.protocol.issues import Issue, OutcomeSpace
from tests.games import additive
from tests.theory.zeuthen import concede

pytestmark = pytest.mark.fast

NONE = np.zeros(2)
GOLDEN = (5**0.5 - 1) / 2
SOLUTIONS = {
    "nash": nash,
    "kalai_smorodinsky": kalai_smorodinsky,
    "egalitarian": egalitarian,
    "utilitarian": utilitarian,
}


def with_grid(*exact: float) -> np.ndarray:
    """Give 0 to 1 in steps of 1/20000, and these numbers."""
    return np.union1d(np.linspace(0, 1, 20_001), exact)


def curve(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.column_stack([first, second])


def solve(name: str, points: np.ndarray, reservation: tuple[float, float] = (0, 0)) -> np.ndarray:
    return points[SOLUTIONS[name](points, np.array(reservation, dtype=float))]


def close(found: np.ndarray, expected: tuple[float, float]) -> None:
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("pie", "reservation", "weight", "shares"),
    [
        (1, (0, 0), 0.5, (0.5, 0.5)),
        (1, (0.2, 0.1), 0.5, (0.55, 0.45)),
        (1, (0.2, 0.1), 0.7, (0.69, 0.31)),
        (10, (1, 3), 0.25, (2.5, 7.5)),
    ],
)
def test_v06_nash_shares_what_is_over_by_the_weights(
    pie: float, reservation: tuple[float, float], weight: float, shares: tuple[float, float]
) -> None:
    first, second = reservation
    over = pie - first - second
    assert shares == pytest.approx((first + weight * over, second + (1 - weight) * over))
    x = with_grid(shares[0] / pie)
    points = pie * curve(x, 1 - x)
    close(points[nash(points, np.array(reservation), weight)], shares)


SQRT = {
    "nash": (2 / 3, 0.5773502692),
    "kalai_smorodinsky": (0.6180339887, 0.6180339887),
    "egalitarian": (0.6180339887, 0.6180339887),
    "utilitarian": (0.75, 0.5),
}
STEEP = {"nash": 2 / 3, "kalai_smorodinsky": 0.6180339887, "egalitarian": 0.8284271247,
         "utilitarian": 0.0}  # fmt: skip


@pytest.mark.parametrize("name", SQRT)
def test_v07_solutions_of_a_square_root_frontier(name: str) -> None:
    x = with_grid(2 / 3, GOLDEN, 0.75)
    close(solve(name, curve(x, np.sqrt(1 - x))), SQRT[name])


@pytest.mark.parametrize("name", STEEP)
def test_v08_nash_and_kalai_smorodinsky_do_not_depend_on_units_and_the_others_do(name: str) -> None:
    x = with_grid(2 / 3, GOLDEN, 2 * 2**0.5 - 2)
    close(solve(name, curve(x, 2 * np.sqrt(1 - x))), (STEEP[name], 2 * (1 - STEEP[name]) ** 0.5))


@pytest.mark.parametrize(
    ("weight", "shares"),
    [
        (0.3, (0.5477225575, 0.8366600265)),
        (0.5, (0.7071067812, 0.7071067812)),
        (0.8, (0.894427191, 0.4472135955)),
    ],
)
def test_v09_the_weighted_nash_point_of_a_circle(
    weight: float, shares: tuple[float, float]
) -> None:
    angle = np.arcsin(weight**0.5) * 2 / np.pi
    turn = np.pi / 2 * with_grid(angle)
    circle = curve(np.sin(turn), np.cos(turn))
    close(circle[nash(circle, NONE, weight)], shares)


POLYGON = {
    "nash": (0.8, 0.8),
    "egalitarian": (0.84, 0.64),
    "kalai_smorodinsky": (4.2375 / 5.1875, 4 - 4 * 4.2375 / 5.1875),
    "utilitarian": (0.8, 0.8),
}


@pytest.mark.parametrize("name", POLYGON)
def test_v10_solutions_of_a_polygon(name: str) -> None:
    x = with_grid(0.8, 0.84, 4.2375 / 5.1875)
    points = curve(x, np.where(x <= 0.8, 1 - 0.25 * x, 4 - 4 * x))
    close(solve(name, points, (0.2, 0)), POLYGON[name])
    if name == "kalai_smorodinsky":
        np.testing.assert_allclose(POLYGON[name], (0.81687, 0.73253), atol=5e-6)


def test_v10_the_ideal_point_counts_only_what_leaves_the_other_its_reservation_value() -> None:
    x = with_grid(0.2)
    points = curve(x, np.where(x <= 0.8, 1 - 0.25 * x, 4 - 4 * x))
    above, rational = gains(points, np.array([0.2, 0]))
    close(above[rational].max(axis=0) + np.array([0.2, 0]), (1.0, 0.95))


def test_v11_zeuthen_ends_at_the_nash_point() -> None:
    points = np.array([(10, 1), (9, 3), (8, 4.5), (6, 6.2), (4, 8), (2, 9), (1, 10)])
    assert points[nash(points, NONE)].tolist() == [6, 6.2]
    assert points[concede(points)].tolist() == [6, 6.2]
    assert points.prod(axis=1).max() == pytest.approx(37.2)


def test_v11_zeuthen_ends_at_the_nash_point_of_2000_random_frontiers() -> None:
    rng = np.random.default_rng(0)
    for _ in range(2000):
        rising, falling = np.sort(rng.uniform(0.05, 1, (2, rng.integers(2, 25))))
        frontier = curve(rising, falling[::-1])
        assert concede(frontier) == nash(frontier, NONE)


@pytest.mark.parametrize(
    ("a", "b", "product", "gain"), [(0.8, 0.8, 0.64, 0.6), (0.6, 0.9, 0.54, 0.5)]
)
def test_v13_a_package_lets_each_have_what_it_cares_for(
    a: float, b: float, product: float, gain: float
) -> None:
    """Two pies; the first is worth a to one side and 1 - b to the other."""
    share = tuple(np.linspace(0, 1, 101))
    space = OutcomeSpace((Issue("one", "concession", share), Issue("two", "concession", share)))
    mine = additive(space, {"one": np.multiply(a, share), "two": np.multiply(1 - a, share)})
    rest = np.subtract(1, share)
    yours = additive(space, {"one": (1 - b) * rest, "two": b * rest})
    points = curve(mine, yours)
    found = nash(points, NONE)
    assert space.decode(found) == {"one": 1.0, "two": 0.0}
    close(points[found], (a, b))
    split = points[space.package(one=share[50], two=share[50])]
    close(split, (0.5, 0.5))
    assert points[found].sum() - split.sum() == pytest.approx(gain, abs=1e-6)
    assert points[found].prod() == pytest.approx(product, abs=1e-6)
    assert split.prod() == pytest.approx(0.25)


def test_v36_gains_and_distance_of_an_outcome() -> None:
    outcome, point, reservation = np.array([[0.7, 0.5]]), np.array([[0.8, 0.8]]), (0.2, 0.1)
    above, rational = gains(outcome, np.array(reservation))
    assert outcome.sum() == pytest.approx(1.2)
    assert above.prod() == pytest.approx(0.2)
    assert above.min() == pytest.approx(0.4)
    assert rational.tolist() == [True]
    start, stop = np.array([0]), np.array([1])
    assert distances(outcome, point, start, stop)[0] == pytest.approx(0.316227766)
    assert distances(outcome, np.concatenate([point, outcome]), start, stop + 1)[0] == 0

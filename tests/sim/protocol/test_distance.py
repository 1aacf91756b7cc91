"""How far packages are apart, against exact fractions."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.protocol.distance import WIDTH, Distance
from sim.protocol.issues import Issue, OutcomeSpace

pytestmark = pytest.mark.fast

LEVELS = (0, 0.1, 1, 2.5, 5, 7, 10, 14, 15, 25, 27.5, 200, 400)


def space(*columns: Any, metric: Any = "ranges") -> OutcomeSpace:
    return OutcomeSpace(
        tuple(Issue(f"m{k}", "measure", tuple(column)) for k, column in enumerate(columns)), metric
    )


def exactly(made: OutcomeSpace, a: int, b: int) -> Fraction:
    """Sum shares of ranges over issues, one after another."""
    total = Fraction(0)
    for issue in made.issues:
        values = [Fraction(str(level)) for level in issue.levels]
        one = Fraction(str(made.decode(a)[issue.name])) - Fraction(str(made.decode(b)[issue.name]))
        total += abs(one) / (max(values) - min(values) or 1)
    return total


columns = st.lists(
    st.lists(st.sampled_from(LEVELS), min_size=1, max_size=5, unique=True), min_size=1, max_size=5
)


@given(columns, st.lists(st.integers(0, 10**6), min_size=2, max_size=20))
def test_a_distance_is_the_sum_of_shares_of_ranges(
    drawn: list[list[float]], seeds: list[int]
) -> None:
    made = space(*drawn)
    a = np.array(seeds) % made.size
    b = a[::-1].copy()
    found, unit = made.distance.between(a, b), made.distance.unit
    assert made.distance.farthest < 1 << WIDTH
    shares = {
        (Fraction(str(level)) - min(map(Fraction, map(str, column))))
        / ((Fraction(str(max(column))) - Fraction(str(min(column)))) or 1)
        for column in drawn
        for level in column
    }
    whole = all((share * unit).denominator == 1 for share in shares)
    for k in range(len(a)):
        wanted = exactly(made, int(a[k]), int(b[k])) * unit
        assert abs(int(found[k]) - wanted) <= (0 if whole else len(drawn))


def test_equal_distances_are_equal_numbers() -> None:
    made = space((25, 15, 10, 0), (14, 5, 0), (0, 200, 400, 600))
    assert made.distance.unit == 210
    near, far = made.package(m2=0), made.package(m2=400)
    at = made.package(m2=200)
    found = made.distance.between(np.array([at, at]), np.array([near, far]))
    assert found.tolist() == [70, 70]


def test_shares_without_a_common_unit_are_rounded_to_the_finest_that_fits() -> None:
    made = space((0, 3, 101), (0, 5, 103), (0, 7, 107))
    assert made.distance.unit == ((1 << WIDTH) - 1) // 3
    a, b = np.array([0]), np.array([made.package(m0=3, m1=5, m2=7)])
    wanted = made.distance.unit * (3 / 101 + 5 / 103 + 7 / 107)
    assert abs(made.distance.between(a, b).item() - wanted) <= 1.5


@pytest.mark.parametrize("levels", [2, 4, 6, 20])
def test_many_gaps_are_counted_word_by_word_or_issue_by_issue(levels: int) -> None:
    """From 4 to 76 gaps: in one table, in some, and without codes."""
    drawn = [tuple(np.linspace(0, 1 + k, levels).tolist()) for k in range(4)]
    made = Distance(drawn, np.indices((levels,) * 4).reshape(4, -1).T, "ranges")
    assert (made.codes is None) == (levels == 20)
    luck = np.random.default_rng(1)
    a, b = luck.integers(0, levels**4, (2, 300))
    one, two = (np.array(np.unravel_index(p, (levels,) * 4)) for p in (a, b))
    wanted = np.abs(one - two).sum(axis=0) * (made.unit // (levels - 1))
    np.testing.assert_array_equal(made.between(a, b), wanted)


def test_a_hub_joins_by_lowering_and_a_partner_by_conceding() -> None:
    made = OutcomeSpace(
        (
            Issue("cars", "measure", (25, 15, 0)),
            Issue("metals", "measure", (25, 0)),
            Issue("pledge", "concession", (0, 200, 400)),
        )
    )
    a = np.array([made.package(cars=15, pledge=200)])
    b = np.array([made.package(metals=0, pledge=400)])
    hub, partner = (made.joined(a, b, hub=hub).item() for hub in (True, False))
    assert made.decode(hub) == {"cars": 15, "metals": 0, "pledge": 200}
    assert made.decode(partner) == {"cars": 25, "metals": 25, "pledge": 400}

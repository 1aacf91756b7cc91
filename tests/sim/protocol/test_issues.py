from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.protocol.issues import Issue, OutcomeSpace
from sim.protocol.rules import TalkRules

pytestmark = pytest.mark.fast

CARS = Issue("cars", "measure", (25, 15, 0))
METALS = Issue("metals", "measure", (25, 0))
PLEDGE = Issue("pledge", "concession", (0, 200, 400))
SPACE = OutcomeSpace((CARS, METALS, PLEDGE))


def signable(**rules: Any) -> np.ndarray:
    return TalkRules("talk", "hub", "partner", SPACE, **rules).signable


def test_package_zero_keeps_every_measure_and_gives_nothing() -> None:
    assert SPACE.decode(0) == {"cars": 25, "metals": 25, "pledge": 0}
    assert SPACE.size == 18
    assert SPACE.parts == (6, 3)


def test_a_package_is_tariff_part_times_concession_parts_plus_concession_part() -> None:
    package = SPACE.package(cars=15, metals=0, pledge=400)
    assert package == (1 * 2 + 1) * 3 + 2
    assert SPACE.decode(package) == {"cars": 15, "metals": 0, "pledge": 400}


def test_the_menu_holds_packages_that_touch_only_open_measures() -> None:
    packages = SPACE.menu(0b10, signable())
    assert {SPACE.decode(p)["cars"] for p in packages.tolist()} == {25}
    assert len(packages) == 2 * 3 - 1
    assert 0 not in packages
    assert 0 in SPACE.menu(0, signable(null_deal=True))


def test_the_test_by_change_leaves_out_packages_that_keep_a_named_measure() -> None:
    packages = SPACE.menu(0b11, signable(review=("cars",), test="by_change"))
    assert {SPACE.decode(p)["cars"] for p in packages.tolist()} == {15, 0}


def test_measures_come_before_concessions() -> None:
    with pytest.raises(ValueError, match="measures of an outcome space come before"):
        OutcomeSpace((PLEDGE, CARS))


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=20),
)
def test_steps_are_the_sum_of_level_differences(shape: list[int], seeds: list[int]) -> None:
    space = OutcomeSpace(
        tuple(Issue(f"m{k}", "measure", tuple(range(n))) for k, n in enumerate(shape))
    )
    a = np.array(seeds) % space.size
    b = a[::-1].copy()
    expected = np.abs(space.levels[a].astype(int) - space.levels[b]).sum(axis=1)
    np.testing.assert_array_equal(space.distance.between(a, b), expected)


def test_steps_of_a_space_too_large_for_a_table() -> None:
    space = OutcomeSpace(tuple(Issue(f"m{k}", "measure", tuple(range(6))) for k in range(6)))
    a, b = np.array([0, 7, 46655]), np.array([46655, 0, 46655])
    np.testing.assert_array_equal(space.distance.between(a, b), [30, 2, 0])


def test_lowering_cuts_what_is_kept_and_named_to_its_next_level() -> None:
    space = OutcomeSpace(
        (
            Issue("cars", "measure", (25, 15, 0)),
            Issue("metals", "measure", (25, 0)),
            Issue("pledge", "concession", (0, 1)),
        )
    )
    before = [space.package(pledge=1), space.package(cars=0), space.package(metals=0)]
    flags = np.array([[True, True], [True, False], [False, False]])
    after = [space.decode(p) for p in space.lowering(np.array(before), flags).tolist()]
    assert after == [
        {"cars": 15, "metals": 0, "pledge": 1},
        {"cars": 0, "metals": 25, "pledge": 0},
        {"cars": 25, "metals": 0, "pledge": 0},
    ]


def test_an_issue_may_have_more_levels_than_a_byte_counts() -> None:
    space = OutcomeSpace((Issue("parts", "concession", tuple(range(300))), PLEDGE))
    assert space.levels[:, 0].tolist() == [n for n in range(300) for _ in range(3)]
    assert space.decode(3 * 299 + 1) == {"parts": 299, "pledge": 200}
    assert space.distance.between(np.array([0]), np.array([3 * 299])).tolist() == [299]

"""Solution concepts against plain loops; closed forms are in `tests.theory`."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs.frontier import SOLUTIONS as MEASURED
from sim.payoffs.frontier import (
    distances,
    egalitarian,
    kalai_smorodinsky,
    nash,
    pareto,
    solutions,
    undominated,
    utilitarian,
)

pytestmark = pytest.mark.fast

SOLUTIONS = {
    "nash": nash,
    "kalai_smorodinsky": kalai_smorodinsky,
    "egalitarian": egalitarian,
    "utilitarian": utilitarian,
}
NONE = np.zeros(2)


def test_a_side_that_cannot_gain_does_not_count() -> None:
    points = np.array([(0.0, 1.0), (0.0, 3.0), (-1.0, 9.0)])
    assert kalai_smorodinsky(points, NONE) == 1


planes = st.lists(st.tuples(st.integers(-4, 6), st.integers(-4, 6)), min_size=1, max_size=25)
pairs = st.tuples(st.integers(-5, 3), st.integers(-5, 3))


@given(planes)
def test_pareto_against_a_loop(points: list[tuple[int, int]]) -> None:
    def beaten(n: int, p: tuple[int, int]) -> bool:
        return any(
            q[0] >= p[0] and q[1] >= p[1] and (q != p or m < n) for m, q in enumerate(points)
            if m != n
        )  # fmt: skip

    expected = [n for n, p in enumerate(points) if not beaten(n, p)]
    found = pareto(np.array(points, dtype=float)).tolist()
    assert sorted(found) == expected
    assert [points[n][0] for n in found] == sorted(points[n][0] for n in found)


def plain(name: str, gained: list[tuple[int, int]], points: list[tuple[int, int]]) -> int:
    """Find a solution with a loop over whole numbers; the first of the best."""
    rational = [n for n, g in enumerate(gained) if min(g) >= 0]
    ideal = [max((gained[n][side] for n in rational), default=0) for side in (0, 1)]

    def share(g: tuple[int, int]) -> Fraction:
        shares = [Fraction(x, most) for x, most in zip(g, ideal, strict=True) if most > 0]
        return min(shares, default=Fraction(0))

    score = {
        "nash": lambda n: gained[n][0] * gained[n][1],
        "kalai_smorodinsky": lambda n: share(gained[n]),
        "egalitarian": lambda n: min(gained[n]),
        "utilitarian": lambda n: sum(points[n]),
    }[name]
    return max(rational, key=lambda n: (score(n), -n), default=-1)


@pytest.mark.parametrize("name", SOLUTIONS)
@given(points=planes, reservation=pairs)
def test_solutions_against_a_loop(
    name: str, points: list[tuple[int, int]], reservation: tuple[int, int]
) -> None:
    gained = [(a - reservation[0], b - reservation[1]) for a, b in points]
    found = SOLUTIONS[name](np.array(points, dtype=float), np.array(reservation, dtype=float))
    assert found == plain(name, gained, points)


@given(
    points=planes,
    reservation=pairs,
    scale=st.tuples(*[st.sampled_from((0.25, 0.5, 2.0, 8.0))] * 2),
    shift=pairs,
)
def test_nash_and_kalai_smorodinsky_do_not_depend_on_the_units(
    points: list[tuple[int, int]],
    reservation: tuple[int, int],
    scale: tuple[float, float],
    shift: tuple[int, int],
) -> None:
    plane, none = np.array(points, dtype=float), np.array(reservation, dtype=float)
    for solve in (nash, kalai_smorodinsky):
        moved = solve(plane * scale + shift, none * scale + shift)
        assert moved == solve(plane, none)


@given(st.lists(st.tuples(planes, pairs), min_size=1, max_size=5))
def test_solutions_of_many_sets_are_those_of_each(
    sets: list[tuple[list[tuple[int, int]], tuple[int, int]]],
) -> None:
    points = [np.array(each, dtype=float) for each, _ in sets]
    none = np.array([reservation for _, reservation in sets], dtype=float)
    ends = np.cumsum([0, *map(len, points)])
    found = solutions(np.concatenate(points), none, ends)
    assert list(found) == list(MEASURED)
    for name, solve in MEASURED.items():
        for n, each in enumerate(points):
            alone = solve(each, none[n])
            assert found[name][n] == (ends[n] + alone if alone >= 0 else -1)


@given(points=planes, count=st.integers(1, 4))
def test_undominated_of_many_sets_is_pareto_of_each(
    points: list[tuple[int, int]], count: int
) -> None:
    every = np.array(points, dtype=float)
    sets = np.stack([np.roll(every, n, axis=0) for n in range(count)])
    for told, each in zip(undominated(sets), sets, strict=True):
        assert np.flatnonzero(told).tolist() == sorted(pareto(each).tolist())


@given(points=planes, reservation=pairs)
def test_a_solution_is_never_beaten_for_both(
    points: list[tuple[int, int]], reservation: tuple[int, int]
) -> None:
    plane = np.array(points, dtype=float)
    for solve in SOLUTIONS.values():
        n = solve(plane, np.array(reservation, dtype=float))
        if n >= 0:
            assert (plane[n] >= reservation).all()
        if n >= 0 and solve is not nash:
            assert not (plane > plane[n]).all(axis=1).any()


@given(outcomes=planes, sets=st.lists(planes, min_size=1, max_size=3), first=st.integers(0, 2))
def test_distances_against_a_loop(
    outcomes: list[tuple[int, int]], sets: list[list[tuple[int, int]]], first: int
) -> None:
    which = (first + np.arange(len(outcomes))) % len(sets)
    targets = [np.array(points, dtype=float) for points in sets]
    stop = np.cumsum([len(points) for points in targets])
    start = stop - [len(points) for points in targets]
    found = distances(
        np.array(outcomes, dtype=float), np.concatenate(targets), start[which], stop[which]
    )
    expected = [
        min(np.hypot(a - c, b - d) for c, d in sets[n])
        for (a, b), n in zip(outcomes, which, strict=True)
    ]
    np.testing.assert_allclose(found, expected)

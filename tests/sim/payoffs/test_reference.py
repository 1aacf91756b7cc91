"""Where outcomes stand, against a plain look at every package of the outcome space."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs import frontier as module
from sim.payoffs.frontier import SOLUTIONS, Planes, pareto, reference_columns
from sim.payoffs.tables import Payoffs
from sim.scenario.scenario import Scenario
from sim.talks.model import negotiate
from tests.games import SPACE, Scripted, game
from tests.generators import TALKS, rules
from tests.generators import payoffs as generated

pytestmark = pytest.mark.fast

HEADS, TAILS, DRAWS = (6, 4), (3, 2), 2


def payoffs(seed: int) -> Payoffs:
    """Give two talks that touch each other, with random payoffs without ties."""
    rng = np.random.default_rng(seed)
    cross = tuple(rng.normal(size=(2, 1, 7, 5)) for _ in range(3))
    for table in cross:
        table[:, :, 0, :], table[:, :, :, 0] = 0, 0
    return Payoffs(
        ("hub", "east", "west"),
        ("east", "west"),
        HEADS,
        TAILS,
        tuple(tuple(rng.normal(size=(DRAWS, 1 + h)) for h in HEADS) for _ in range(3)),
        tuple(tuple(rng.normal(size=(DRAWS, t)) for t in TAILS) for _ in range(3)),
        {(0, 1): cross},
        (np.ones((DRAWS, 1)),) * 3,
        np.arange(DRAWS),
    )


def value(given: Payoffs, talk: int, draw: int, package: int, other: int) -> np.ndarray:
    """Give the payoffs of the two sides of a talk, (2,)."""
    packages = [np.array([other]), np.array([other])]
    packages[talk] = np.array([package])
    return given.payoff(np.array([draw]), packages)[[0, talk + 1], 0]


def plain(given: Payoffs, talk: int, draw: int, package: int, other: int) -> dict[str, float]:
    """Give the columns of one outcome with a loop over the outcome space."""
    every = range(HEADS[talk] * TAILS[talk])
    alone = np.array([value(given, talk, draw, p, -1) for p in every])
    least, span = alone.min(axis=0), np.ptp(alone, axis=0)
    same = _rest(given, talk, draw, other)

    def utility(p: int) -> np.ndarray:
        return (value(given, talk, draw, p, other) - same - least) / span

    points = np.array([utility(p) for p in every])
    end, none = utility(package), utility(-1)
    frontier = points[pareto(points)]
    told = {"utility.hub": end[0], "utility.partner": end[1]}
    told |= {"reservation.hub": none[0], "reservation.partner": none[1]}
    told["distance.pareto"] = np.hypot(*(end - frontier).T).min()
    for name, solve in SOLUTIONS.items():
        n = solve(points, none)
        told[f"distance.{name}"] = np.hypot(*(end - points[n])) if n >= 0 else np.nan
    return told


def _rest(given: Payoffs, talk: int, draw: int, other: int) -> np.ndarray:
    """Give what the other side of the other talk gives: the same in every state, and left out."""
    if other < 0:
        return np.zeros(2)
    tail = other % TAILS[1 - talk]
    return np.array([given.tail[c][1 - talk][draw, tail] for c in (0, talk + 1)])


@pytest.mark.slow
@given(
    seed=st.integers(0, 50),
    talk=st.integers(0, 1),
    ends=st.lists(
        st.tuples(st.integers(0, DRAWS - 1), st.integers(-1, 17), st.integers(-1, 7)),
        min_size=1,
        max_size=4,
    ),
)
def test_columns_against_a_loop_over_the_outcome_space(
    seed: int, talk: int, ends: list[tuple[int, int, int]]
) -> None:
    known = payoffs(seed)
    draws, *packages = (np.array(column) for column in zip(*ends, strict=True))
    others = known.encode(talk, known.states(packages))
    found = reference_columns(known, talk, draws, others, packages[talk])
    for n, (draw, *ended) in enumerate(ends):
        told = plain(known, talk, draw, ended[talk], ended[1 - talk])
        for name, number in told.items():
            np.testing.assert_allclose(found[name][n], number, atol=1e-9, err_msg=name)


@pytest.mark.slow
@given(st.data())
def test_a_row_holds_the_payoff_of_every_end_state(data: st.DataObject) -> None:
    talks = [data.draw(rules(name, 2)) for name in TALKS]
    known = data.draw(generated(talks, linked=True))
    talk, country = data.draw(st.integers(0, 2)), data.draw(st.integers(0, 3))
    draws = np.zeros(1, dtype=np.int64)
    states = [np.array([data.draw(st.integers(0, heads))]) for heads in known.heads]
    packages = [np.where(s > 0, (s - 1) * n, -1) for s, n in zip(states, known.tails, strict=True)]
    row = known.row(country, talk, draws, known.encode(talk, states))[0]
    for state in range(1 + known.heads[talk]):
        packages[talk] = np.array([(state - 1) * known.tails[talk] if state else -1])
        assert row[state] == pytest.approx(known.payoff(draws, packages)[country, 0])


@given(
    heads=st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=8),
    tails=st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=5),
)
def test_a_frontier_of_parts_is_the_frontier_of_packages(
    heads: list[tuple[int, int]], tails: list[tuple[int, int]]
) -> None:
    states = np.array([(0, 0), *heads], dtype=float).T[None]
    given = np.array(tails, dtype=float).T[None]
    plane = Planes(states, given, np.zeros((1, 2)), np.ones((1, 2)))
    packages, points, _ = plane.frontiers()
    np.testing.assert_array_equal(plane.utilities(packages), points)
    every = plane.utilities(np.arange(len(heads) * len(tails)))
    np.testing.assert_array_equal(every[pareto(every)], points)


def test_no_solution_where_no_package_is_worth_both_reservations() -> None:
    scenario = game(Scripted(), Scripted(), reservation=(9.0, 9.0), review=())
    row = negotiate(scenario).to_frame().iloc[0]
    assert row["distance.pareto"] > 0
    assert row[[f"distance.{name}" for name in SOLUTIONS]].isna().all()


def test_utilities_run_from_nought_to_one_over_the_outcome_space() -> None:
    scenario = game(Scripted(), Scripted(), review=())
    every = np.arange(SPACE.size)
    none = np.zeros_like(every)
    columns = reference_columns(scenario.payoffs, 0, none, none, every)
    for side in ("hub", "partner"):
        assert columns[f"utility.{side}"].min() == 0
        assert columns[f"utility.{side}"].max() == 1
    assert (columns["reservation.hub"] == (0 + 7) / 12).all(), "worth -7 to 5"
    assert (columns["distance.pareto"] == 0).sum() == len(frontier(scenario))


def frontier(scenario: Scenario) -> list[int]:
    """List the packages of the first talk that no other beats; equal ones too."""
    hub, east = (scenario.payoffs.main[c][0][0, 1:] for c in (0, 1))
    pairs = list(zip(hub.tolist(), east.tolist(), strict=True))
    return [n for n, p in enumerate(pairs)
            if not any(q[0] >= p[0] and q[1] >= p[1] and q != p for q in pairs)]  # fmt: skip


DRAWN = np.random.default_rng(3)
ENDS = (DRAWN.integers(0, DRAWS, 40), DRAWN.integers(0, 5, 40), DRAWN.integers(-1, 18, 40))


def look(given: Payoffs, part: slice = slice(None)) -> dict[str, np.ndarray]:
    draws, others, packages = (column[part] for column in ENDS)
    return reference_columns(given, 0, draws, others, packages)


def assert_same(columns: dict[str, np.ndarray], others: dict[str, np.ndarray]) -> None:
    assert list(columns) == list(others)
    for name, column in columns.items():
        np.testing.assert_array_equal(column, others[name], err_msg=name)


@pytest.mark.parametrize("most", [0, 3])
def test_what_is_kept_between_looks_changes_nothing(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = payoffs(1)
    first = look(known)
    monkeypatch.setattr(module, "MOST", most)
    assert_same(first, look(known))
    assert_same(first, look(payoffs(1)))


@pytest.mark.parametrize(("outcomes", "packages"), [(3, 1), (7, 40), (40, 60)])
def test_how_many_are_looked_at_together_changes_nothing(
    outcomes: int, packages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = look(payoffs(1))
    monkeypatch.setattr(module, "OUTCOMES", outcomes)
    monkeypatch.setattr(module, "PACKAGES", packages)
    assert_same(first, look(payoffs(1)))


@pytest.mark.parametrize("fails", range(1, 14))
def test_a_look_that_was_interrupted_leaves_nothing_behind(
    fails: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, calls = payoffs(1), iter(range(1, 100))
    look(known, slice(5))
    concatenate = np.concatenate

    def interrupted(rows: Iterable[np.ndarray]) -> np.ndarray:
        if next(calls) == fails:
            raise KeyboardInterrupt
        return concatenate(rows)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(np, "concatenate", interrupted)
        look(known)
        raise KeyboardInterrupt
    assert_same(look(known), look(payoffs(1)))


def test_looks_side_by_side_do_not_share(monkeypatch: pytest.MonkeyPatch) -> None:
    known, inner = payoffs(1), []
    distances = module.distances

    def meanwhile(*asked: np.ndarray) -> np.ndarray:
        if not inner:
            inner.append(None)
            inner[0] = look(known, slice(20, None))
        return distances(*asked)

    look(known, slice(5))
    monkeypatch.setattr(module, "distances", meanwhile)
    assert_same(look(known, slice(20)), look(payoffs(1), slice(20)))
    assert_same(inner[0], look(payoffs(1), slice(20, None)))


def test_no_outcome_has_no_place() -> None:
    columns = look(payoffs(1), slice(0))
    assert len(columns) == 8
    assert all(not len(column) for column in columns.values())

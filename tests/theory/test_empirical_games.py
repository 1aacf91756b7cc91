"""Strategies against each other: equilibria, replicator dynamics and α-rank of known games."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.analysis.tournament.alpha_rank import alpha_rank, alpha_rank_one, stationary
from experiments.analysis.tournament.equilibria import (
    largest_regret,
    mixed,
    pure,
    symmetric,
    undominated,
)
from experiments.analysis.tournament.game import Game, regrets
from experiments.analysis.tournament.replicator import even, one_population, replicator, spread
from experiments.analysis.tournament.shares import analyse
from tests.examples import fewer

THREE = np.array([[0.3, 0.8, 0.55], [0.6, 0.62, 0.58], [0.52, 0.66, 0.6]])
"""Payoff of the row against the column."""

HAWK_DOVE = np.array([[(4 - 6) / 2, 4], [0, 4 / 2]])
ROCK_PAPER_SCISSORS = np.array([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]])
HUB = np.array([[0.3, 0.7], [0.55, 0.6]])
PARTNER = np.array([[0.2, 0.45], [0.65, 0.5]])


def both(table: np.ndarray) -> np.ndarray:
    """Give the game of two players who have the same payoffs."""
    return np.stack([table, table.T])


@pytest.mark.slow
def test_v33_symmetric_equilibria_of_three_strategies() -> None:
    game = both(THREE)
    assert [profile for profile in pure(game) if len(set(profile)) == 1] == [(2, 2)]
    found = symmetric(mixed(game))
    np.testing.assert_allclose(
        found, [[0.30769231, 0.53846154, 0.15384615], [0.375, 0.625, 0]], atol=1e-8
    )


def test_v33_from_even_shares_the_third_strategy_takes_over() -> None:
    path = one_population(THREE, np.full(3, 1 / 3), np.array([0.0, 400.0]))
    np.testing.assert_allclose(path.end[0], [1e-6, 0.001345, 0.998654], atol=1e-6)


def test_v34_hawks_are_as_many_as_prize_over_cost() -> None:
    game = both(HAWK_DOVE)
    assert pure(game) == [(0, 1), (1, 0)]
    (found,) = symmetric(mixed(game))
    np.testing.assert_allclose(found, [2 / 3, 1 / 3], atol=1e-9)
    for (start,) in spread([2], 5, seed=1):
        path = one_population(HAWK_DOVE, start, np.array([0.0, 60.0]))
        np.testing.assert_allclose(path.end[0], [2 / 3, 1 / 3], atol=1e-6)


@pytest.mark.parametrize(
    ("table", "alpha", "shares"),
    [
        (THREE, 1, (0.816324, 0.001124, 0.182552)),
        (THREE, 2, (0.949814, 6e-6, 0.05018)),
        (ROCK_PAPER_SCISSORS, 1, (1 / 3, 1 / 3, 1 / 3)),
    ],
)
def test_v33_v35_the_share_of_time_in_each_profile(
    table: np.ndarray, alpha: float, shares: tuple[float, ...]
) -> None:
    np.testing.assert_allclose(alpha_rank_one(table, alpha), shares, atol=1e-6)


@pytest.mark.parametrize(
    ("alpha", "shares"),
    [(1, [[2e-6, 0.080358], [0.919046, 0.000594]]), (2, [[0, 0.007392], [0.992607, 0]])],
)
def test_v37_the_share_of_time_with_a_population_for_each_side(
    alpha: float, shares: list[list[float]]
) -> None:
    np.testing.assert_allclose(alpha_rank(np.stack([HUB, PARTNER]), alpha), shares, atol=1e-6)


def test_v37_two_populations_end_where_nobody_would_leave() -> None:
    game = np.stack([HUB, PARTNER])
    assert pure(game) == [(0, 1), (1, 0)]
    end = replicator(game, even((2, 2)), np.array([0.0, 400.0])).end
    assert end[0][1] > 0.999999
    assert end[1][0] > 0.999999
    assert largest_regret(game, end) < 1e-6


def test_a_strategy_that_a_mixture_beats_is_taken_away() -> None:
    own = np.array([[4.0, 0], [0, 4], [1, 1]])
    game = np.stack([own, np.zeros_like(own)])
    found = undominated(game)
    assert found.kept == ((0, 1), (0, 1))
    assert found.round_of(0, 2) == 1


def odd_one_out(kinds: np.ndarray) -> np.ndarray:
    """Give the game of three players who win if they alone play a kind of strategy."""
    table = np.zeros((3, *[len(kinds)] * 3))
    for profile in np.ndindex(table.shape[1:]):
        played = kinds[list(profile)]
        for player in range(3):
            table[(player, *profile)] = float(np.sum(played == played[player]) == 1)
    return table


@pytest.mark.slow
@pytest.mark.parametrize("copies", [1, 3], ids=["as it is", "cut down"])
def test_three_players_who_want_to_differ_mix_evenly(copies: int) -> None:
    kinds = np.tile([0, 1], copies)
    table = odd_one_out(kinds)
    found = mixed(table)
    assert any(all(abs(x[kinds == 0].sum() - 0.5) < 1e-3 for x in shares) for shares in found)
    assert all(largest_regret(table, shares) <= 1e-3 for shares in found)


def test_regret_is_what_the_best_answer_pays_more() -> None:
    lost = regrets(np.stack([HUB, PARTNER]), 2)
    np.testing.assert_allclose(lost, [[[0.25, 0], [0, 0.1]], [[0.25, 0], [0, 0.15]]], atol=1e-12)


def kept_exactly(bits: np.ndarray) -> list[Fraction]:
    """Give what a chain with chances 2^-bits keeps, in fractions: its equations, solved."""
    n = len(bits)
    move = [[Fraction(int(r != c), 2 ** int(bits[r, c])) for c in range(n)] for r in range(n)]
    rows = [[move[r][c] - (sum(move[c]) if r == c else 0) for r in range(n)] for c in range(n - 1)]
    table = [[*row, Fraction(0)] for row in rows] + [[Fraction(1)] * (n + 1)]
    for k in range(n):
        pivot = next(r for r in range(k, n) if table[r][k])
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [x / table[k][k] for x in table[k]]
        for r in range(n):
            if r != k:
                table[r] = [a - table[r][k] * b for a, b in zip(table[r], table[k], strict=True)]
    return [row[-1] for row in table]


@given(st.integers(2, 7), st.sampled_from([3, 60, 700, 5000]), st.integers(0, 2**32 - 1))
def test_chances_too_small_to_subtract_count(n: int, most: int, seed: int) -> None:
    bits = np.random.default_rng(seed).integers(n, most + n, (n, n))
    found, exact = stationary(-np.log(2.0) * bits), kept_exactly(bits)
    for share, kept in zip(found.tolist(), exact, strict=True):
        assert share == pytest.approx(float(kept), rel=1e-9, abs=1e-280)


def test_of_two_strict_equilibria_the_one_that_is_harder_to_leave_is_ranked_first() -> None:
    coordination = np.stack([np.diag([1.0, 0.9])] * 2)
    share = alpha_rank(coordination, 10.0)
    assert share[0, 0] > 1 - 1e-9
    assert alpha_rank(coordination[:, ::-1, ::-1], 10.0)[1, 1] == pytest.approx(share[0, 0])
    battle = np.stack([np.diag([1.0, 0.5]), np.diag([0.5, 1.0])])
    np.testing.assert_allclose(np.diag(alpha_rank(battle, 10.0)), 0.5, atol=1e-12)


@st.composite
def games(draw: st.DrawFn) -> np.ndarray:
    """Draw a game of two or three players whose payoffs differ by more than rounding, or not."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=2, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kinds = draw(st.sampled_from(["whole numbers", "any", "all alike"]))
    table = rng.normal(size=(len(sizes), *sizes))
    return {"whole numbers": table.round(), "any": table, "all alike": table * 0 + 1}[kinds]


def about(table: np.ndarray) -> tuple[set[tuple[int, ...]], np.ndarray]:
    """Give pure equilibria and the ranks in the leagues."""
    found = analyse(Game.known(*table), count=2, starts=2)
    return set(pure(table)), found.league.sort_values(["player", "number"])["rank"].to_numpy()


@pytest.mark.slow
@fewer(5)
@given(games(), st.integers(0, 2**32 - 1))
def test_rounding_changes_no_equilibrium_and_no_rank(table: np.ndarray, seed: int) -> None:
    noise = 1e-12 * np.random.default_rng(seed).random(table.shape)
    (exact, ranks), (rounded, same) = about(table), about(table + noise)
    assert exact == rounded
    np.testing.assert_array_equal(ranks, same)


@given(games(), st.integers(0, 2**32 - 1))
def test_the_order_of_strategies_changes_nothing(table: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(size) for size in table.shape[1:]]
    other = table[np.ix_(range(len(table)), *orders)]
    assert {tuple(o[s] for o, s in zip(orders, p, strict=True)) for p in pure(other)} == set(
        pure(table)
    )
    share = alpha_rank(other, 10.0)
    np.testing.assert_allclose(share, alpha_rank(table, 10.0)[np.ix_(*orders)], rtol=1e-6)


@given(games())
def test_a_strategy_said_twice_is_in_equilibrium_where_the_one_is(table: np.ndarray) -> None:
    twice = np.concatenate([table, table[:, :1]], axis=1)
    last = table.shape[1]
    once = set(pure(table))
    assert set(pure(twice)) == once | {(last, *p[1:]) for p in once if p[0] == 0}

"""What a model of the other side lets one guess of trade-offs, against a loop over packages."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.payoffs.frontier import kalai_smorodinsky
from sim.payoffs.tradeoffs import Guessed

GAINS = st.integers(-4, 8).map(lambda n: n / 4)


@st.composite
def guesses(draw: Any) -> Guessed:
    """Draw gains with ties, losses and empty menus, for a few worlds."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 6)))
    package = np.tile(np.arange(100, 100 + shape[1]), (shape[0], 1))
    package[draw(arrays(bool, shape[0]))] = -1
    own, theirs = (draw(arrays(float, shape, elements=GAINS)) for _ in range(2))
    own = np.sort(own, axis=1)[:, ::-1]
    return Guessed(package, own, theirs, (np.full(shape[0], 0.5), np.full(shape[0], 0.25)))


def good(guess: Guessed, world: int) -> list[int]:
    """Give the columns of packages that nobody loses by."""
    worth = zip(guess.package[world], guess.own[world], guess.theirs[world], strict=True)
    return [k for k, (p, a, b) in enumerate(worth) if p >= 0 and a >= 0 and b >= 0]


def first(guess: Guessed, world: int, among: list[int], score: Any) -> int:
    """Give the first package of those with the largest score; -1 of none."""
    return int(guess.package[world, max(among, key=lambda k: (score[k], -k))]) if among else -1


@given(guesses())
def test_solutions_are_the_best_of_what_both_gain_by(guess: Guessed) -> None:
    for world in range(len(guess.package)):
        own, theirs, among = guess.own[world], guess.theirs[world], good(guess, world)
        assert guess.solution("nash")[world] == first(guess, world, among, own * theirs)
        least = np.minimum(own, theirs)
        assert guess.solution("egalitarian")[world] == first(guess, world, among, least)
        points = np.stack([own, theirs], axis=1)[among]
        best = kalai_smorodinsky(points, np.zeros(2)) if among else -1
        expected = guess.package[world, among[best]] if among else -1
        assert guess.solution("kalai_smorodinsky")[world] == expected


def test_ideals_are_those_of_packages_by_which_nobody_loses() -> None:
    """A package of 8 and -1 would halve the shares of the own side: 4 and 1 would be taken."""
    own, theirs = np.array([[8.0, 4, 2, 1]]), np.array([[-1.0, 1, 3, 4]])
    guess = Guessed(np.arange(4)[None], own, theirs, (np.zeros(1),) * 2)
    assert guess.solution("kalai_smorodinsky") == [2]
    swapped = Guessed(np.arange(4)[None], theirs[:, ::-1], own[:, ::-1], (np.zeros(1),) * 2)
    assert swapped.solution("kalai_smorodinsky") == [1]


@given(guesses(), st.floats(0, 2.5))
def test_what_suits_the_other_side_is_worth_what_is_asked_to_the_own(
    guess: Guessed, wanted: float
) -> None:
    found = guess.suiting(np.full(len(guess.package), wanted))
    for world, package in enumerate(found.tolist()):
        among = [k for k in good(guess, world) if guess.own[world, k] >= wanted - 0.5]
        assert package == first(guess, world, among, guess.theirs[world])


@given(guesses(), st.floats(-1, 2.5))
def test_what_grants_the_other_side_something_is_the_best_for_the_own(
    guess: Guessed, wanted: float
) -> None:
    found = guess.granting(np.full(len(guess.package), wanted))
    for world, package in enumerate(found.tolist()):
        among = [k for k in good(guess, world) if guess.theirs[world, k] >= wanted - 0.25]
        assert package == first(guess, world, among, guess.own[world])


@given(guesses(), st.floats(-1, 8))
def test_what_beats_a_product_is_the_best_for_the_own(guess: Guessed, product: float) -> None:
    found = guess.beating(np.full(len(guess.package), product))
    for world, package in enumerate(found.tolist()):
        own, theirs = guess.own[world], guess.theirs[world]
        among = [k for k in good(guess, world) if own[k] * theirs[k] > product]
        assert package == first(guess, world, among, own)


def test_another_solution_is_not_there() -> None:
    guess = Guessed(np.zeros((1, 1), int), np.ones((1, 1)), np.ones((1, 1)), (np.ones(1),) * 2)
    with pytest.raises(ValueError, match="there is no solution 'utilitarian'; there is nash"):
        guess.solution("utilitarian")

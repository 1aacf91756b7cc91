import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chance.luck import uniforms

pytestmark = pytest.mark.fast


@given(seed=st.integers(0, 2**40), first=st.integers(0, 1000), worlds=st.integers(1, 50))
def test_row_k_is_world_k_whatever_the_batch(seed: int, first: int, worlds: int) -> None:
    together = uniforms(seed, "east:east", "luck", first + worlds, n=6)
    part = uniforms(seed, "east:east", "luck", worlds, first=first, n=6)
    np.testing.assert_array_equal(part, together[first:])


def test_streams_of_other_owners_purposes_turns_and_seeds_differ() -> None:
    base = uniforms(1, "a", "luck", 100)
    for other in (
        uniforms(2, "a", "luck", 100),
        uniforms(1, "b", "luck", 100),
        uniforms(1, "a", "uniform", 100),
        uniforms(1, "a", "luck", 100, turn=1),
    ):
        assert not np.array_equal(base, other)


def test_columns_of_one_page_do_not_depend_on_how_many_are_asked() -> None:
    np.testing.assert_array_equal(
        uniforms(1, "a", "x", 9, n=3), uniforms(1, "a", "x", 9, n=7)[:, :3]
    )


def test_uniforms_are_uniform() -> None:
    drawn = uniforms(7, "a", "x", 40_000, n=4)
    assert drawn.min() >= 0
    assert drawn.max() < 1
    counts, _ = np.histogram(drawn, bins=20, range=(0, 1))
    expected = drawn.size / 20
    chi_square = float(((counts - expected) ** 2 / expected).sum())
    assert chi_square < 43.8  # 99.9 % of chi-square with 19 degrees of freedom

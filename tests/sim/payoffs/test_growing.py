"""Arrays that grow: what they hold, and memory that is used again only if nobody reads it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs import growing
from sim.payoffs.growing import Columns, Growing

pytestmark = pytest.mark.fast


@pytest.fixture(autouse=True)
def nothing_spare(monkeypatch):
    monkeypatch.setattr(growing, "_LEAST_SPARE", 1000)
    growing._spare.clear()
    yield
    growing._spare.clear()


@given(st.lists(st.integers(0, 40), max_size=12))
def test_rows_stand_in_the_order_in_which_they_came(sizes):
    array, numbers = Growing(np.int32, 3), iter(range(10_000))
    expected = []
    for size in sizes:
        rows = [[next(numbers)] * 3 for _ in range(size)]
        expected += rows
        array.append(np.array(rows, dtype=np.int32).reshape(size, 3))
        assert array.rows.tolist() == expected
        assert len(array) == len(expected)


def test_memory_is_used_again():
    array = Growing(np.int64)
    array.append(np.arange(1000))
    place = array._piece.__array_interface__["data"][0]
    del array
    other = Growing(np.int32)
    other.append(np.arange(1500, dtype=np.int32))
    assert other._piece.__array_interface__["data"][0] == place
    assert other.rows.tolist() == list(range(1500))


def test_memory_that_somebody_reads_is_not_used_again():
    array = Growing(np.int64)
    array.append(np.arange(1000))
    seen = array.rows[5:10]
    array.append(np.arange(5000))
    del array
    for _ in range(3):
        other = Growing(np.int64)
        other.append(np.full(1000, -1))
        other.append(np.full(6000, -1))
    assert seen.tolist() == [5, 6, 7, 8, 9]


def test_no_more_is_kept_than_agreed(monkeypatch):
    monkeypatch.setattr(growing, "_MOST_SPARE", 10_000)
    for _ in range(3):
        array = Growing(np.int64)
        array.append(np.arange(1000))
        other = Growing(np.int64)
        other.append(np.arange(1000))
        del array, other
    assert sum(piece.size for piece in growing._spare) == 8000


def test_small_memory_is_left_to_the_allocator():
    for _ in range(3):
        array = Growing(np.int64)
        array.append(np.arange(100))
        del array
    assert not growing._spare


def test_columns_grow_together():
    columns = Columns("a", "b")
    columns.append(a=np.arange(3), b=np.arange(3) * 2)
    columns.append(a=np.arange(2), b=np.zeros(2))
    assert len(columns) == 5
    assert columns["b"].tolist() == [0, 2, 4, 0, 0]
    columns["a"][1] = 7
    assert columns["a"].tolist() == [0, 7, 2, 0, 1]

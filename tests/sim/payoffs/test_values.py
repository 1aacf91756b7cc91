"""What values are kept in, and runs of worlds that are alike."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs.tradeoffs import chosen, once
from sim.payoffs.values import Growing, repeated, runs

pytestmark = pytest.mark.fast


@given(st.lists(st.integers(0, 40), max_size=12))
def test_rows_stand_in_the_order_in_which_they_came(sizes):
    array, numbers = Growing(np.int32, 3), iter(range(10_000))
    expected = []
    for size in sizes:
        rows = [[next(numbers)] * 3 for _ in range(size)]
        expected += rows
        array.append(np.array(rows, dtype=np.int32).reshape(size, 3))
        assert array.rows.tolist() == expected
        assert array.rows.flags.c_contiguous
        assert len(array) == len(expected)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1))))
def test_the_first_of_every_run_stands_for_it(worlds: list[tuple[int, int]]) -> None:
    columns = np.array(worlds, dtype=np.int64).reshape(-1, 2).T
    some, run = runs(*columns)
    alike = [list(group) for _, group in groupby(range(len(worlds)), key=lambda k: worlds[k])]
    assert some.tolist() == [group[0] for group in alike]
    assert run.tolist() == [n for n, group in enumerate(alike) for _ in group]
    assert repeated(columns.T[some], run).tolist() == [list(world) for world in worlds]


@given(st.integers(1, 4), st.integers(0, 3))
def test_rows_that_are_repeated_are_looked_at_once(worlds: int, width: int) -> None:
    row = np.arange(width)
    assert once(np.broadcast_to(row, (worlds, width))).tolist() == [row.tolist()]
    several = np.arange(worlds * 3).reshape(worlds, 3)
    assert once(several).tolist() == several.tolist()
    assert once(several[:0]).size == 0


@given(st.integers(0, 4), st.integers(1, 3), st.booleans(), st.data())
def test_of_every_row_one_column_is_chosen(
    worlds: int, width: int, alike: bool, data: st.DataObject
) -> None:
    one = np.arange(100, 100 + width)
    several = np.arange(worlds * width).reshape(worlds, width)[:, ::-1]
    array = np.broadcast_to(one, several.shape) if alike else several
    column = np.array(data.draw(st.lists(st.integers(0, width - 1), min_size=worlds,
                                         max_size=worlds)), dtype=np.int64)  # fmt: skip
    assert chosen(array, column).tolist() == array[np.arange(worlds), column].tolist()

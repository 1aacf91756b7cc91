"""Arrays that grow: what they hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs.growing import Growing

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

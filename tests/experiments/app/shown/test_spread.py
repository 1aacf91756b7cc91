"""The spread of payoffs: every value is counted once, whatever the values are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.app.shown import spread


@pytest.mark.fast
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=60))
def test_every_value_is_counted_once(values: list[float]) -> None:
    rows = spread.rows(values)
    assert sum(row["worlds"] for row in rows) == len(values)
    assert all(row["low"] < row["high"] for row in rows)
    assert rows[0]["low"] <= min(values) + 1e-6
    assert rows[-1]["high"] >= max(values) - 1e-6


@pytest.mark.fast
def test_values_that_differ_only_by_rounding_are_one_class() -> None:
    assert [row["worlds"] for row in spread.rows([0.1 + 0.2, 0.3, 0.3])] == [3]


@pytest.mark.fast
def test_the_person_is_marked_on_the_same_axis() -> None:
    bars, rule = spread.spec(-3.1, "payoff of East, payoff points")["layer"]
    assert rule["data"]["values"] == [{"low": -3.1}]
    assert bars["encoding"]["x"]["title"] == rule["encoding"]["x"]["title"]

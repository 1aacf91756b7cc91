"""Numbers that are packed into integers: their widths are said, and guarded in a sentence."""

from math import prod

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Scenario, negotiate
from sim.errors import ConfigError
from sim.kernels import order
from sim.payoffs.tables import GRID_BITS, WIDTH, Payoffs
from sim.protocol.issues import MOST_PACKAGES, PACKAGE_BITS

FLOORS = {
    "name": "election_driven",
    "election": {"uniform": [0.2, 0.9]},
    "premium": {"uniform": [0.1, 0.9]},
    "inner": {"name": "boulware", "exponent": {"uniform": [0.1, 0.9]}},
}


def test_a_talk_with_too_many_packages_is_told() -> None:
    alike = (np.zeros(1), np.zeros(1))
    with pytest.raises(
        ConfigError, match=r"^levels: 4,196,352 packages; a talk has at most 4,194,"
    ):
        Scenario.bilateral({"a": 2049, "b": 2048}, alike, ("linear", "linear"), 5)


def test_the_last_packages_of_the_largest_talk_are_sorted_beside_the_widest_values() -> None:
    """A key of a value and a package keeps both apart, at the ends of both."""
    assert PACKAGE_BITS == order.PACKAGE_BITS
    assert MOST_PACKAGES * 2 * order.OFFSET < 1 << 63
    parts = np.array([0, 1, *range(MOST_PACKAGES - 6, MOST_PACKAGES)], dtype=np.int32)
    most = 1 << GRID_BITS
    worth = [most, -most, most, -most, 0, most - 1, 1 - most, most]
    states = np.zeros((1, 1 + MOST_PACKAGES), dtype=np.int32)
    states[0, 1 + parts] = worth
    rise = np.empty((1, len(parts)), dtype=np.int32)
    order.sort(states, 0, parts, 1, rise, np.empty((2, 8), np.int64), np.empty(16, np.int64))
    assert rise[0].tolist() == parts[np.lexsort((parts, worth))].tolist()


@pytest.mark.nightly
def test_the_largest_talk_is_played_as_a_smaller_one_is() -> None:
    """The last packages of the largest space are worth most: a hardliner offers the very best."""
    levels = {"a": 2048, "b": 2048}
    worth = {"a": np.arange(2048.0), "b": np.arange(2048.0) / 4000}
    game = Scenario.bilateral(levels, (worth, worth), ("hardliner", "hardliner"), 3)
    assert game.talks[0].space.size == MOST_PACKAGES
    assert (negotiate(game, 3).to_frame()["package"] == MOST_PACKAGES - 1).all()


@given(st.integers(1, 12), st.integers(1, 200), st.integers(1, 400), st.data())
def test_what_lies_outside_a_talk_is_told_apart_or_refused(
    talks: int, heads: int, draws: int, data: st.DataObject
) -> None:
    sizes = [data.draw(st.integers(1, heads)) for _ in range(talks)]
    names = tuple(f"t{k}" for k in range(talks))
    countries = ("hub", *names)
    empty = [np.zeros((1, 1 + size)) for size in sizes]
    made = {
        "main": tuple(
            tuple(np.broadcast_to(e, (draws, e.shape[1])) for e in empty) for _ in countries
        ),
        "tail": tuple(tuple(np.zeros((draws, 1)) for _ in sizes) for _ in countries),
    }
    most = max(prod(1 + s for k, s in enumerate(sizes) if k != i) for i in range(talks))
    if most * draws >= 1 << WIDTH:
        with pytest.raises(ConfigError, match=r"^talks: what can be outside of"):
            Payoffs(countries, names, tuple(sizes), (1,) * talks, **made)
        return
    payoffs = Payoffs(countries, names, tuple(sizes), (1,) * talks, **made)
    luck = np.random.default_rng(talks)
    states = [luck.integers(0, 1 + size, 20) for size in sizes]
    last = [np.full(1, size) for size in sizes]
    for talk in range(talks):
        for given_ in (states, last):
            code = payoffs.encode(talk, given_)
            assert (code >= 0).all()
            assert (code * draws + draws - 1 >= code).all()
            found, step, _ = payoffs.decode(talk, code)
            assert all((found[j] == given_[j]).all() for j in range(talks) if j != talk)
            assert (np.asarray(step) == 0).all()


@pytest.mark.nightly
def test_twenty_thousand_worlds_with_floors_of_their_own() -> None:
    luck = np.random.default_rng(3)
    tables = [luck.normal(size=(300, 600)) for _ in range(2)]
    nested = {"name": "election_driven", "premium": {"uniform": [0, 0.8]}, "inner": FLOORS}
    game = Scenario.bilateral({"a": 30, "b": 20}, tuple(tables), (nested, nested), 20)
    frame = negotiate(game, 20_000, 2).to_frame()
    assert len(frame) == 20_000
    part = negotiate(game, 50, 2, first=19_950).to_frame()
    pd.testing.assert_frame_equal(frame.tail(50).reset_index(drop=True), part)

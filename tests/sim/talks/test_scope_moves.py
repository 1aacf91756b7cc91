"""What could be agreed: a wider scope never shrinks it; closed forms are in `tests.theory`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs.menu import PACKAGE, Menus
from sim.payoffs.values import Situations
from tests.generators import payoffs, rules

pytestmark = pytest.mark.fast


@given(st.data())
def test_with_free_review_a_wider_scope_never_shrinks_the_feasible_set(
    data: st.DataObject,
) -> None:
    talk = data.draw(rules("east"))
    values = data.draw(payoffs([talk]))
    every = (1 << len(talk.space.measures)) - 1
    wide = data.draw(st.integers(0, every))
    narrow = wide & data.draw(st.integers(0, every))
    none = np.zeros(1, dtype=np.int64)
    feasible = [set(range(talk.space.size)), set(range(talk.space.size))]
    for country in (0, 1):
        seat = Situations(values, country, 0)
        menus = Menus(seat, talk.space, talk.signable)
        asked = np.repeat(seat.find(none, none), 2), np.array([narrow, wide])
        less, more = menus.best(*asked)[0]
        assert less <= more
        for k, (start, stop) in enumerate(zip(*menus.whole(*asked), strict=True)):
            feasible[k] &= {*(menus.keys[start:stop] & PACKAGE).tolist()}
    assert feasible[0] <= feasible[1]
    gain = [values.payoff(none, [np.array([p])]) - values.payoff(none, [none - 1])
            for p in feasible[1]]  # fmt: skip
    assert all((pair >= -1e-6).all() for pair in gain)

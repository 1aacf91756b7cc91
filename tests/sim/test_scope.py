"""What could be agreed: a wider scope never shrinks it, a review cost may."""

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.docket import mask
from sim.frontier import nash
from sim.outcomes import Issue, OutcomeSpace
from sim.rankings import PACKAGE, Rankings, Situations
from tests.generators import payoffs, rules

pytestmark = pytest.mark.fast

MEASURES = ("cars", "parts", "metals", "suspended", "baseline")
SPACE = OutcomeSpace(
    (
        *(Issue(name, "measure", (25, 15, 0)) for name in MEASURES[:3]),
        Issue("suspended", "measure", (14, 7, 0)),
        Issue("baseline", "measure", (10, 5, 0)),
        Issue("pledge", "concession", (0, 0.25, 0.5, 0.75, 1)),
    )
)
TOP = np.array([issue.levels[0] for issue in SPACE.measures])
CUTS = 1 - np.array([[SPACE.decode(p)[m] for m in MEASURES] for p in range(SPACE.size)]) / TOP
PLEDGE = np.array([SPACE.decode(p)["pledge"] for p in range(SPACE.size)])
HUB = np.array((0.3, 0.1, 0.25, 0.05, 0.3))
PARTNER = np.array((0.4, 0.15, 0.1, 0.2, 0.15))


def agreeable(scope: Iterable[str], cost: float = 0.0) -> tuple[int, int, float]:
    """Give the sizes of menu and agreement zone, and the largest product of gains."""
    menu = SPACE.menu(mask(scope, MEASURES), np.ones(SPACE.size, dtype=bool))
    hub = 0.45 * PLEDGE - CUTS @ HUB - cost * len(tuple(scope))
    points = np.column_stack([hub, CUTS @ PARTNER - 0.25 * PLEDGE])[menu].round(12)
    best = nash(points, np.zeros(2))
    product = float(points[best].prod()) if best >= 0 else 0.0
    return len(menu), int((points >= 0).all(axis=1).sum()), product


@pytest.mark.parametrize(
    ("scope", "menu", "zone", "product"),
    [
        (("suspended",), 15, 5, 0.013125),
        (("cars", "suspended"), 45, 17, 0.035),
        (("cars", "parts", "suspended"), 135, 52, 0.0468),
        (MEASURES, 1215, 158, 0.0468),
    ],
)
def test_a_wider_scope_adds_to_what_can_be_agreed(
    scope: tuple[str, ...], menu: int, zone: int, product: float
) -> None:
    assert agreeable(scope) == (menu, zone, pytest.approx(product))


@pytest.mark.parametrize(
    ("cost", "zone", "product"),
    [
        (0.005, 132, 0.0403),
        (0.01, 108, 0.0338),
        (0.02, 67, 0.0238),
        (0.03, 37, 0.0153),
        (0.04, 18, 0.01),
        (0.05, 9, 0.005),
        (0.06, 4, 0.0006),
        (0.072, 1, 0.0),
        (0.0721, 0, 0.0),
    ],
)
def test_a_review_cost_shrinks_what_the_package_rule_leaves(
    cost: float, zone: int, product: float
) -> None:
    assert agreeable(MEASURES, cost)[1:] == (zone, pytest.approx(product, abs=1e-9))


@pytest.mark.parametrize(
    ("cost", "price"), [(0.0, 0.0), (0.01, 0.13333333), (0.02, 0.23717949), (0.03, 0.4)]
)
def test_the_price_of_the_rule_is_what_its_reviews_cost(cost: float, price: float) -> None:
    scopes = [s for n in range(6) for s in combinations(MEASURES, n)]
    free = max(agreeable(scope, cost)[2] for scope in scopes)
    assert 1 - agreeable(MEASURES, cost)[2] / free == pytest.approx(price, abs=1e-8)


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
        ranked = Rankings(seat, talk.space, talk.signable)
        found = ranked.find(np.repeat(seat.find(none, none), 2), np.array([narrow, wide]))
        assert ranked.best_value[found[0]] <= ranked.best_value[found[1]]
        for k, row in enumerate(found):
            keys = ranked.keys[ranked.start[row] : ranked.stop[row]]
            feasible[k] &= {*(keys & PACKAGE).tolist()}
    assert feasible[0] <= feasible[1]
    gain = [values.payoff(none, [np.array([p])]) - values.payoff(none, [none - 1])
            for p in feasible[1]]  # fmt: skip
    assert all((pair >= -1e-6).all() for pair in gain)

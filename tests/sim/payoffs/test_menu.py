"""Every search of the rankings against a plain loop over the menu."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs.menu import Rankings
from sim.payoffs.tables import Payoffs
from sim.payoffs.values import Situations
from sim.protocol.issues import Issue, OutcomeSpace

pytestmark = pytest.mark.fast

SPACE = OutcomeSpace(
    (
        Issue("cars", "measure", (25, 15, 0)),
        Issue("metals", "measure", (25, 0)),
        Issue("pledge", "concession", (0, 200, 400)),
    )
)
RANGES = OutcomeSpace(SPACE.issues, "ranges")
SIGNABLE = np.arange(SPACE.size) > 0
OTHER = OutcomeSpace((Issue("cars", "measure", (25, 0)),))


def payoffs(seed: int, draws: int = 3, coarse: bool = False, touch: float = 1.0) -> Payoffs:
    rng = np.random.default_rng(seed)

    def table(*shape: int) -> np.ndarray:
        drawn = rng.normal(size=shape)
        return np.round(drawn) if coarse else drawn

    heads, tails = (6, 2), (3, 1)
    main = tuple(tuple(table(draws, 1 + h) for h in heads) for _ in range(3))
    tail = tuple(tuple(table(draws, t) for t in tails) for _ in range(3))
    cross = touch * table(2, 2, 7, 3)
    cross[:, :, 0], cross[:, :, :, 0] = 0, 0
    return Payoffs(
        ("hub", "east", "west"),
        ("east", "west"),
        heads,
        tails,
        main,
        tail,
        {(0, 1): (cross, 2 * cross, 0 * cross)} if touch else {},
        tuple(rng.random((draws, 2)) for _ in range(3)),
        np.arange(draws) % 2,
    )


def plain(p: Payoffs, situations: Situations, draw: int, other: int, opened: int) -> dict:
    """Rank a menu with a loop; values in grid steps."""
    values = {}
    own, same = p.parts(0, 0, np.array([draw]), np.array([other]))
    worth = [round(value / situations.grid) + round(same[0] / situations.grid) for value in own[0]]
    for package in range(SPACE.size):
        head = worth[1 + package // 3]
        tail = round(p.tail[0][0][draw, package % 3] / situations.grid)
        touched = int(SPACE.lowered[package])
        if package and touched & ~opened == 0:
            values[package] = head + tail
    return {
        "values": values,
        "ranked": sorted(values, key=lambda a: (values[a], a)),
        "none": worth[0],
    }


def apart(space: OutcomeSpace, a: int, b: int) -> Fraction:
    """Count level steps, or add shares of ranges, issue by issue."""
    total = Fraction(0)
    for issue, one, two in zip(space.issues, space.levels[a], space.levels[b], strict=True):
        if space.metric == "levels":
            total += abs(int(one) - int(two))
        else:
            gap = abs(Fraction(issue.levels[one]) - Fraction(issue.levels[two]))
            total += gap / (Fraction(max(issue.levels)) - Fraction(min(issue.levels)))
    return total


@given(
    seed=st.integers(0, 500),
    coarse=st.booleans(),
    draw=st.integers(0, 2),
    other=st.integers(0, 2),
    opened=st.integers(0, 3),
    share=st.floats(-0.2, 1.2),
    package=st.integers(-1, 17),
    uniform=st.floats(0, 1, exclude_max=True),
    touch=st.sampled_from([0.0, 0.02, 1.0]),
    space=st.sampled_from([SPACE, RANGES]),
)
def test_searches_equal_a_plain_loop(
    seed: int,
    coarse: bool,
    draw: int,
    other: int,
    opened: int,
    share: float,
    package: int,
    uniform: float,
    touch: float,
    space: OutcomeSpace,
) -> None:
    """Talks that do not touch each other share orders, those that hardly do nearly so."""
    p = payoffs(seed, coarse=coarse, touch=touch)
    situations = Situations(p, 0, 0)
    rankings = Rankings(situations, space, SIGNABLE)
    rankings.find(situations.find(np.array([1, 2]), np.array([0, 1])), np.array([3, 1]))
    rows = rankings.find(situations.find(np.array([draw]), np.array([other])), np.array([opened]))
    loop = plain(p, situations, draw, other, opened)
    values, none = loop["values"], loop["none"]
    good = [a for a in loop["ranked"] if values[a] >= none]
    every = list(values.values()) or [none]
    low = int(min(every) + share * (max(every) - min(every)))
    high = low + (max(every) - min(every)) // 5

    top = max((values[a] for a in good), default=none)
    best = min((a for a in good if values[a] == top), default=-1)
    assert rankings.best_value[rows].tolist() == [top]
    assert rankings.best_package[rows].tolist() == [best]

    cheapest = next((a for a in good if values[a] >= low), best)
    assert rankings.at_least(rows, np.array([low])).tolist() == [cheapest]

    band = [a for a in good if low <= values[a] <= high]
    near = cheapest
    if package >= 0 and band:
        near = min(band, key=lambda a: (apart(space, a, package), band.index(a)))
    found = rankings.near(rows, np.array([low]), np.array([high]), np.array([package]))
    assert found.tolist() == [near]

    if package in values:
        worse = [a for a in good if (values[a], a) < (values[package], package)]
        expected = worse[-1] if worse else -1
        assert rankings.below(rows, np.array([package])).tolist() == [expected]

    drawn = good[int(uniform * len(good))] if good else -1
    assert rankings.among(rows, np.array([uniform])).tolist() == [drawn]


def test_rows_do_not_depend_on_what_was_ranked_before() -> None:
    p = payoffs(5)
    draws, others = np.array([0, 1, 2, 0]), np.array([0, 2, 1, 0])
    opened = np.array([3, 1, 2, 3])
    together, alone = Situations(p, 0, 0), Situations(p, 0, 0)
    one, two = Rankings(together, SPACE, SIGNABLE), Rankings(alone, SPACE, SIGNABLE)
    rows = one.find(together.find(draws, others), opened)
    assert rows[0] == rows[3]
    for k in reversed(range(4)):
        some = slice(k, k + 1)
        row = two.find(alone.find(draws[some], others[some]), opened[some])
        assert one.best_package[rows[k]] == two.best_package[row[0]]
        for value in range(-3, 3):
            wanted = np.array([value * 2**24])
            assert one.at_least(rows[some], wanted) == two.at_least(row, wanted)


def test_an_empty_menu_passes_everywhere() -> None:
    situations = Situations(payoffs(1), 0, 0)
    space = OutcomeSpace(SPACE.issues[:2])
    rankings = Rankings(situations, space, np.arange(space.size) > 0)
    situations.tails = 1
    rows = rankings.find(situations.find(np.array([0]), np.array([0])), np.array([0]))
    assert rankings.best_package[rows].tolist() == [-1]
    assert rankings.at_least(rows, np.array([-(2**24)])).tolist() == [-1]
    assert rankings.among(rows, np.array([0.5])).tolist() == [-1]
    assert rankings.below(rows, np.array([0])).tolist() == [-1]


def test_values_add_up_to_the_payoff_of_the_end_state() -> None:
    p = payoffs(3)
    draws = np.array([0, 1, 2])
    packages = [np.array([4, -1, 17]), np.array([1, 0, -1])]
    total = p.payoff(draws, packages)
    states = p.states(packages)
    for c in range(3):
        row = p.row(c, 0, draws, p.encode(0, states))
        own = row[np.arange(3), states[0]]
        own = own + np.where(packages[0] >= 0, p.tail[c][0][draws, packages[0] % 3], 0)
        given = np.where(packages[1] >= 0, p.tail[c][1][draws, 0], 0)
        np.testing.assert_allclose(own + given, total[c])


def test_situations_that_are_alike_share_their_order() -> None:
    draws, outlooks = np.zeros(3, dtype=np.int64), np.arange(3)
    for touch, orders in ((0.0, 1), (0.02, 1), (1.0, 3)):
        situations = Situations(payoffs(5, touch=touch), 0, 0)
        rankings = Rankings(situations, SPACE, SIGNABLE)
        rankings.find(situations.find(draws, outlooks), np.full(3, 3))
        assert rankings.rows == 3
        assert len(set(situations.facts["base"])) == orders


def test_an_order_is_sorted_from_the_top_as_far_as_searches_ask() -> None:
    situations = Situations(payoffs(5), 0, 0)
    rankings = Rankings(situations, SPACE, SIGNABLE)
    rows = rankings.find(situations.find(np.array([0]), np.array([0])), np.array([3]))
    sizes = [rankings.size]
    rankings.at_least(rows, rankings.best_value[rows])
    sizes.append(rankings.size)
    rankings.at_least(rows, np.array([-(2**25)]))
    sizes.append(rankings.size)
    assert sizes[0] == sizes[1] < sizes[2]
    assert sizes[0] - 1 < SPACE.size

"""Every search of a menu against a plain loop over its packages."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs import menu as rankings
from sim.payoffs.menu import PACKAGE, Menus
from sim.payoffs.tables import Payoffs
from sim.payoffs.values import Situations
from sim.protocol.issues import Issue, OutcomeSpace

pytestmark = pytest.mark.fast

SPACE = OutcomeSpace(
    (
        Issue("cars", "measure", (25, 15, 5, 0)),
        Issue("metals", "measure", (25, 10, 0)),
        Issue("parts", "measure", (25, 0)),
        Issue("pledge", "concession", (0, 200, 400)),
        Issue("access", "concession", (0, 1, 3)),
    )
)
RANGES = OutcomeSpace(SPACE.issues, "ranges")
HEADS, TAILS = SPACE.parts
EVERY = 7


def payoffs(
    seed: int, draws: int = 3, coarse: bool = False, touch: float = 1.0, alone: bool = False
) -> Payoffs:
    """Give two talks; `alone`: a tariff part is a whole package, as in a given table."""
    rng = np.random.default_rng(seed)

    def table(*shape: int) -> np.ndarray:
        drawn = rng.normal(size=shape)
        return np.round(drawn) if coarse else drawn

    heads, tails = ((SPACE.size, 2), (1, 1)) if alone else ((HEADS, 2), (TAILS, 1))
    main = tuple(tuple(table(draws, 1 + h) for h in heads) for _ in range(3))
    tail = tuple(tuple(table(draws, t) for t in tails) for _ in range(3))
    cross = touch * table(2, 2, 1 + heads[0], 3)
    cross = np.round(4 * cross) / 4 if coarse else cross
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


def plain(
    p: Payoffs, grid: float, where: tuple[int, int], allowed: np.ndarray, opened: int, needed: int
) -> tuple[dict[int, int], int]:
    """Value a menu with a loop, in grid steps; and no deal."""
    draw, other = where
    own, same = p.parts(0, 0, np.array([draw]), np.array([other]))
    worth = [round(value / grid) + round(same[0] / grid) for value in own[0]]
    values, tails = {}, p.tails[0]
    for package in range(SPACE.size):
        touched = int(SPACE.lowered[package])
        if allowed[package] and touched & ~opened == 0 and needed & ~touched == 0:
            given = round(p.tail[0][0][draw, package % tails] / grid)
            values[package] = worth[1 + package // tails] + given
    return values, worth[0]


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


def evenly(listed: list[int], count: int) -> list[int]:
    last = len(listed) - 1
    return [listed[(last * ((k << 20) // max(count - 1, 1))) >> 20] for k in range(count)]


def bands(seed: int, values: dict[int, int], none: int) -> list[tuple[int, int, int]]:
    """Draw bands that begin and end at, or just beside, the value of a package; and others."""
    rng = np.random.default_rng(seed)
    worth = np.array([none, *values.values()])
    low, high = np.sort(worth[rng.integers(0, len(worth), (2, 12))], axis=0)
    low, high = low + rng.integers(-1, 2, 12), high + rng.integers(-1, 2, 12)
    others = rng.integers(0, SPACE.size, 12)
    return list(zip(low.tolist(), high.tolist(), others.tolist(), strict=True))


@given(
    seed=st.integers(0, 10_000),
    coarse=st.booleans(),
    draw=st.integers(0, 2),
    other=st.integers(0, 2),
    opened=st.one_of(st.just(EVERY), st.integers(0, EVERY)),
    demanded=st.sampled_from([0, 0, 1, 2, 4, 5]),
    cuts=st.sampled_from([(0, 0), (0, 0), (3, 1), (5, 0), (6, 6)]),
    barred=st.sampled_from([0.0, 0.0, 0.2, 0.8]),
    phase=st.integers(0, 1),
    share=st.floats(-0.2, 1.2),
    width=st.floats(0, 0.5),
    package=st.integers(-1, SPACE.size - 1),
    uniform=st.floats(0, 1, exclude_max=True),
    touch=st.one_of(st.just(0.0), st.floats(0.02, 0.5)),
    space=st.sampled_from([SPACE, RANGES]),
    alone=st.booleans(),
    measured=st.booleans(),
)
def test_searches_equal_a_plain_loop(
    seed: int,
    coarse: bool,
    draw: int,
    other: int,
    opened: int,
    demanded: int,
    cuts: tuple[int, int],
    barred: float,
    phase: int,
    share: float,
    width: float,
    package: int,
    uniform: float,
    touch: float,
    space: OutcomeSpace,
    alone: bool,
    measured: bool,
) -> None:
    """Talks that do not touch each other share tables; the others have their own."""
    p = payoffs(seed, coarse=coarse, touch=touch, alone=alone)
    allowed = np.random.default_rng(seed).random((2, space.size)) >= barred
    allowed[:, 0] = False
    situations = Situations(p, 0, 0)
    menus = Menus(situations, space, allowed, cuts[0])
    menus.best(situations.find(np.array([1, 2]), np.array([0, 1])), np.array([3, 1]))
    number = situations.find(np.array([draw]), np.array([other]))
    where = number, np.array([opened | cuts[1] << 3 | demanded << 6 | phase << 9])
    needed = demanded | cuts[0] & ~cuts[1]
    values, none = plain(p, situations.grid, (draw, other), allowed[phase], opened, needed)
    ranked = sorted(values, key=lambda a: (values[a], a))
    good = [a for a in ranked if values[a] >= none]
    every = list(values.values()) or [none]
    low = int(min(every) + share * (max(every) - min(every)))
    high = low + int(width * (max(every) - min(every)))

    top = max((values[a] for a in good), default=none)
    best = min((a for a in good if values[a] == top), default=-1)
    found = menus.best(*where)
    assert (found[0].item(), found[1].item()) == (top, best)

    cheapest = next((a for a in good if values[a] >= low), best)
    given_, least = np.array([best]), np.array([low])
    assert menus.at_least(*where, given_, least).tolist() == [cheapest]

    band = [a for a in good if low <= values[a] <= high]
    near = cheapest
    if package >= 0 and band:
        near = min(band, key=lambda a: (apart(space, a, package), band.index(a)))
    asked = least, np.array([high]), np.array([package])
    with pytest.MonkeyPatch.context() as patch:
        if measured:
            patch.setattr(rankings, "_apart", lambda *_: None)
        assert menus.near(*where, given_, *asked).tolist() == [near]

    many = bands(seed, values, none)
    several = [np.repeat(column, len(many)) for column in (*where, given_)]
    lows, highs, others = np.array(many).T.copy()
    found = menus.at_least(*several, lows).tolist()
    nearest = menus.near(*several, lows, highs, others).tolist()
    for n, (least_, most, to) in enumerate(many):
        assert found[n] == next((a for a in good if values[a] >= least_), best)
        inside = [a for a in good if least_ <= values[a] <= most]
        wanted = found[n]
        if inside:
            wanted = min(inside, key=lambda a, to=to: apart(space, a, to))
        assert nearest[n] == wanted

    start, stop = menus.whole(*where)
    assert (menus.keys[start[0] : stop[0]] & PACKAGE).tolist() == good

    if package >= 0:
        by_rank = sorted(good, key=lambda a: (-values[a], a))
        every, _ = plain(p, situations.grid, (draw, other), np.ones(space.size, bool), EVERY, 0)
        place = -every[package], package
        worse = [a for a in by_rank if (-values[a], a) > place]
        for steps in (1, 3):
            expected = worse[steps - 1] if len(worse) >= steps else -1
            assert menus.below(*where, np.array([package]), steps).tolist() == [expected]
    assert menus.below(*where, np.array([-1])).tolist() == [-1]

    drawn = good[int(uniform * len(good))] if good else -1
    assert menus.among(*where, np.array([uniform])).tolist() == [drawn]

    (found,) = menus.spread(*where, 5).tolist()
    assert found == (evenly(good, 5)[::-1] if good else [-1] * 5)
    (found,) = menus.band(*where, *asked[:2], 4).tolist()
    usual = cheapest if any(values[a] >= low for a in good) else -1
    assert found == (evenly(band, 4) if band else [usual] * 4)

    packages = np.array([[*range(-1, space.size)]])
    told = [situations.value(np.repeat(number, len(packages[0])), packages[0])]
    worth, _ = plain(p, situations.grid, (draw, other), np.ones(space.size, bool), EVERY, 0)
    assert told[0].tolist() == [none, *(worth[a] for a in range(space.size))]
    scaled = (told[0] - situations.floor[draw]) / situations.span[draw]
    assert situations.utility(number, packages)[0].tolist() == scaled.tolist()


def test_what_was_asked_before_changes_nothing() -> None:
    p, allowed = payoffs(5), np.arange(SPACE.size) > 0
    draws, others = np.array([0, 1, 2, 0]), np.array([0, 2, 1, 0])
    opened = np.array([EVERY, 1, 2, EVERY])
    together, alone = Situations(p, 0, 0), Situations(p, 0, 0)
    one, two = Menus(together, SPACE, allowed), Menus(alone, SPACE, allowed)
    found = together.find(draws, others)
    assert found[0] == found[3]
    best = one.best(found, opened)[1]
    one.whole(found, opened)
    for k in reversed(range(4)):
        some = slice(k, k + 1)
        where = alone.find(draws[some], others[some]), opened[some]
        assert best[k] == two.best(*where)[1].item()
        for value in range(-3, 3):
            wanted = best[some], np.array([value * 2**24])
            ours = one.at_least(found[some], opened[some], *wanted)
            assert ours.tolist() == two.at_least(*where, *wanted).tolist()
        (a,), (b,) = one.whole(found[some], opened[some])
        (c,), (d,) = two.whole(*where)
        assert one.keys[a:b].tolist() == two.keys[c:d].tolist()


def test_an_empty_menu_passes_everywhere() -> None:
    situations = Situations(payoffs(1), 0, 0)
    menus = Menus(situations, SPACE, np.zeros(SPACE.size, dtype=bool))
    where = situations.find(np.array([0]), np.array([0])), np.array([0])
    value, best = menus.best(*where)
    assert value.tolist() == [situations.value(where[0], np.array([-1])).item()]
    assert best.tolist() == [-1]
    assert menus.at_least(*where, best, np.array([-(2**24)])).tolist() == [-1]
    assert menus.among(*where, np.array([0.5])).tolist() == [-1]
    assert menus.below(*where, np.array([0])).tolist() == [-1]


def test_values_add_up_to_the_payoff_of_the_end_state() -> None:
    p = payoffs(3)
    draws = np.array([0, 1, 2])
    packages = [np.array([4, -1, 17]), np.array([1, 0, -1])]
    total = p.payoff(draws, packages)
    states = p.states(packages)
    for c in range(3):
        row = p.row(c, 0, draws, p.encode(0, states))
        own = row[np.arange(3), states[0]]
        own = own + np.where(packages[0] >= 0, p.tail[c][0][draws, packages[0] % TAILS], 0)
        given = np.where(packages[1] >= 0, p.tail[c][1][draws, 0], 0)
        np.testing.assert_allclose(own + given, total[c])


def test_situations_that_are_alike_share_their_table() -> None:
    draws, outlooks = np.zeros(3, dtype=np.int64), np.arange(3)
    for touch, tables in ((0.0, 1), (0.02, 3)):
        situations = Situations(payoffs(5, touch=touch), 0, 0)
        situations.find(draws, outlooks)
        assert len(situations.facts) == 3
        assert len(situations.states) == tables

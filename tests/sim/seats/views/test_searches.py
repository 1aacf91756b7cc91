"""What a view finds on a menu, against brute force over every package."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs.frontier import egalitarian, kalai_smorodinsky, nash
from sim.payoffs.tradeoffs import first
from sim.scenario.scenario import Scenario
from sim.seats.views.sheet import Sheet
from sim.seats.views.view import SeatError
from sim.seats.views.world import WorldView
from sim.strategies.parts import Frequency
from sim.testing import make_view, pie, silent

SOLUTIONS = {"nash": nash, "kalai_smorodinsky": kalai_smorodinsky, "egalitarian": egalitarian}


@st.composite
def games(draw: Any) -> tuple[Scenario, Any]:
    """A domain of two issues with payoffs full of ties, and what no deal is worth."""
    shape = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    size = shape[0] * shape[1]
    tables = [
        np.array(draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))) for _ in range(2)
    ]
    none = tuple(draw(st.integers(-1, 6)) for _ in range(2))
    game = Scenario.bilateral(
        {"a": shape[0], "b": shape[1]}, tuple(tables), (silent(), silent()), 3, none,  # type: ignore[arg-type]
        information="complete",
    )  # fmt: skip
    return game, (tables, none)


def menu(view: Any) -> list[int]:
    """Packages worth no deal, by own utility, then number."""
    packages = np.arange(view.space.size)
    utility = view.utility(packages[None, :])[0]
    good = [p for p in packages.tolist() if utility[p] >= view.reservation[0]]
    return sorted(good, key=lambda p: (utility[p], p))


def evenly(listed: list[int], n: int) -> list[int]:
    last = len(listed) - 1
    return [listed[(last * ((k << 20) // max(n - 1, 1))) >> 20] for k in range(n)]


@given(games(), st.floats(-0.2, 1.2), st.integers(1, 9))
def test_candidates_lie_evenly_over_the_ranks_of_the_band(
    drawn: Any, target: float, n: int
) -> None:
    view = make_view(game=drawn[0])
    ranked = menu(view)
    worth = dict(zip(ranked, view.utility([ranked or [-1]])[0].tolist(), strict=False))
    band = [p for p in ranked if target - 1e-9 <= worth[p] <= target + 0.05 + 1e-9]
    found = view.candidates(target, n)[0].tolist()
    if band:
        assert found == evenly(band, n)
    else:
        assert found == [view.at_least(target).item()] * n


@given(games(), st.floats(-0.2, 1.2), st.integers(0, 9), st.floats(0, 4), st.booleans())
def test_a_band_is_so_wide_in_money_or_in_utility(
    drawn: Any, target: float, wanted: int, width: float, money: bool
) -> None:
    rules = replace(drawn[0].talks[0], in_money=money)
    view = make_view(game=replace(drawn[0], talks=(rules,)))
    ranked, package = menu(view), wanted % view.space.size
    worth = dict(zip(ranked, view.utility([ranked or [-1]])[0].tolist(), strict=False))
    scale = view._look.span.item() * view._own.situations.grid if money else 1
    inside = [
        p for p in ranked
        if worth[p] >= target - 1e-9 and (worth[p] - target) * scale <= width + 1e-9
    ]  # fmt: skip
    apart = view.space.distance.between(np.array(inside, int), np.full(len(inside), package))
    nearest = inside[int(apart.argmin())] if inside else view.at_least(target).item()
    assert view.near(target, package, width).tolist() == [nearest]
    same = make_view(game=replace(drawn[0], talks=(replace(rules, band=width),)))
    assert same.near(target, package).tolist() == [nearest]


def test_a_width_has_to_be_a_number() -> None:
    with pytest.raises(SeatError, match="a band of width nan"):
        make_view().offer_at(0.5, float("nan"))
    with pytest.raises(SeatError, match="a band of width nan"):
        WorldView(Sheet(make_view()), 0).offer_at(0.5, float("nan"))


@given(games(), st.integers(1, 30))
def test_a_spread_lies_evenly_over_all_ranks_the_best_first(drawn: Any, n: int) -> None:
    view = make_view(game=drawn[0])
    ranked = menu(view)
    found = view.spread(n)[0].tolist()
    assert found == (evenly(ranked, n)[::-1] if ranked else [-1] * n)


@given(games(), st.floats(-0.2, 1.2), st.floats(-0.1, 1.1))
def test_trade_offs_are_those_of_every_package(drawn: Any, wanted: float, product: float) -> None:
    view = make_view(game=drawn[0])
    packages = np.arange(view.space.size)
    points = np.stack([view.utility(packages[None])[0], view.their_utility(packages[None])[0]], 1)
    none = np.array([view.reservation[0], view.their_reservation[0]])
    rational = [p for p in packages.tolist() if (points[p] >= none).all()]

    def best(among: list[int], side: int) -> tuple[float, ...] | None:
        """Give the utilities of the best for a side; of several the better for the other."""
        if not among:
            return None
        return tuple(points[max(among, key=lambda p: (points[p, side], points[p, 1 - side]))])

    def told(found: Any) -> tuple[float, ...] | None:
        return None if found.item() < 0 else tuple(points[found.item()])

    assert told(view.granting(wanted)) == best([p for p in rational if points[p, 1] >= wanted], 0)
    assert told(view.suiting(wanted)) == best([p for p in rational if points[p, 0] >= wanted], 1)
    gain = np.prod(np.maximum(points - none, 0), axis=1)
    beating = [p for p in rational if gain[p] > product]
    assert told(view.tradeoffs.beating(np.array([product]))) == best(beating, 0)
    for name, solve in SOLUTIONS.items():
        index = solve(points, none)
        found = view.solution(name).item()
        assert (found >= 0) == (index >= 0)
        if index >= 0:
            assert score(name, points, none, found) == pytest.approx(
                score(name, points, none, index), abs=1e-12
            )


def score(name: str, points: Any, none: Any, package: int) -> float:
    """Give what a solution maximises."""
    gains = points - none
    rational = (gains >= 0).all(axis=1)
    if name == "nash":
        return float(np.prod(gains[package]))
    if name == "egalitarian":
        return float(gains[package].min())
    ideal = gains[rational].max(axis=0)
    return float(
        min((g / i for g, i in zip(gains[package], ideal, strict=True) if i > 0), default=1)
    )


@pytest.mark.fast
@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.data())
def test_the_first_of_a_stretch(numbers: list[int], data: st.DataObject) -> None:
    rising = np.sort(np.array(numbers, dtype=float))
    start = data.draw(st.integers(0, len(rising)))
    stop = data.draw(st.integers(start, len(rising)))
    wanted = data.draw(st.integers(-1, 10)) + 0.0
    ends = np.array([start]), np.array([stop]), np.array([wanted])
    inside = range(start, stop)
    for how, holds in (("reached", rising >= wanted), ("above", rising > wanted)):
        found = first(rising, *ends, how)  # type: ignore[arg-type]
        assert found.item() == next((k for k in inside if holds[k]), stop)
    falling = rising[::-1].copy()
    found = first(falling, *ends, "below")
    assert found.item() == next((k for k in inside if falling[k] < wanted), stop)


@pytest.mark.fast
def test_a_target_is_a_number() -> None:
    view = make_view(model=Frequency())
    for search in (view.at_least, view.offer_at, view.granting, lambda t: view.candidates(t, 3)):
        with pytest.raises(SeatError, match="asks for a package worth nan; a target has to be a"):
            search(float("nan"))


@pytest.mark.fast
def test_a_demand_is_a_share_of_the_way_from_no_deal() -> None:
    view = make_view(game=pie(3, slices=100, reservation=(20, 0)))
    assert view.demand(0.0).tolist() == [0.2]
    assert view.demand(0.5).tolist() == [pytest.approx(0.6)]
    assert view.demand(1.0).tolist() == [1.0]


@pytest.mark.fast
def test_guessed_trade_offs_are_those_of_the_packages_looked_at() -> None:
    issues = {"a": 4, "b": 4}
    tables = ({"a": [0, 1, 2, 3], "b": [0, 2, 4, 6]}, {"a": [6, 4, 2, 0], "b": [3, 2, 1, 0]})
    game = Scenario.bilateral(issues, tables, (silent(), silent()), 9)
    model = Frequency(looks=16)
    view = make_view(game=game, mine=(-1,) * 4, theirs=(0, 1, 0, 2, 0), model=model)
    every = np.arange(16)[None]
    own, theirs = view.utility(every)[0], view.their_utility(every)[0]
    assert view.solution("nash").item() == int(np.argmax(own * theirs))
    assert own[view.granting(0.9).item()] == own[theirs >= 0.9].max()
    assert theirs[view.suiting(0.6).item()] == theirs[own >= 0.6].max()
    assert not view.complete
    assert view.modelled

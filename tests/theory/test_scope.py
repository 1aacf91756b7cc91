"""What the package rule means: scope, review cost and the price of the rule, in closed form.

Five measures and a pledge; the hub's set of feasible deals is the menu of the open measures, and
every reviewed measure costs it something. All of it is the engine's own: outcome space, menu,
signable packages, payoffs, review cost, Nash point.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest

from sim.payoffs.frontier import nash, utilitarian
from sim.protocol.docket import mask
from sim.protocol.issues import Issue
from sim.scenario.scenario import Scenario
from sim.strategies import PackageOrNothing
from sim.talks.model import negotiate
from tests.theory.players import NashOfferer

pytestmark = pytest.mark.fast

MEASURES = ("auto", "parts", "metals", "suspended", "baseline")
LEVELS = ((25, 15, 0), (25, 15, 0), (25, 15, 0), (14, 7, 0), (10, 5, 0))
PLEDGE = (0, 0.25, 0.5, 0.75, 1)
HUB, PARTNER = (0.3, 0.1, 0.25, 0.05, 0.3), (0.4, 0.15, 0.1, 0.2, 0.15)
SCOPES = [scope for n in range(6) for scope in combinations(MEASURES, n)]


def situation(cost: float = 0.0, **rules: Any) -> Scenario:
    """A hub that pays for reviews, and a partner whose rule names every measure."""
    sizes = [1 - np.array(levels) / levels[0] for levels in LEVELS]
    worth = [dict(zip(MEASURES, map(np.multiply, w, sizes), strict=True)) for w in (HUB, PARTNER)]
    hub = {name: -cut for name, cut in worth[0].items()} | {"pledge": 0.45 * np.array(PLEDGE)}
    partner = worth[1] | {"pledge": -0.25 * np.array(PLEDGE)}
    said = {"scope": True, "review": MEASURES, "positions": (MEASURES, MEASURES), **rules}
    game = Scenario.bilateral(
        [
            *(
                Issue(name, "measure", levels)
                for name, levels in zip(MEASURES, LEVELS, strict=True)
            ),
            Issue("pledge", "concession", PLEDGE),
        ],
        (hub, partner),
        (NashOfferer(), PackageOrNothing(NashOfferer())),
        rounds=10,
        information="complete",
        null_deal=True,
        **said,
    )
    return replace(game, review_cost={("hub", "talk"): np.full((1, 5), cost)})


def feasible(game: Scenario, scope: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Give the menu with these measures open, and what its packages are worth to both.

    The hub has paid for the review of all of them.
    """
    (rules,) = game.talks
    opened = mask(scope, MEASURES)
    menu = rules.space.menu(opened, rules.signable)
    hub, partner = game.payoffs.payoff(np.zeros_like(menu), [menu])
    reviewed = (opened >> np.arange(5)) & 1 == 1
    paid = game.review_cost["hub", "talk"][0][reviewed].sum()
    return menu, np.column_stack([hub - paid, partner]).round(12)


def product(game: Scenario, scope: Iterable[str]) -> float:
    """Give the largest product of gains; 0 if nothing is feasible."""
    points = feasible(game, scope)[1]
    best = nash(points, np.zeros(2))
    return float(points[best].prod()) if best >= 0 else 0.0


def zone(game: Scenario, scope: Iterable[str]) -> set[int]:
    """Give the packages that are worth no deal to both."""
    menu, points = feasible(game, scope)
    return {*menu[(points >= 0).all(axis=1)].tolist()}


ROWS = {
    ("suspended",): (15, 5, 0.013125, (25, 25, 25, 0, 10, 0.5), (0.075, 0.175), 0.3),
    ("auto", "suspended"): (45, 17, 0.035, (0, 25, 25, 0, 10, 1), (0.35, 0.1), 0.45),
    ("auto", "parts", "suspended"): (135, 52, 0.0468, (15, 0, 25, 0, 10, 1), (0.26, 0.18), 0.5),
    MEASURES: (1215, 158, 0.0468, (15, 0, 25, 0, 10, 1), (0.26, 0.18), 0.5),
}


@pytest.mark.parametrize("scope", ROWS)
def test_v26_widening_the_scope_never_lowers_the_best_nash_product(scope: tuple[str, ...]) -> None:
    size, agreeable, best, package, gains, welfare = ROWS[scope]
    game = situation()
    menu, points = feasible(game, scope)
    found = nash(points, np.zeros(2))
    assert (len(menu), len(zone(game, scope))) == (size, agreeable)
    assert product(game, scope) == pytest.approx(best, abs=1e-6)
    assert tuple(game.talks[0].space.decode(menu[found]).values()) == package
    assert points[found][::-1].tolist() == pytest.approx(gains, abs=1e-6)
    assert points[utilitarian(points, np.zeros(2))].sum() == pytest.approx(welfare, abs=1e-6)


def test_v26_that_holds_for_every_scope_and_every_wider_one() -> None:
    game = situation()
    zones = {frozenset(scope): zone(game, scope) for scope in SCOPES}
    products = {frozenset(scope): product(game, scope) for scope in SCOPES}
    for narrow, wide in combinations(zones, 2):
        if narrow <= wide:
            assert zones[narrow] <= zones[wide]
            assert products[narrow] <= products[wide] + 1e-12


@pytest.mark.parametrize("test", ["by_exchange", "by_admission"])
def test_v26_the_best_fully_reviewed_package_keeps_metals_and_baseline(test: str) -> None:
    row = negotiate(situation(test=test)).to_frame().iloc[0]
    assert row["status"] == "deal"
    assert {row[f"review.{name}"] for name in MEASURES} == {"reviewed"}
    assert [row[f"rate.{name}"] for name in MEASURES] == [15, 0, 25, 0, 10]
    assert row["give.pledge"] == 1
    assert (row["payoff.partner"], row["payoff.hub"]) == pytest.approx((0.26, 0.18), abs=1e-6)


def test_v26_by_the_strictest_reading_nothing_that_is_reviewed_is_kept() -> None:
    game = situation(test="by_change")
    menu, _ = feasible(game, MEASURES)
    assert (game.talks[0].space.levels[menu, :5] > 0).all()
    assert zone(game, MEASURES) < zone(situation(), MEASURES)
    assert product(game, MEASURES) < 0.0468


COSTS = {
    0.0: (158, 0.0468),
    0.005: (132, 0.0403),
    0.01: (108, 0.0338),
    0.02: (67, 0.0238),
    0.03: (37, 0.0153),
    0.04: (18, 0.01),
    0.05: (9, 0.005),
    0.06: (4, 0.0006),
}


@pytest.mark.parametrize("cost", COSTS)
def test_v27_a_review_cost_shrinks_what_the_package_rule_leaves(cost: float) -> None:
    game = situation(cost)
    agreeable, best = COSTS[cost]
    assert len(zone(game, MEASURES)) == agreeable
    assert product(game, MEASURES) == pytest.approx(best, abs=1e-6)


def test_v27_above_a_threshold_no_deal_satisfies_the_package_rule() -> None:
    points = feasible(situation(), MEASURES)[1]
    threshold = points[points[:, 1] >= 0, 0].max() / len(MEASURES)
    assert threshold == pytest.approx(0.072, abs=1e-6)
    assert len(zone(situation(0.072), MEASURES)) == 1
    assert zone(situation(0.0721), MEASURES) == set()


def test_v27_the_agreement_zone_is_antitone_in_the_cost() -> None:
    zones = [zone(situation(cost), MEASURES) for cost in (*COSTS, 0.072, 0.0721)]
    assert all(dear < cheap for cheap, dear in pairwise(zones))


@pytest.mark.parametrize("cost", [0.0, 0.01, 0.02])
def test_v27_reviews_are_sunk_in_the_talks_and_counted_in_the_result(cost: float) -> None:
    row = negotiate(situation(cost)).to_frame().iloc[0]
    assert [row[f"rate.{name}"] for name in MEASURES] == [15, 0, 25, 0, 10], "as if it were free"
    assert row["review_cost"] == pytest.approx(5 * cost, abs=1e-9)
    assert row["payoff.hub"] == pytest.approx(0.18 - 5 * cost, abs=1e-6)
    assert row["payoff.hub"] * row["payoff.partner"] <= COSTS[cost][1] + 1e-6


PRICES = {
    0.0: (0.0468, 0.0468, 0.0),
    0.01: (0.039, 0.0338, 0.13333333),
    0.02: (0.0312, 0.0238, 0.23717949),
    0.03: (0.0255, 0.0153, 0.4),
}


@pytest.mark.parametrize("cost", PRICES)
def test_v28_the_price_of_the_rule_is_what_its_reviews_cost(cost: float) -> None:
    free, bound, price = PRICES[cost]
    game = situation(cost)
    best = max(SCOPES, key=lambda scope: product(game, scope))
    assert best == ("auto", "parts", "suspended")
    assert product(game, best) == pytest.approx(free, abs=1e-6)
    assert product(game, MEASURES) == pytest.approx(bound, abs=1e-6)
    assert 1 - product(game, MEASURES) / product(game, best) == pytest.approx(price, abs=1e-6)


@pytest.mark.parametrize("cost", PRICES)
def test_v28_naming_more_measures_never_lowers_the_price(cost: float) -> None:
    game = situation(cost)
    products = {frozenset(scope): product(game, scope) for scope in SCOPES}
    bound = {
        rule: max(best for scope, best in products.items() if rule <= scope) for rule in products
    }
    for narrow, wide in combinations(bound, 2):
        if narrow <= wide:
            assert bound[narrow] >= bound[wide]

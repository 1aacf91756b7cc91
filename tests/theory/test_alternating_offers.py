"""Alternating offers: closed forms to 1e-6; in play, the first offer that theory says."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.payoffs.frontier import nash
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.talks.model import negotiate
from tests.sim.strategies.transcripts import silent
from tests.theory.alternating import (
    Pair,
    Protocol,
    induced,
    players,
    rubinstein,
    staahl,
    with_breakdown,
    with_outside_option,
)
from tests.theory.packages import first_offer

pytestmark = pytest.mark.fast

SLICES, FINE = 1000, 20_000
STILL = silent()
"""Sits there until players are chosen."""
EXACT = dict(abs=1e-6)
A_SLICE = dict(abs=1.01 / SLICES)


def game(
    rounds: int,
    discounts: Pair = (1.0, 1.0),
    *,
    broken: Pair = (0.0, 0.0),
    option: float = 0.0,
    slices: int = SLICES,
    **rules: Any,
) -> Scenario:
    """A pie worth 1, and what is around it; package k gives the hub k slices."""
    share = np.arange(slices + 1) / slices
    base = Scenario.bilateral(
        {"share": slices + 1},
        (share, 1 - share),
        (STILL, STILL),
        rounds,
        broken,
        **{"first_mover": "hub", **rules},
    )
    around = Surroundings(discounts=dict(zip(("hub", "partner"), discounts, strict=True)))
    outside = ((np.zeros(1),), (np.full(1, option),))
    payoffs = replace(base.payoffs, outside=outside) if option else base.payoffs
    return replace(base, payoffs=payoffs, surroundings=around)


def play(
    scenario: Scenario,
    protocol: Protocol = "one offer a round",
    worlds: int = 1,
    **deviation: Any,
) -> pd.DataFrame:
    """Let both play backward induction; give how it ends."""
    hub, partner = players(scenario, protocol)
    pair = {"hub": hub, "partner": partner}
    for seat, changes in deviation.items():
        pair[seat] = replace(pair[seat], **changes)
    strategies = {(seat, "talk"): strategy for seat, strategy in pair.items()}
    frame = negotiate(replace(scenario, strategies=strategies), worlds).to_frame()
    return frame.rename(columns={"payoff.hub": "hub", "payoff.partner": "partner"})


def rounding(kept: float) -> dict[str, float]:
    """Bound what whole slices add: one an offer, of which two periods leave a part."""
    return dict(abs=2 / (FINE * (1 - kept)))


INFINITE = {
    (0.9, 0.9): 0.5263157895,
    (0.9, 0.8): 0.7142857143,
    (0.8, 0.9): 0.3571428571,
    (0.95, 0.9): 0.6896551724,
    (0.99, 0.97): 0.7556675063,
}


@pytest.mark.parametrize("discounts", INFINITE)
def test_v01_the_first_proposer_gets_what_rubinstein_says(discounts: Pair) -> None:
    share = INFINITE[discounts]
    assert rubinstein(discounts) == pytest.approx(share, **EXACT)
    backward = induced(2001, lambda side, next_share: discounts[side] * next_share)
    assert backward[0] == pytest.approx(share, **EXACT)
    row = play(game(601, discounts, slices=FINE)).iloc[0]
    assert (row["status"], row["round"]) == ("deal", 1)
    assert row["hub"] == pytest.approx(share, **rounding(discounts[0] * discounts[1]))


FINITE = {
    (1, 0.9, 0.8): 1.0,
    (2, 0.9, 0.8): 0.2,
    (3, 0.9, 0.8): 0.92,
    (4, 0.9, 0.8): 0.344,
    (5, 0.9, 0.8): 0.8624,
    (10, 0.9, 0.8): 0.576077312,
    (11, 0.9, 0.8): 0.7695690752,
    (90, 0.9, 0.8): 0.7142854427,
    (2, 0.9, 0.9): 0.1,
    (3, 0.9, 0.9): 0.91,
    (10, 0.9, 0.9): 0.342800821,
}
"""By number of offers and both discount factors, what who offers first gets."""


@pytest.mark.parametrize("said", FINITE)
def test_v02_with_a_last_period_the_first_proposer_gets_what_staahl_says(
    said: tuple[int, float, float],
) -> None:
    periods, *discounts = said
    pair = (discounts[0], discounts[1])
    assert staahl(periods, pair) == pytest.approx(FINITE[said], **EXACT)
    backward = induced(periods, lambda side, next_share: pair[side] * next_share)
    assert backward[0] == pytest.approx(FINITE[said], **EXACT)
    row = play(game(periods, pair, slices=FINE)).iloc[0]
    assert (row["status"], row["round"]) == ("deal", 1)
    assert row["hub"] == pytest.approx(FINITE[said], **rounding(pair[0] * pair[1]))


def test_v03_as_offers_come_faster_the_share_nears_the_asymmetric_nash_point() -> None:
    rates = (0.1, 0.05)

    def share(delta: float) -> float:
        return rubinstein((np.exp(-rates[0] * delta), np.exp(-rates[1] * delta)))

    assert share(1.0) == pytest.approx(0.3501318614, **EXACT)
    assert share(0.01) == pytest.approx(0.3335000139, **EXACT)
    limit = rates[1] / sum(rates)
    assert limit == pytest.approx(0.3333333333, **EXACT)
    assert share(1e-6) == pytest.approx(limit, **EXACT)
    x = np.linspace(0, 1, 3001)
    points = np.column_stack([x, 1 - x])
    assert points[nash(points, np.zeros(2), limit), 0] == pytest.approx(limit, **EXACT)


OPTIONS = {0.0: 0.5263157895, 0.3: 0.5263157895, 0.5: 0.5, 0.6: 0.4}


@pytest.mark.parametrize("option", OPTIONS)
def test_v04_an_outside_option_counts_only_where_it_is_better_than_bargaining(
    option: float,
) -> None:
    share, discounts = OPTIONS[option], (0.9, 0.9)
    assert with_outside_option(discounts, option) == pytest.approx(share, **EXACT)
    threshold = 0.9 * (1 - 0.9) / (1 - 0.9 * 0.9)
    assert threshold == pytest.approx(0.4736842105, **EXACT)
    assert (share < rubinstein(discounts) - 1e-6) == (option > threshold)

    def wait(side: int, next_share: float) -> float:
        return max(discounts[side] * next_share, option if side == 1 else 0.0)

    assert induced(2001, wait)[0] == pytest.approx(share, **EXACT)
    row = play(game(201, discounts, option=option, slices=FINE)).iloc[0]
    assert (row["status"], row["round"]) == ("deal", 1)
    assert row["hub"] == pytest.approx(share, **rounding(0.81))
    assert row["partner"] >= option - 1e-9


@pytest.mark.parametrize("option", [0.3, 0.6])
def test_v04_who_is_offered_less_than_a_good_outside_option_walks_away_with_it(
    option: float,
) -> None:
    scenario = game(41, (0.9, 0.9), option=option)
    table = play(scenario, worlds=SLICES + 1, hub={"tries": True})
    left = table["status"] == "walked"
    if option < 0.4736842105:
        assert not left.any(), "it rather makes an offer of its own"
        return
    assert left.equals(1 - table["world"] / SLICES < option - 1e-9)
    assert (table.loc[left, "walked_by"] == "partner").all()
    np.testing.assert_allclose(table.loc[left, "partner"], option)
    np.testing.assert_allclose(table.loc[left, "hub"], 0)


HAZARDS = {0.5: 0.6666666667, 0.1: 0.5684210526, 0.01: 0.551758794}
BROKEN = (0.2, 0.1)


@pytest.mark.parametrize("hazard", HAZARDS)
def test_v05_with_a_hazard_of_breakdown_the_difference_is_split(hazard: float) -> None:
    share = HAZARDS[hazard]
    assert with_breakdown(hazard, BROKEN) == pytest.approx(share, **EXACT)

    def wait(side: int, next_share: float) -> float:
        return hazard * BROKEN[side] + (1 - hazard) * next_share

    assert induced(4001, wait)[0] == pytest.approx(share, **EXACT)
    row = play(game(1201, broken=BROKEN, breakdown=hazard, slices=FINE)).iloc[0]
    assert (row["status"], row["round"]) == ("deal", 1)
    assert row["hub"] == pytest.approx(share, **rounding((1 - hazard) ** 2))


def test_v05_the_smaller_the_hazard_the_nearer_to_half_of_the_difference() -> None:
    limit = BROKEN[0] + (1 - sum(BROKEN)) / 2
    assert limit == pytest.approx(0.55, **EXACT)
    assert with_breakdown(0.0, BROKEN) == pytest.approx(0.55, **EXACT)
    apart = [with_breakdown(hazard, BROKEN) - limit for hazard in HAZARDS]
    assert apart == sorted(apart, reverse=True)


def test_v05_who_rejects_risks_as_much_as_it_gains() -> None:
    """The equilibrium leaves who answers indifferent: 5,000 worlds, four standard errors."""
    scenario, worlds = game(201, broken=BROKEN, breakdown=0.1), 5_000
    accepted = play(scenario).iloc[0]["partner"]
    rejected = play(scenario, worlds=worlds, partner={"rejects": (1,)})
    assert set(rejected["status"]) == {"deal", "broken_down"}
    assert (rejected["status"] == "broken_down").mean() == pytest.approx(0.1, abs=0.01)
    error = rejected["partner"].std() / worlds**0.5
    assert rejected["partner"].mean() == pytest.approx(accepted, abs=4 * error + 1 / SLICES)


def test_v05_in_every_turn_an_offer_and_a_drawn_first_mover_split_it_whatever_the_hazard() -> None:
    """The first mover's rejection risks nothing, so it leaves the other what a breakdown does."""
    for hazard in (0.5, 0.01):
        scenario = game(60, broken=BROKEN, breakdown=hazard, first_mover="draw", slices=10)
        table = play(scenario, "every turn", worlds=4_000)
        for mover, share in (("hub", 1 - BROKEN[1]), ("partner", BROKEN[0])):
            of = table[table["first_mover"] == mover]
            np.testing.assert_allclose(of["hub"], share, atol=1e-6)
        error = table["hub"].std() / len(table) ** 0.5
        assert table["hub"].mean() == pytest.approx(0.55, abs=4 * error)


GAMES = {
    "discounts": game(101, (0.9, 0.8)),
    "a last round": game(6, (0.9, 0.8)),
    "an outside option": game(101, (0.9, 0.9), option=0.6),
    "a small outside option": game(101, (0.9, 0.9), option=0.3),
}


@pytest.mark.parametrize("name", GAMES)
def test_v01_v02_v04_no_other_first_offer_is_worth_more(name: str) -> None:
    """World k tries package k first; values are discounted by the round of the deal."""
    scenario = GAMES[name]
    factor = scenario.surroundings.discounts["hub"]
    tried = play(scenario, worlds=SLICES + 1, hub={"tries": True})
    worth = tried["hub"] * factor ** (tried["round"].fillna(1).astype(float) - 1)
    equilibrium = play(scenario).iloc[0]["hub"]
    assert worth.max() == pytest.approx(equilibrium, **EXACT)


@pytest.mark.parametrize("name", GAMES)
@pytest.mark.parametrize("period", [1, 2, 3, 4])
def test_v01_v02_v04_rejecting_an_offer_of_the_plan_gains_nothing(name: str, period: int) -> None:
    scenario = GAMES[name]
    rejects = {"rejects": tuple(range(1, period))}
    seat = "partner" if period % 2 else "hub"
    changed = {"hub": rejects, "partner": rejects}
    accepts = play(scenario, **changed).iloc[0]
    changed[seat] = {"rejects": tuple(range(1, period + 1))}
    waits = play(scenario, **changed).iloc[0]
    factor = scenario.surroundings.discounts[seat]
    assert (accepts["status"], accepts["round"]) == ("deal", period)
    assert (waits["status"], waits["round"]) == ("deal", period + 1)
    assert waits[seat] * factor <= accepts[seat] + 1e-6


PACKAGES = {
    1: ((1.0, 0.0), (1.0, 0.0), (1.0, 1.0)),
    2: ((0.4, 0.9), (0.1, 0.9), (0.5, 0.0)),
    3: ((0.91, 0.36), (0.91, 0.09), (1.0, 0.55)),
    4: ((0.724, 0.819), (0.181, 0.819), (0.905, 0.0)),
    5: ((0.8371, 0.6516), (0.8371, 0.1629), (1.0, 0.1855)),
    10: ((0.816315, 0.734742), (0.342801, 0.657199), (1.0, 0.081573)),
}
TASTES = ((0.8, 0.2), (0.2, 0.8))


@pytest.mark.parametrize("periods", PACKAGES)
def test_v12_a_package_is_better_for_both_than_issue_by_issue(periods: int) -> None:
    package, simultaneous, shares = PACKAGES[periods]
    found = first_offer(periods, TASTES, (0.9, 0.9))
    assert found.gains == pytest.approx(package, **EXACT)
    assert found.shares == pytest.approx(shares, **EXACT)
    alone = staahl(periods, (0.9, 0.9))
    assert (alone, 1 - alone) == pytest.approx(simultaneous, **EXACT)


@pytest.mark.parametrize("periods", [1, 2, 3, 4])
def test_v12_in_play_the_first_offer_is_that_package(periods: int) -> None:
    steps = 101
    share = np.linspace(0, 1, steps)
    worth = [
        {"one": a * share, "two": b * share} if side == 0
        else {"one": a * (1 - share), "two": b * (1 - share)}
        for side, (a, b) in enumerate(TASTES)
    ]  # fmt: skip
    base = Scenario.bilateral(
        {"one": steps, "two": steps}, tuple(worth), (STILL, STILL), periods, first_mover="hub"
    )
    around = Surroundings(discounts={"hub": 0.9, "partner": 0.9})
    row = play(replace(base, surroundings=around)).iloc[0]
    assert (row["status"], row["round"]) == ("deal", 1)
    assert (row["hub"], row["partner"]) == pytest.approx(PACKAGES[periods][0], abs=0.02)
    found = (row["give.one"], row["give.two"])
    assert np.divide(found, steps - 1) == pytest.approx(PACKAGES[periods][2], abs=0.03)


def test_v12_in_300_random_games_a_package_hurts_nobody() -> None:
    rng = np.random.default_rng(12)
    for _ in range(300):
        tastes = tuple((float(w), float(1 - w)) for w in rng.uniform(0.05, 0.95, 2))
        discounts = (float(rng.uniform(0.5, 0.99)), float(rng.uniform(0.5, 0.99)))
        periods = int(rng.integers(1, 12))
        alone = staahl(periods, discounts)
        package = first_offer(periods, (tastes[0], tastes[1]), discounts).gains
        assert package[0] >= alone - 1e-9
        assert package[1] >= 1 - alone - 1e-9


@pytest.mark.parametrize(("rounds", "share"), [(5, 1.0), (6, 0.0)])
def test_v14_without_impatience_the_last_proposer_before_the_deadline_gets_all(
    rounds: int, share: float
) -> None:
    """Deadlines of 5 or 6 and of 9 periods: the earlier one ends the talk."""
    row = play(game(rounds)).iloc[0]
    assert (row["status"], row["round"]) == ("deal", 1)
    assert (row["hub"], row["partner"]) == pytest.approx((share, 1 - share), **A_SLICE)


AFTER = (0.3, 0.1)


@pytest.mark.parametrize(("first", "share"), [("partner", 0.3), ("hub", 0.9)])
def test_v30_the_last_proposer_leaves_the_other_what_the_snap_back_does(
    first: str, share: float
) -> None:
    row = play(game(1, broken=AFTER, first_mover=first), "every turn").iloc[0]
    assert row["status"] == "deal"
    assert row["hub"] == pytest.approx(share, **A_SLICE)


@pytest.mark.parametrize("rounds", [1, 8])
def test_v30_a_drawn_last_proposer_splits_the_difference_on_average(rounds: int) -> None:
    """5,000 worlds, four standard errors."""
    scenario = game(rounds, broken=AFTER, first_mover="draw", slices=10)
    table = play(scenario, "every turn", worlds=5_000)
    error = table["hub"].std() / len(table) ** 0.5
    assert table["hub"].mean() == pytest.approx(0.6, abs=4 * error)
    assert table["partner"].mean() == pytest.approx(0.4, abs=4 * error)

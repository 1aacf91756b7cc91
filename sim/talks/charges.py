"""What moves cost beyond the deal itself: reviews, giving up the rule, extensions,
threats; and what a most-favoured clause brings: from its deal on a holder pays no more than another
partner.

All of it is sunk when it is charged.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.economy.rates.total_rates import totals_of
from sim.protocol.docket import REVIEWED
from sim.protocol.state import Ints, Status
from sim.scenario.scenario import Scenario
from sim.talks.outcome import TalkRecord

Floats = NDArray[np.float64]


def review_cost(game: Scenario, i: int, talk: TalkRecord) -> Floats:
    """Give what the reviews of talk i cost the hub, (W,) USD bn a year; each charged once."""
    rules, total = game.talks[i], np.zeros(len(talk.draw))
    cost = game.review_cost.get((rules.hub, rules.name))
    if cost is not None:
        reviewed = talk.docket == REVIEWED
        for m in range(cost.shape[1]):
            total += np.where(reviewed[:, m], cost[talk.draw, m], 0.0)
    return total


def audience_cost(game: Scenario, i: int, talk: TalkRecord) -> Floats:
    """Give what the partner of talk i pays for the measures that it dropped from the rule, (W,).

    USD bn a year; each charged once.
    """
    rules = game.talks[i]
    cost = game.audience_cost.get((rules.partner, rules.name))
    if cost is None:
        return np.zeros(len(talk.draw))
    paid: Floats = cost[talk.draw] * np.bitwise_count(talk.relented)
    return paid


def extension_cost(game: Scenario, talk: TalkRecord) -> Floats:
    """Give what the extensions of the pause cost the hub, (W,) USD bn a year; once a world.

    The second costs twice as much as the first, the third three times as much, and so on.
    """
    cost, times = game.surroundings.extension_cost, talk.extensions
    due = times * (times + 1) // 2
    return np.zeros(len(talk.draw)) if cost is None else cost[talk.draw] * due


def threat_cost(game: Scenario, draw: Ints, made: Ints) -> Floats:
    """Give what every threat cost who made it, (K, W) USD bn a year."""
    cost = game.surroundings.threat_cost
    return np.zeros(made.shape) if cost is None else cost[:, draw] * made


def without_deal(game: Scenario, country: int, i: int, talk: TalkRecord) -> Floats:
    """Give what talk i leaves a country that has no deal there, (W,) USD bn a year.

    Shocks in force at the end of the talk, times their share of the year, and the outside option
    unless the talk broke down.
    """
    payoffs = game.payoffs
    turned = payoffs.without_deal(country, i, talk.draw, payoffs.in_force(talk.weather))
    lost = outside_lost(game, i, talk)[:, min(country, 1)]
    return np.where(talk.package >= 0, 0.0, turned - lost)


def outside_lost(game: Scenario, i: int, talk: TalkRecord) -> Floats:
    """Give what hub and partner lose of their outside options where talk i broke down, (W, 2)."""
    payoffs, broken = game.payoffs, talk.status == Status.BROKEN_DOWN
    if not payoffs.outside:
        return np.zeros((len(broken), 2))
    options = [payoffs.outside[country][i][talk.draw] for country in (0, i + 1)]
    return np.where(broken[:, None], np.stack(options, axis=1), 0.0)


def payoffs(game: Scenario, talks: Sequence[TalkRecord], threats: Ints) -> Floats:
    """Give what every country ends with, (C, W) USD bn a year against no deal in any talk."""
    return reached(game, talks) - spent(game, talks, threats)


def reached(game: Scenario, talks: Sequence[TalkRecord]) -> Floats:
    """Give what the talks have led to, whatever it has cost to get there, (C, W)."""
    total = game.payoffs.payoff(talks[0].draw, [talk.package for talk in talks])
    for i, talk in enumerate(talks):
        for country in (0, i + 1):
            total[country] += without_deal(game, country, i, talk)
    return total


def spent(game: Scenario, talks: Sequence[TalkRecord], threats: Ints) -> Floats:
    """Give what the moves of every country have cost it, (C, W) USD bn a year."""
    total = np.zeros((len(game.countries), len(talks[0].draw)))
    for i, talk in enumerate(talks):
        total[0] += review_cost(game, i, talk)
        total[i + 1] += audience_cost(game, i, talk)
    total[0] += extension_cost(game, talks[0])
    costs = threat_cost(game, talks[0].draw, threats)
    for threat, cost in zip(game.surroundings.threats, costs, strict=True):
        total[game.countries.index(threat.country)] += cost
    return total


def by_clause(game: Scenario, i: int, packages: Sequence[Ints]) -> dict[str, Floats]:
    """Give the points by which the clause lowers the total rate on each of a talk's goods, (W,).

    Args:
        game: the scenario.
        i: number of the talk.
        packages: of every talk, (W,) each; -1 without a deal.

    Returns:
        By goods group, or by measure where measures have no goods; empty if no talk can have one.
    """
    if not any(rules.clause or rules.space.clause is not None for rules in game.talks):
        return {}
    rules = game.talks[i]
    granted = rules.space.granting[packages[i]] | rules.clause
    mine, held = _totals(game, i), (packages[i] >= 0) & granted
    fallen = {}
    for goods, totals in mine.items():
        own = totals[packages[i]]
        best = own.copy()
        for j, package in enumerate(packages):
            theirs = _totals(game, j).get(goods) if j != i else None
            if theirs is not None:
                better = held & (package >= 0) & (theirs[package] < best)
                best = np.where(better, theirs[package], best)
        fallen[goods] = own - best
    return fallen


def _totals(game: Scenario, i: int) -> dict[str, Floats]:
    rules = game.talks[i]
    return totals_of(rules, game.rates.get(rules.name))

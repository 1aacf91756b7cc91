"""What each country gets: what moves cost beyond the deal (all sunk when charged), what a
most-favoured clause brings, and flows from the first day of the talks to the day after the last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.economy.rates.total_rates import totals_of
from sim.payoffs.interim import BEFORE, Interim
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


YEAR = 365


def flows(game: Scenario, talks: Sequence[TalkRecord]) -> Floats | None:
    """Give what every country has got by the end of the horizon, (C, W) USD bn.

    The horizon is the same in all worlds: it ends with the last round that any of them can reach.
    From then on each world's flow is its payoff, but for what moves have cost.

    Returns:
        None where there are no dates or no economy.
    """
    return None if game.interim is None else Flows(game, game.interim, tuple(talks)).total()


@dataclass(frozen=True, eq=False)
class Flows:
    """The days of some worlds; day 0 is the first one of the talks.

    Attributes:
        game: the scenario.
        interim: what the rates before a deal are worth.
        talks: how they ended.
    """

    game: Scenario
    interim: Interim
    talks: tuple[TalkRecord, ...]

    @property
    def horizon(self) -> float:
        """The day after the last one: no world is at a table any more, nor waits for a vote."""
        every = self.game.surroundings.ratifiers.values()
        votes = max((r.delay for ratifiers in every for r in ratifiers), default=0)
        return (self.game.calendar.last + votes) * self.game.calendar.days

    def total(self) -> Floats:
        """Give what every country has got by the end of the horizon, (C, W) USD bn."""
        bounds = self._bounds
        total = np.zeros((len(self.game.countries), bounds.shape[1]))
        for begin, length in zip(bounds[:-1], np.diff(bounds, axis=0), strict=True):
            if length.any():
                total += self.rate(begin) * length / YEAR
        return total

    def rate(self, day: Ints) -> Floats:
        """Give what flows on a day of each world, (C, W) USD bn a year; `day` is (W,)."""
        payoffs, draws = self.interim.payoffs, self.talks[0].draw
        signed = [day >= first for first in self._signed]
        gone = [(day >= end) & ~there for end, there in zip(self._paused, signed, strict=True)]
        packages = [
            np.where(there, talk.package, -1)
            for there, talk in zip(signed, self.talks, strict=True)
        ]
        states = [
            np.where(there | over, state, BEFORE)
            for there, over, state in zip(signed, gone, payoffs.states(packages), strict=True)
        ]
        step = (day >= self._steps[:, None]).sum(axis=0) - 1
        total = np.array(
            [self.interim.value(c, draws, states, step) for c in range(len(payoffs.countries))]
        )
        for i, talk in enumerate(self.talks):
            for c in (0, i + 1):
                given = payoffs.tail[c][i][draws, packages[i] % payoffs.tails[i]]
                left = without_deal(self.game, c, i, talk)
                total[c] += np.where(signed[i], given, np.where(gone[i], left, 0.0))
        return total

    @cached_property
    def _steps(self) -> Ints:
        """(S,) first days of the steps of the rates before a deal."""
        first = self.interim.since[0]
        return np.array([(day - first).days for day in self.interim.since])

    @cached_property
    def _signed(self) -> tuple[Ints, ...]:
        """By talk, (W,) first day of its deal: that after the round in which it took effect."""
        days, never = self.game.calendar.days, self.horizon + 1
        return tuple(np.where(t.package >= 0, t.ended_in * days, never) for t in self.talks)

    @cached_property
    def _paused(self) -> tuple[Ints, ...]:
        """By talk, (W,) first day on which its rates are no longer those of the pause."""
        days, ends = self.game.calendar.days, []
        for talk, signed in zip(self.talks, self._signed, strict=True):
            last = np.where(_held(self.game, talk), talk.ended_in, talk.deadline)
            ends.append(np.minimum(last * days, signed))
        return tuple(ends)

    @cached_property
    def _bounds(self) -> Ints:
        """(n, W) days on which something changes, rising, from the first to the horizon."""
        worlds = len(self.talks[0].draw)
        fixed = [np.full(worlds, day) for day in (0, *self._steps, self.horizon)]
        moved = np.stack([*fixed, *self._signed, *self._paused])
        return np.sort(np.clip(moved, 0, self.horizon), axis=0)


def _held(game: Scenario, talk: TalkRecord) -> NDArray[np.bool_]:
    """Tell where a package that waited for its ratification has held the snap-back, (W,)."""
    signed = (talk.package >= 0) & (talk.signed_in <= talk.deadline)
    vetoed = (talk.status == Status.VETOED) & (game.calendar.mode != "overtime")
    late: NDArray[np.bool_] = (talk.ended_in > talk.deadline) & (signed | vetoed)
    return late

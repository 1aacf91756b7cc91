"""Flows: what every country gets from the first day of the talks to the day after the last.

Until its deal a talk is at the rates in force that day: those of the pause while it lasts, those
without a deal from the snap-back on. What moves cost (reviews, extensions, threats) is no flow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.interim import BEFORE, Interim
from sim.protocol.state import Ints, Status
from sim.scenario.scenario import Scenario
from sim.talks import charges
from sim.talks.outcome import TalkRecord

Floats = NDArray[np.float64]

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
                left = charges.without_deal(self.game, c, i, talk)
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

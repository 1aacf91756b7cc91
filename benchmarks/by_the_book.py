"""A yardstick: the game of `experiments.commands.games`, as a Mesa model is written by the book.

One model a world, agents that step, a data collector, and `mesa.batch_run` over the worlds. What
each agent does is written with numpy over its packages. It plays the same worlds as the engine, to
the package and the round (`tests/benchmarks`).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim import Scenario
from sim.chance.luck import uniforms

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BAND, SLACK = 0.05, 2.0**-10


@dataclass(frozen=True, eq=False)
class Task:
    """What a seat of a talk knows.

    Attributes:
        values: (P,) what packages are worth, in whole steps.
        none: what no deal is worth.
        levels: (P, issues) of every package.
        given: (R,) share of the way to no deal that it goes in each round.
    """

    values: Ints
    none: int
    levels: Ints
    given: Floats


class Seat(mesa.Agent):
    """One side of a talk: concedes by the clock, and offers what is near the other side's offer."""

    def __init__(self, model: "Talks", talk: int, task: Task) -> None:
        super().__init__(model)
        self.talk, self.task, self.offer = talk, task, -1
        self.low = int(task.values.min())
        self.span = max(int(task.values.max()) - self.low, 1)
        good = 1 + np.flatnonzero(task.values[1:] >= task.none)
        self.good = good[np.argsort(task.values[good], kind="stable")]

    def step(self) -> None:
        """Accept what the other side offers, or make an offer."""
        other = self.model.other(self)
        if self.talk in self.model.deals or not len(self.good):
            return
        mine = self.propose(other.offer)
        if other.offer >= 0 and self.task.values[other.offer] >= self.task.values[mine]:
            self.model.deals[self.talk] = (other.offer, self.model.round)
        else:
            self.offer = mine

    def propose(self, standing: int) -> int:
        """Give the package in the band above the target that is nearest to the other's offer."""
        values = self.task.values[self.good]
        best, none = ((v - self.low) / self.span for v in (values[-1], self.task.none))
        target = best - (best - none) * self.task.given[self.model.round - 1]
        least, most = (t * self.span + self.low for t in (target, target + BAND))
        band = self.good[(values >= np.ceil(least - SLACK)) & (values <= np.floor(most + SLACK))]
        if not len(band):
            above = self.good[values >= np.ceil(least - SLACK)]
            return int(above[0] if len(above) else self.good[values == values[-1]][0])
        if standing < 0:
            return int(band[0])
        steps = np.abs(self.task.levels[band] - self.task.levels[standing]).sum(axis=1)
        return int(band[steps.argmin()])


class Talks(mesa.Model):
    """Two talks of one hub in one world."""

    game: "Book"

    def __init__(self, world: int = 0, rng: Any = None) -> None:
        super().__init__(rng=rng)
        self.round, self.deals = 0, {}
        self.seats = [[Seat(self, t, task) for task in self.game.tasks(t, world)] for t in (0, 1)]
        self.first = [int(first[world]) for first in self.game.first]
        reporters = {f"talk {t}": lambda m, t=t: m.deals.get(t, (-1, 0)) for t in (0, 1)}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def other(self, seat: Seat) -> Seat:
        """Give the other side of a talk."""
        one, two = self.seats[seat.talk]
        return two if seat is one else one

    def step(self) -> None:
        """Play one round of both talks."""
        self.round += 1
        for pair, first in zip(self.seats, self.first, strict=True):
            for seat in (pair[first], pair[1 - first]):
                seat.step()
        self.running = len(self.deals) < 2 and self.round < self.game.rounds
        self.datacollector.collect(self)


@dataclass(frozen=True, eq=False)
class Book:
    """A game of `experiments.commands.games`, laid out for models by the book.

    Attributes:
        scenario: the game; strategies have to be time-dependent.
        worlds: how many worlds.
        seed: of the luck.
    """

    scenario: Scenario
    worlds: int
    seed: int = 0

    @property
    def rounds(self) -> int:
        """Rounds of a talk."""
        return self.scenario.calendar.rounds

    @cached_property
    def first(self) -> list[Ints]:
        """By talk, the side that moves first in each world, (W,)."""
        rules = self.scenario.talks
        luck = [uniforms(self.seed, t.name, "first mover", self.worlds)[:, 0] for t in rules]
        return [(drawn < 0.5).astype(np.int64) for drawn in luck]

    def tasks(self, talk: int, world: int) -> list[Task]:
        """Give what both seats of a talk know in a world."""
        payoffs, rules = self.scenario.payoffs, self.scenario.talks[talk]
        draw = world // self.scenario.replications % payoffs.draws
        found = []
        for country, name in ((0, rules.hub), (talk + 1, rules.partner)):
            row = np.rint(payoffs.main[country][talk][draw] / payoffs.grid(country, talk))
            worth = row.astype(np.int64)
            given = self._given[name, rules.name][world]
            found.append(Task(worth[1:], int(worth[0]), rules.space.levels, given))
        return found

    @cached_property
    def _given(self) -> dict[tuple[str, str], Floats]:
        """By seat, the concession curve in each world, (W, R)."""
        time, shape = np.arange(self.rounds) / (self.rounds - 1), (self.worlds, self.rounds)
        curves = {}
        for (name, talk), strategy in self.scenario.strategies.items():
            exponent: Any = strategy.exponent  # type: ignore[attr-defined]
            if hasattr(exponent, "quantile"):
                luck = uniforms(self.seed, f"{name}:{talk}", "parameter exponent", self.worlds)
                exponent = exponent.quantile(luck[:, 0])[:, None]
            curves[name, talk] = np.broadcast_to(time ** (1 / exponent), shape)
        return curves

    def play(self) -> list[dict[str, Any]]:
        """Play every world in a model of its own; give what the data collectors hold."""
        model = type("Talks", (Talks,), {"game": self})
        found: list[dict[str, Any]] = mesa.batch_run(
            model,
            {"world": list(range(self.worlds))},
            number_processes=1,
            data_collection_period=-1,
            display_progress=False,
            max_steps=self.rounds,
        )
        return found

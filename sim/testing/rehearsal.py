"""A strategy in all its trials, played in one way or another."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from sim.seats.strategy import BatchStrategy, Strategy
from sim.testing.building import sides_of
from sim.testing.trials import WORLDS, Played, Trial, against, opponents, trials, try_out
from sim.testing.watch import Shuffled

FEW = 4
"""Worlds of a trial against a strategy of the library."""

Way = Callable[[Trial], list[Played]]


class Rehearsal:
    """Plays the trials of a strategy; in each way once, when it is first needed.

    Attributes:
        strategy: the strategy.
        seconds: that a question may take.
    """

    def __init__(self, strategy: Strategy | BatchStrategy, seconds: float) -> None:
        self.strategy, self.seconds = strategy, seconds
        self._played: dict[str, list[Played]] = {}
        self._ways: dict[str, Way] = {
            "reference": lambda trial: [self._try(trial)],
            "alone": lambda trial: [self._try(trial, worlds=1, first=k) for k in (0, WORLDS - 1)],
            "halves": lambda trial: [
                self._try(trial, worlds=WORLDS // 2, first=k) for k in (0, WORLDS // 2)
            ],
            "shuffled": lambda trial: [self._try(trial, wrap=Shuffled)],
            "plainly named": lambda trial: [self._try(_hub_first(trial))],
            "renamed": lambda trial: [self._try(_hub_first(trial), rename=True)],
        }

    @property
    def sides(self) -> tuple[str, ...]:
        """Where the strategy can sit."""
        return sides_of(self.strategy)

    def plays(self, way: str = "reference") -> list[Played]:
        """Give all trials, played in a way."""
        if way not in self._played:
            self._played[way] = list(self._all(way))
        return self._played[way]

    def again(self) -> list[Played]:
        """Play all trials once more."""
        return list(self._all("reference"))

    def against_library(self) -> Iterator[Played]:
        """Play against every strategy of the library."""
        for side in self.sides:
            for other in opponents(side):
                yield self._try(against(side, other), worlds=FEW)

    def _all(self, way: str) -> Iterator[Played]:
        play = self._ways[way]
        for side in self.sides:
            for trial in trials(side):
                yield from play(trial)

    @property
    def _try(self) -> Callable[..., Played]:
        return partial(try_out, strategy=self.strategy, seconds=self.seconds)


def _hub_first(trial: Trial) -> Trial:
    """Give the same trial with the hub as first mover: who is drawn depends on names."""
    talks = tuple(replace(rules, first_mover="hub") for rules in trial.game.talks)
    return replace(trial, game=replace(trial.game, talks=talks))

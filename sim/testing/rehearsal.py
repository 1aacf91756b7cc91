"""A strategy in all its trials, played in one way or another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sim.seats.strategy import BatchStrategy, Strategy
from sim.testing.building import sides_of
from sim.testing.told.traces import differences, traces
from sim.testing.told.words import MOST, texts
from sim.testing.trials import (
    NAMES,
    SHIFT,
    WORLDS,
    Played,
    Trial,
    against,
    minds,
    opponents,
    trials,
    try_out,
)
from sim.testing.watch import Shuffled

FEW = 4
"""Worlds of a trial against a strategy of the library."""

Way = Callable[[Trial], list[Played]]


class Rehearsal:
    """Plays the trials of a strategy; in each way once, when it is first needed.

    Attributes:
        strategy: the strategy.
        seconds: that a question may take.
        late: the trial in which a question ran too long; nothing is played after it.
        left: what playing changed of this process.
    """

    def __init__(self, strategy: Strategy | BatchStrategy, seconds: float) -> None:
        self.strategy, self.seconds = strategy, seconds
        self.late: Played | None = None
        self.left: list[str] = []
        self._played: dict[str, list[Played]] = {}
        self._namings = _namings(texts(strategy))
        self._ways: dict[str, Way] = {
            "reference": lambda trial: [self._try(trial)],
            "alone": lambda trial: [self._try(trial, worlds=1, first=k) for k in (0, WORLDS - 1)],
            "halves": lambda trial: [
                self._try(trial, worlds=WORLDS // 2, first=k) for k in (0, WORLDS // 2)
            ],
            "shuffled": lambda trial: [self._try(trial, wrap=Shuffled)],
            "plainly named": lambda trial: [self._try(_hub_first(trial))],
            "renumbered": lambda trial: [self._try(trial, shift=SHIFT)],
        }
        for number, names in enumerate(self._namings):
            self._ways[f"renamed {number}"] = partial(self._renamed, names)

    @property
    def sides(self) -> tuple[str, ...]:
        """Where the strategy can sit."""
        return sides_of(self.strategy)

    def plays(self, way: str = "reference") -> list[Played]:
        """Give all trials, played in a way; those before a question that ran too long."""
        if way not in self._played:
            before = traces()
            self._played[way] = list(self._all(way))
            self.left += differences(before, traces()) if way == "reference" else []
        return self._played[way]

    @property
    def namings(self) -> int:
        """In how many ways countries and talks are renamed."""
        return len(self._namings)

    def minds(self) -> Iterator[tuple[Played, Played]]:
        """Play pairs of trials that differ in what the other side wants, unseen."""
        for side in self.sides:
            one, two = minds(side)
            yield self._try(one), self._try(two)

    def _renamed(self, names: Mapping[str, str], trial: Trial) -> list[Played]:
        return [self._try(_hub_first(trial), names=names)]

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
        for trial in (trial for side in self.sides for trial in trials(side)):
            for played in play(trial) if self.late is None else ():
                if played.late:
                    self.late = played
                yield played

    @property
    def _try(self) -> Callable[..., Played]:
        return partial(try_out, strategy=self.strategy, seconds=self.seconds)


def _hub_first(trial: Trial) -> Trial:
    """Give the same trial with the hub as first mover: who is drawn depends on names."""
    talks = tuple(replace(rules, first_mover="hub") for rules in trial.game.talks)
    return replace(trial, game=replace(trial.game, talks=talks))


def _namings(words: Sequence[str]) -> list[dict[str, str]]:
    """Give other names of countries and talks: usual ones, and every word in every place."""
    found = [dict(NAMES)]
    taken = {*NAMES, *NAMES.values()}
    tried = [word for word in words if word not in taken][:MOST]
    places = list(NAMES)
    for start in range(0, len(tried), len(places)):
        some = tried[start : start + len(places)]
        for turn in range(len(places)):
            turned = places[turn:] + places[:turn]
            found.append({**NAMES, **dict(zip(turned, some, strict=False))})
    return found

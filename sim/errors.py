"""The errors of the simulation. Each is one sentence: the value, the rule, the way out."""

from collections.abc import Iterable
from dataclasses import FrozenInstanceError
from difflib import get_close_matches
from typing import Any

import numpy as np


class TariffTalksError(Exception):
    """Base of every error that a user can mend."""


class ConfigError(TariffTalksError):
    """A config says something it may not; the sentence begins with the path of the key."""


class BrokenStrategyError(ConfigError):
    """The code of a strategy or component is wrong: it cannot be imported, or be used as one."""


class DataError(TariffTalksError):
    """A data file holds a cell that it may not; the sentence names file, row and column."""


class ConvergenceError(TariffTalksError):
    """An equilibrium did not converge; the sentence names the tariff vector.

    Attributes:
        vector: number of the tariff vector.
        reason: what happened, and what to check.
        name: what the vector is, in words; its number if empty.
    """

    def __init__(self, vector: int, reason: str, name: str = "") -> None:
        self.vector, self.reason, self.name = vector, reason, name
        super().__init__(vector, reason, name)

    def __str__(self) -> str:
        return f"{self.name or f'tariff vector {self.vector}'} {self.reason}"


class ModelError(TariffTalksError):
    """The Mesa model is used in a way that would change what it says; the sentence says the way."""


class AccuracyWarning(UserWarning):
    """The payoff tables are less accurate than they should be; the sentence says what to set."""


class StrategyError(TariffTalksError):
    """A strategy broke a rule of its seat.

    Attributes:
        country, talk: the seat.
        round: round of the talk, from 1.
        world: number of the world (for a batch strategy the first one concerned).
        reason: what was done, what the rule is, what to change.
    """

    def __init__(
        self, country: str, talk: str, round: int, world: int, strategy: str, reason: str
    ) -> None:
        self.country, self.talk, self.round, self.world = country, talk, round, world
        self.strategy, self.reason = strategy, reason
        super().__init__(country, talk, round, world, strategy, reason)

    def __str__(self) -> str:
        return (
            f"strategy {self.strategy} of {self.country} in talk {self.talk}, "
            f"round {self.round}, world {self.world}: {self.reason}"
        )


def near_match(word: str, known: Iterable[str]) -> str:
    """Give `; did you mean 'x'?` for the known word nearest to `word`, else nothing.

    Args:
        word: what the user wrote.
        known: an iterable of words.
    """
    words = list(known)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


def kind_of(given: Any) -> str:
    """Say what was returned, and of which type."""
    if isinstance(given, np.ndarray):
        return f"an array of {given.dtype}"
    return f"{given!r} of type {type(given).__name__}"


def said_of(problem: BaseException | None) -> str:
    """Say what went wrong in a strategy, and what to change where that can be told."""
    return f"{type(problem).__name__}: {problem}{_hint(problem)}"


def _hint(problem: BaseException | None) -> str:
    """Say what to change, where that can be told."""
    if isinstance(problem, FrozenInstanceError):
        return "; a strategy holds no state: keep what has to be remembered in view.memory"
    if isinstance(problem, ValueError) and "read-only" in str(problem):
        return "; what a view gives is read-only: change a copy of it"
    if isinstance(problem, AttributeError) and problem.name is not None:
        public = [name for name in dir(problem.obj) if not name.startswith("_")]
        return near_match(problem.name, public)
    return ""

"""The errors of the simulation. Each is one sentence: the value, the rule, the way out."""

import inspect
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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


@contextmanager
def of_file(path: object) -> Iterator[None]:
    """Give an error of the system that names no file, such as that of a full disk, its name."""
    try:
        yield
    except OSError as problem:
        if problem.filename is None:
            why = problem.strerror or str(problem)
            raise OSError(problem.errno, why, str(path)) from problem
        raise


def near_match(word: str, known: Iterable[str]) -> str:
    """Give `; did you mean 'x'?` for the known word nearest to `word`, else nothing.

    Args:
        word: what the user wrote.
        known: an iterable of words.
    """
    words = list(known)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


LONGEST = 2_000
"""Letters of what a strategy said that are told at most."""

_NAMED = 60
"""Letters of a value that are told at most."""

_BITS = 63
"""Bits of a whole number that an array holds."""


def kind_of(given: Any) -> str:
    """Say what was returned, and of which type; what is often meant otherwise, and why."""
    if given is None:
        return "None: is a `return` missing?"
    if isinstance(given, np.ndarray):
        odd = _odd(given)
        return kind_of(odd[0]) if odd else f"an array of {given.dtype}"
    if inspect.iscoroutine(given):
        given.close()
        return "a coroutine, as it is written with `async def`: write `def`"
    if inspect.isgenerator(given) or inspect.isasyncgen(given):
        return "a generator, as it holds a `yield`: write `return`"
    if inspect.isroutine(given):
        return f"{given.__name__} itself, a function: are its () missing?"
    if isinstance(given, int | np.integer) and not is_number(given):
        return f"a number of {int(given).bit_length()} bits, which numbers nothing here"
    return f"{shown(given)} of type {type(given).__name__}"


def _odd(given: Any) -> list[Any]:
    """Give the first thing in an array that is no number, where it may hold such things."""
    if given.dtype.kind not in "Ou":
        return []
    odd = [item for item in given.flat if not is_number(item)]
    for item in filter(inspect.iscoroutine, odd[1:]):
        item.close()
    return odd[:1]


def is_number(given: Any) -> bool:
    """Tell whether this is a whole number that an array can hold."""
    return isinstance(given, int | np.integer) and int(given).bit_length() <= _BITS


def shown(given: Any) -> str:
    """Write a value down in one short line, whatever it is."""
    try:
        return clean(repr(given), _NAMED)
    except BaseException as problem:
        if is_ctrl_c(problem):
            raise
        return "something that cannot be written down"


def clean(text: str, longest: int = LONGEST) -> str:
    """Give a text as it can be written and stored: in UTF-8, and not without end."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def said_of(problem: BaseException | None) -> str:
    """Say what went wrong in a strategy, and what to change where that can be told."""
    try:
        said = clean(str(problem))
    except BaseException as other:
        if is_ctrl_c(other):
            raise
        said = "(what it says cannot be written down)"
    name = clean(type(problem).__name__, _NAMED)
    return f"{name}: {said}{_hint(problem)}" if said else f"{name}{_hint(problem)}"


def is_ctrl_c(problem: BaseException) -> bool:
    """Tell whether this is somebody's Ctrl-C, and not what a strategy raises by itself.

    A handler of Ctrl-C that notes it says so by its attribute `pressed`; where Ctrl-C is ignored,
    as in workers, nobody pressed it.
    """
    if not isinstance(problem, KeyboardInterrupt):
        return False
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.SIG_IGN:
        return False
    pressed = getattr(handler, "pressed", None)
    return True if pressed is None else bool(pressed)


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

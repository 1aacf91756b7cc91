"""Watching a strategy play: what it is asked, what it answers, how long it takes."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.scenario.players.in_time import DEAF
from sim.seats.strategy import Answer, BatchStrategy, SideMove, WorldError
from sim.seats.views.view import View

Ints = NDArray[np.int64]

_FLAGS = ("scope", "ask", "side_move relent", "side_move opens")
"""Answers that are flags, (W, M)."""


_DEAF = 8
"""How often a question is stopped in a process of its own before that is ended."""


class TooSlowError(Exception):
    """A question took longer than its time."""


class StoppedError(BaseException):
    """A question took longer than its time, and went on when it was told so."""


class ViewChangedError(Exception):
    """A question changed what a view shows."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Stop what takes longer, an endless loop too.

    Needs the main thread and a system with timers; elsewhere nothing is stopped.

    Raises:
        TooSlowError: the time is over.
        StoppedError: it is over, and that was swallowed.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    fired = 0

    def ring(*_: Any) -> None:
        nonlocal fired
        fired += 1
        if fired > _DEAF and multiprocessing.parent_process() is not None:
            os._exit(DEAF)
        raise (TooSlowError if fired == 1 else StoppedError)(f"took longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, max(seconds / 4, 0.05))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Lapse:
    """A turn in which a strategy signs, or offers to sign, what is worth less than no deal.

    Attributes:
        question: `"propose"` or `"answer"`.
        round, world: when and where.
        package: what it would sign.
        utility, reservation: what it and no deal are worth to it.
    """

    question: str
    round: int
    world: int
    package: int
    utility: float
    reservation: float


@dataclass
class Watch:
    """What a strategy did.

    Attributes:
        seconds: that a question may take.
        done: by question, talk, side, round and world, what it answered.
        lapses: turns in which it went below its reservation value.
        slowest: the longest that a question took: seconds, question, round, first world.
    """

    seconds: float
    done: dict[tuple[str, str, str, int, int], Any] = field(default_factory=dict)
    lapses: list[Lapse] = field(default_factory=list)
    slowest: tuple[float, str, int, int] = (0.0, "", 0, 0)
    hears: ClassVar[Callable[[str], None] | None] = None
    """Is told what is asked, before it is, for whoever has to say where a process ended."""

    def ask(self, question: str, view: View, call: Callable[[], Any]) -> Any:
        """Ask a question in its time, and note the answer."""
        if Watch.hears is not None and len(view):
            seat = "the hub" if view.is_hub else "a partner"
            place = f"as {seat}, round {view.round}, world {int(view.worlds[0])}"
            Watch.hears(f"{place}: {question}")
        before, started = _shown(view), time.perf_counter()
        with limit(self.seconds):
            given = call()
        taken = time.perf_counter() - started
        if taken > self.slowest[0] and len(view):
            self.slowest = (taken, question, view.round, int(view.worlds[0]))
        if _shown(view) != before:
            raise ViewChangedError
        self._note(question, view, given)
        return given

    def _note(self, question: str, view: View, given: Any) -> None:
        """Note an answer by world; one of a strange form as it is."""
        if given is None or isinstance(given, SideMove):
            self._note_move(view, given or SideMove())
            return
        side = "hub" if view.is_hub else "partner"
        try:
            shape = (len(view), len(view.measures)) if question in _FLAGS else (len(view),)
            rows: list[Any] = np.broadcast_to(np.asarray(given), shape).tolist()
        except ValueError:
            return
        for world, row in zip(view.worlds.tolist(), rows, strict=True):
            self.done[question, view.talk, side, view.round, world] = row

    def _note_move(self, view: View, move: SideMove) -> None:
        """Note each part of a side move."""
        for item in fields(SideMove):
            self._note(f"side_move {item.name}", view, getattr(move, item.name))

    def lapse(self, question: str, view: View, package: Ints) -> None:
        """Note packages that are worth less than no deal."""
        low = (package >= 0) & (view.utility(package) < view.reservation)
        for k in np.flatnonzero(low).tolist():
            one = int(package[k])
            worth, none = float(view.utility(package)[k]), float(view.reservation[k])
            world = int(view.worlds[k])
            self.lapses.append(Lapse(question, view.round, world, one, worth, none))


def _shown(view: View) -> tuple[bytes, ...]:
    """Give what a view shows, as it is now."""
    arrays = (
        view.standing, view.agreed, view.best, view.best_package, view.reservation, view.docket,
        view.time, view.mine.all, view.theirs.all, view.inbox,
    )  # fmt: skip
    return tuple(np.ascontiguousarray(array).tobytes() for array in arrays)


@dataclass(frozen=True)
class Watched(BatchStrategy):
    """Plays as the strategy inside, and is watched.

    Attributes:
        inner: the strategy.
        watch: what it did is noted here.
    """

    inner: BatchStrategy
    watch: Watch = field(hash=False, compare=False)

    def side_move(self, view: View) -> SideMove | None:
        """Ask inside."""
        move: SideMove | None = self.watch.ask(
            "side_move", view, lambda: self.inner.side_move(view)
        )
        return move

    def scope(self, view: View) -> ArrayLike:
        """Ask inside."""
        wanted: ArrayLike = self.watch.ask("scope", view, lambda: self.inner.scope(view))
        return wanted

    def ask(self, view: View) -> ArrayLike:
        """Ask inside."""
        asked: ArrayLike = self.watch.ask("ask", view, lambda: self.inner.ask(view))
        return asked

    def propose(self, view: View) -> ArrayLike:
        """Ask inside, and look for offers below no deal."""
        offer: ArrayLike = self.watch.ask("propose", view, lambda: self.inner.propose(view))
        packages = np.asarray(offer)
        if packages.dtype.kind in "iu" and _fits(packages, view):
            self.watch.lapse("propose", view, np.broadcast_to(packages, len(view)))
        return offer

    def answer(self, view: View, mine: Ints) -> ArrayLike:
        """Ask inside, and look for acceptances below no deal."""
        given: ArrayLike = self.watch.ask("answer", view, lambda: self.inner.answer(view, mine))
        answers = np.asarray(given)
        if answers.shape in ((), (len(view),)):
            accepted = np.broadcast_to(answers == Answer.ACCEPT, len(view))
            self.watch.lapse("answer", view, np.where(accepted, view.standing, -1))
        return given


def _fits(packages: NDArray[Any], view: View) -> bool:
    """Tell whether these are packages, one for each world or one for all."""
    good = packages.shape in ((), (len(view),)) and packages.size > 0
    return bool(good and packages.min() >= -1 and packages.max() < view.space.size)


@dataclass(frozen=True)
class Shuffled(BatchStrategy):
    """Asks the strategy inside about the worlds in another order."""

    inner: BatchStrategy

    def side_move(self, view: View) -> SideMove | None:
        """Ask inside, in another order."""
        order, back = _orders(view)
        move = self.inner.side_move(view.narrow(order))
        if move is None:
            return None
        parts = {}
        for item in fields(SideMove):
            flags = f"side_move {item.name}" in _FLAGS
            shape = (len(view), len(view.measures)) if flags else (len(view),)
            parts[item.name] = np.broadcast_to(np.asarray(getattr(move, item.name)), shape)[back]
        return SideMove(**parts)

    def scope(self, view: View) -> ArrayLike:
        """Ask inside, in another order."""
        return _flags_of(self.inner.scope, view)

    def ask(self, view: View) -> ArrayLike:
        """Ask inside, in another order."""
        return _flags_of(self.inner.ask, view)

    def propose(self, view: View) -> ArrayLike:
        """Ask inside, in another order."""
        order, back = _orders(view)
        return np.broadcast_to(np.asarray(self.inner.propose(view.narrow(order))), len(view))[back]

    def answer(self, view: View, mine: Ints) -> ArrayLike:
        """Ask inside, in another order."""
        order, back = _orders(view)
        given = np.asarray(self.inner.answer(view.narrow(order), mine[order]))
        return np.broadcast_to(given, len(view))[back]


def _flags_of(ask: Callable[[View], ArrayLike], view: View) -> NDArray[Any]:
    """Ask a question about measures in another order of the worlds."""
    order, back = _orders(view)
    said = np.asarray(ask(view.narrow(order)))
    return np.broadcast_to(said, (len(view), len(view.measures)))[back]


def _orders(view: View) -> tuple[Ints, Ints]:
    """Give an order of the worlds that is not theirs, and the way back."""
    order = np.random.default_rng(view.round).permutation(len(view))[::-1].copy()
    return order, np.argsort(order)


def cause_of(problem: BaseException) -> BaseException | None:
    """Give what made a question fail, from within a one-world strategy too."""
    cause = problem.__cause__
    return cause.__cause__ if isinstance(cause, WorldError) else cause

"""Chunks to workers: hands them out, and does again what a worker that died took with it.

What else plays strangers (a transcript, a plot, a page) has it made apart, in such a process, too.

A worker keeps the economy of its cell, which serves its other worlds. So one that comes back
is given the next chunk of its cell, as a rule; cells are shared only when there are no others left.
"""

import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from experiments.design.plan import Plan
from experiments.runs.limit import TimeLimitError, too_long, within
from experiments.runs.play import Chunk, Done, Task, failed, play
from experiments.runs.workers import GONE, TRIES, BesideEndedError, InProcess, Workers
from sim.errors import TariffTalksError

T = TypeVar("T")

BEYOND = 20.0
"""Seconds beyond its limit after which a chunk is ended from outside."""

LIMIT = 60.0
"""Seconds that what is made apart may take."""


class ProcessEndedError(Exception):
    """A process ended before it gave back what it played; how."""


class Dispatch:
    """Plays chunks; iterate over it to get each as it ends.

    Args:
        plan: the plan that they belong to.
        chunks: which.
        workers: who plays them.
        limit: seconds that a chunk may take; None for no limit.
    """

    def __init__(
        self, plan: Plan, chunks: Sequence[Chunk], workers: Workers, limit: float | None
    ) -> None:
        self._plan, self._workers, self._limit = plan, workers, limit
        self._queues: dict[int, deque[Chunk]] = {}
        for chunk in chunks:
            self._queues.setdefault(chunk.cell, deque()).append(chunk)
        self._waiting: dict[Future[Done], tuple[Task, float]] = {}
        self._deaths: Counter[Chunk] = Counter()
        self._any_came_back = False
        self._first_death: float | None = None

    def __iter__(self) -> Iterator[Done]:
        self._fill()
        while self._waiting:
            finished, _ = wait(self._waiting, self._patience(), return_when=FIRST_COMPLETED)
            if not finished:
                self._end_late()
            for future in finished:
                task, begun = self._waiting.pop(future)
                done = self._result(future, task, begun)
                self._fill(task.chunk.cell)
                if done is not None:
                    yield done

    def _fill(self, cell: int | None = None) -> None:
        """Give workers that have nothing to do their next chunks; one was at a cell."""
        while self._queues and len(self._waiting) < self._workers.ahead:
            chunk = self._next(cell)
            task = Task.of(self._plan, chunk, self._limit, own_process=self._workers.own_processes)
            self._waiting[self._workers.submit(play, task)] = task, time.monotonic()
            cell = None

    def _next(self, cell: int | None) -> Chunk:
        """Take a chunk of this cell; else of one at which there are fewest."""
        if cell not in self._queues:
            taken = Counter(task.chunk.cell for task, _ in self._waiting.values())
            cell = min(self._queues, key=lambda number: taken[number])
        chunk = self._queues[cell].popleft()
        if not self._queues[cell]:
            del self._queues[cell]
        return chunk

    def _patience(self) -> float | None:
        """Give the seconds after which a process is looked at that has not stopped itself."""
        return None if self._limit is None else self._limit / 4 + BEYOND / 2

    def _end_late(self) -> None:
        """End what went on beyond its limit: stopped, or out of reach of its own alarm."""
        for future, (_, begun) in self._waiting.items():
            if self._limit is not None and time.monotonic() - begun > self._limit + BEYOND:
                self._workers.end(future)

    def _result(self, future: "Future[Done]", task: Task, begun: float) -> Done | None:
        try:
            done = future.result()
        except CancelledError:
            raise TariffTalksError(GONE) from None
        except Exception as problem:
            if not self._workers.lost(problem):
                raise
            how = self._workers.end(future)
            seconds = self._workers.took(problem, time.monotonic() - begun)
            return self._lost(task, seconds, ProcessEndedError(how or _named(problem)))
        self._any_came_back = True
        return replace(done, tries=1 + self._deaths[task.chunk])

    def _lost(self, task: Task, seconds: float, problem: ProcessEndedError) -> Done | None:
        """Put a chunk whose worker died in front again, or give it up."""
        chunk = task.chunk
        self._deaths[chunk] += 1
        self._first_death = self._first_death or time.monotonic()
        if self._limit is not None and seconds >= self._limit:
            late = TimeLimitError(f"{too_long(self._limit)}; its worker was ended")
            return Done(
                chunk, seconds, failure=failed(chunk, "talks", late), tries=self._deaths[chunk]
            )
        if self._deaths[chunk] < TRIES:
            self._queues.setdefault(chunk.cell, deque()).appendleft(chunk)
            return None
        if task.strangers:
            problem = ProcessEndedError(_not_back(task.strangers, f", {TRIES} times: {problem}"))
        elif not self._any_came_back and not self._any_lives(self._first_death):
            raise TariffTalksError(
                f"workers die before they have done anything ({problem}); look "
                "for what they wrote above, or play in one process (--workers 1)"
            )
        return Done(chunk, seconds, failure=failed(chunk, "worker", problem), tries=TRIES)

    def _any_lives(self, first_death: float) -> bool:
        """Tell whether a chunk is still being played that was before any worker had died."""
        return any(begun < first_death for _, begun in self._waiting.values())


def _named(problem: BaseException) -> str:
    plain = type(problem) is BrokenExecutor or isinstance(problem, BesideEndedError)
    return str(problem) if plain else f"{type(problem).__name__}: {problem}"


def _not_back(strangers: Sequence[str], how: str) -> str:
    return (
        f"the process that played {', '.join(strangers)} did not come back{how}; a strategy may "
        "neither end nor crash the process it plays in"
    )


def attempt(task: Task, here: Workers) -> Done:
    """Play a task to see how it goes; that its process ended or never came back is a failure."""
    future = here.submit(play, task)
    try:
        return future.result(None if task.limit is None else task.limit + BEYOND)
    except (BrokenExecutor, TimeoutError) as problem:
        how = ProcessEndedError(here.end(future) or _named(problem))
        return Done(task.chunk, 0.0, failure=failed(task.chunk, "worker", how))


@dataclass(frozen=True, eq=False)
class Errand:
    """A call that plays strangers, for a process that does nothing else.

    Attributes:
        strangers: what it plays besides the package's own code.
        call: what to call, and args: with what.
        limit: seconds that it may take.
        own_process: whether that process may be ended.
    """

    strangers: tuple[str, ...]
    call: Callable[..., Any]
    args: tuple[Any, ...]
    limit: float
    own_process: bool = False


def apart(strangers: tuple[str, ...], call: Callable[..., T], *args: Any) -> T:
    """Make a call that plays strangers in a process of its own.

    Args:
        strangers: what it plays besides the package's own code.
        call: a function of a module; what it is given and what it gives travel.
        args: what it is called with.

    Raises:
        TariffTalksError: it raised one, did not come back, or took longer than `LIMIT`.
    """
    begun = time.monotonic()
    with InProcess() as here:
        future = here.submit(_made, Errand(strangers, call, args, LIMIT))
        try:
            value, problem = future.result(LIMIT + BEYOND)
        except (BrokenExecutor, TimeoutError) as ended:
            how = here.end(future) or _named(ended)
            late = time.monotonic() - begun >= LIMIT
            value, problem = None, _late(strangers) if late else _not_back(strangers, f": {how}")
    if problem:
        raise TariffTalksError(problem)
    made: T = value
    return made


def _late(strangers: Sequence[str]) -> str:
    return f"{', '.join(strangers)}: {too_long(LIMIT, 'this')}: does a loop end?"


def _made(errand: Errand) -> tuple[Any, str]:
    """Make the call; give what it gave, or say what went wrong."""
    try:
        call = partial(errand.call, *errand.args)
        return within(errand.limit, call, own_process=errand.own_process), ""
    except TimeLimitError:
        return None, _late(errand.strangers)
    except TariffTalksError as problem:
        late = isinstance(problem.__cause__, TimeLimitError)
        return None, f"{problem}, {errand.limit:g} seconds" if late else str(problem)
    finally:
        with suppress(AttributeError, OSError, ValueError):
            sys.stdout.flush()  # this process is ended, not left

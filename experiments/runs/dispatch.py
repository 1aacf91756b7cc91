"""Chunks to workers: hands them out, and does again what a worker that died took with it.

A worker keeps the economy of its cell, which serves its other worlds. So one that comes back
is given the next chunk of its cell, as a rule; cells are shared only when there are no others left.
"""

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait

from experiments.design.plan import Plan
from experiments.runs.limit import TimeLimitError, too_long
from experiments.runs.play import Chunk, Done, Task, failed, play
from experiments.runs.workers import GONE, TRIES, Workers
from sim.errors import TariffTalksError


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
        self._waiting: dict[Future[Done], tuple[Chunk, float]] = {}
        self._deaths: Counter[Chunk] = Counter()
        self._any_came_back = False
        self._first_death: float | None = None

    def __iter__(self) -> Iterator[Done]:
        self._fill()
        while self._waiting:
            finished, _ = wait(self._waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                chunk, begun = self._waiting.pop(future)
                done = self._result(future, chunk, begun)
                self._fill(chunk.cell)
                if done is not None:
                    yield done

    def _fill(self, cell: int | None = None) -> None:
        """Give workers that have nothing to do their next chunks; one was at a cell."""
        while self._queues and len(self._waiting) < self._workers.ahead:
            chunk = self._next(cell)
            task = Task.of(self._plan, chunk, self._limit, own_process=self._workers.own_processes)
            self._waiting[self._workers.submit(play, task)] = chunk, time.monotonic()
            cell = None

    def _next(self, cell: int | None) -> Chunk:
        """Take a chunk of this cell; else of one at which there are fewest."""
        if cell not in self._queues:
            taken = Counter(chunk.cell for chunk, _ in self._waiting.values())
            cell = min(self._queues, key=lambda number: taken[number])
        chunk = self._queues[cell].popleft()
        if not self._queues[cell]:
            del self._queues[cell]
        return chunk

    def _result(self, future: "Future[Done]", chunk: Chunk, begun: float) -> Done | None:
        try:
            done = future.result()
        except CancelledError:
            raise TariffTalksError(GONE) from None
        except Exception as problem:
            if not self._workers.lost(problem):
                raise
            return self._lost(chunk, time.monotonic() - begun, problem)
        self._any_came_back = True
        return done

    def _lost(self, chunk: Chunk, seconds: float, problem: Exception) -> Done | None:
        """Put a chunk whose worker died in front again, or give it up."""
        self._deaths[chunk] += 1
        self._first_death = self._first_death or time.monotonic()
        if self._limit is not None and seconds >= self._limit:
            late = TimeLimitError(f"{too_long(self._limit)}; its worker was ended")
            return Done(chunk, seconds, failure=failed(chunk, "talks", late))
        if self._deaths[chunk] < TRIES:
            self._queues.setdefault(chunk.cell, deque()).appendleft(chunk)
            return None
        if not self._any_came_back and not self._any_lives(self._first_death):
            raise TariffTalksError(
                f"workers die before they have done anything ({type(problem).__name__}); look "
                "for what they wrote above, or play in one process (--workers 1)"
            )
        return Done(chunk, seconds, failure=failed(chunk, "worker", problem))

    def _any_lives(self, first_death: float) -> bool:
        """Tell whether a chunk is still being played that was before any worker had died."""
        return any(begun < first_death for _, begun in self._waiting.values())

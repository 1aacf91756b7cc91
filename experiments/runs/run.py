"""Cells to worlds to a store: chunks of worlds are played by workers and written as parts.

The more worlds play together, the less each costs, up to some ten thousand. For several workers
chunks become smaller towards the end, so that all end at about the same time (guided
self-scheduling; Polychronopoulos and Kuck, 1987).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.design.plan import Plan
from experiments.runs.dispatch import Dispatch
from experiments.runs.economies import economies
from experiments.runs.play import Chunk, Done
from experiments.runs.provenance import code_version, commit, host, versions
from experiments.runs.store import CONFIG, FAILED, FINISHED, RUNNING, Store
from experiments.runs.workers import InProcess, Workers
from sim.errors import BrokenStrategyError, TariffTalksError

LIMIT = 1_800.0
"""Seconds that a chunk may take, if nothing else is said."""

MOST = 10_000
"""Worlds of a chunk at most, if nothing else is said."""

LEAST = 5_000
"""Worlds at which chunks of a large run stop to become smaller."""

FEWEST = 1_000
"""The same of a small run, of which every worker is to have some."""

_PARTS = 2
"""Into how many parts for each worker what is left is thought to be cut."""


@dataclass
class Summary:
    """What became of a run.

    Attributes:
        store: its directory.
        rows: rows of the table.
        failures: failed chunks, each with cell, first_world, worlds, stage, exception, message,
            seat, round, world and traceback.
        fresh: chunks played now; 0 for a run that was finished before.
    """

    store: Store
    rows: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    fresh: int = 0

    @property
    def failed_cells(self) -> list[int]:
        """Cells with a failure."""
        return sorted({failure["cell"] for failure in self.failures})


Report = Callable[[Done, int], None]
"""Is told of each finished chunk, and how many of its cell's chunks are left."""


def run(
    plan: Plan,
    parent: Path,
    *,
    executor: Workers | None = None,
    chunk: int | None = None,
    limit: float | None = LIMIT,
    force: bool = False,
    report: Report | None = None,
) -> Summary:
    """Play every cell of a plan and write the results.

    A run that was stopped goes on where it was; one that is finished is not played again. A chunk
    that fails is recorded, its cell is left out of the table, and the others go on. The table is
    the same to the byte whatever the workers and chunks, and however often it was stopped.

    Args:
        plan: what to play.
        parent: where the run directory is made.
        executor: plays the chunks; None plays them in this process.
        chunk: worlds per chunk; None for as many as suit the workers.
        limit: seconds that a chunk may take; None for no limit.
        force: go on with parts that other code has played.
        report: is told of every finished chunk.

    Raises:
        TariffTalksError: another run writes there, or its parts are of other code.
        OSError: a file could not be written; what was played before is kept.
    """
    return resume(
        plan,
        Store.of(plan, parent),
        executor=executor,
        chunk=chunk,
        limit=limit,
        force=force,
        report=report,
    )


def resume(
    plan: Plan,
    store: Store,
    *,
    executor: Workers | None = None,
    chunk: int | None = None,
    limit: float | None = LIMIT,
    force: bool = False,
    report: Report | None = None,
) -> Summary:
    """Play what a directory lacks of a plan; as `run`, which names the directory itself."""
    before = store.manifest()
    if before.get("status") == FINISHED:
        store.tidy()
        return Summary(store, before["rows"])
    with store.locked():
        check_code(store, force)
        executor = executor or InProcess()
        todo = missing(plan, store, chunk, executor.ahead)
        session = _Session(plan, store, executor, todo)
        session.begin()
        for done in Dispatch(plan, todo, session.workers, limit):
            session.take(done, report)
        return session.end()


class _Session:
    """One sitting of a run: what it writes, from the first manifest to the last."""

    def __init__(self, plan: Plan, store: Store, workers: Workers, todo: Sequence[Chunk]) -> None:
        self.plan, self.store, self.workers = plan, store, workers
        self.summary = Summary(store, fresh=len(todo))
        self._started = time.time()
        self._earlier = store.manifest().get("sessions", [])
        self._left = Counter(chunk.cell for chunk in todo)
        self._worlds = 0

    def begin(self) -> None:
        """Solve the payoff tables once, so that workers find them on the disk; then begin."""
        if self.summary.fresh:
            self._solve()
        self.store.begin(self.plan, self._manifest(RUNNING))

    def _solve(self) -> None:
        """Solve the tables of the first cell whose strategies can be built."""
        for cell in self.plan.cells:
            with suppress(BrokenStrategyError):
                self.plan.game(cell)
                return

    def take(self, done: Done, report: Report | None) -> None:
        """Write the part of a chunk, or note its failure."""
        chunk = done.chunk
        if done.part is not None:
            self.store.write_part(chunk.cell, chunk.first, chunk.worlds, done.part)
            self._worlds += chunk.worlds
        if done.failure is not None:
            self.summary.failures.append(done.failure)
            with suppress(OSError):
                self.store.write_failures(self.summary.failures)
        self._left[chunk.cell] -= 1
        if report is not None:
            report(done, self._left[chunk.cell])

    def end(self) -> Summary:
        """Join the cells of which nothing failed, and write what became of the run."""
        summary = self.summary
        summary.failures.sort(key=lambda failure: (failure["cell"], failure["first_world"]))
        whole = {cell.index for cell in self.plan.cells} - set(summary.failed_cells)
        summary.rows = self.store.finish(sorted(whole), self.plan.swept)
        self.store.write_failures(summary.failures)
        self.store.write_manifest(self._manifest(FAILED if summary.failures else FINISHED))
        if not summary.failures:
            self.store.tidy()
        return summary

    def _manifest(self, status: str) -> dict[str, Any]:
        plan, summary = self.plan, self.summary
        return {
            "name": plan.config.name,
            "question": plan.config.question,
            "status": status,
            "config": CONFIG,
            "digest": self._digest,
            "seed": plan.config.seed,
            "cells": len(plan.cells),
            "worlds_per_cell": plan.worlds,
            "rows": summary.rows,
            "failed_cells": summary.failed_cells,
            "swept": list(plan.swept),
            "uncertainties": list(plan.uncertainties),
            "labels": [dict(cell.labels) for cell in plan.cells],
            "economy": economies(plan),
            "versions": versions(),
            "code": code_version(),
            "commit": commit(),
            "host": host(),
            "finished": None if status == RUNNING else _now(),
            "seconds": round(time.time() - self._started, 3),
            "sessions": [*self._earlier, self._session(status)],
        }

    @property
    def _digest(self) -> str:
        """The digest that named the directory, also if files have changed since."""
        named: str = self.store.manifest().get("digest", self.plan.digest)
        return named

    def _session(self, status: str) -> dict[str, Any]:
        """Say what this sitting did; one that was killed has no end."""
        seconds = time.time() - self._started
        return {
            "started": datetime.fromtimestamp(self._started, UTC).isoformat(timespec="seconds"),
            "finished": None if status == RUNNING else _now(),
            "seconds": None if status == RUNNING else round(seconds, 3),
            "host": host(),
            "code": code_version(),
            "commit": commit(),
            "digest": self.plan.digest,
            "workers": self.workers.name,
            "chunks": self.summary.fresh,
            "worlds": self._worlds,
        }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def check_code(store: Store, force: bool = False) -> None:
    """Check that the parts of a directory were played by this code.

    Raises:
        TariffTalksError: they were not, and that is not forced.
    """
    made_by = {session["code"] for session in store.manifest().get("sessions", [])}
    others = sorted(made_by - {code_version()})
    if others and not force and store.parts():
        raise TariffTalksError(
            f"{store.directory}: was begun by other code ({', '.join(others)}; this is "
            f"{code_version()}), and its parts and new ones might not fit together; go on anyway "
            "with --force, or run it anew elsewhere with --out"
        )


def missing(plan: Plan, store: Store, size: int | None = None, workers: int = 1) -> list[Chunk]:
    """Give the chunks that are still to be played, whatever the chunks of an earlier run.

    Args:
        plan: what to play.
        store: where its parts lie.
        size: worlds of a chunk; None for as many as suit the number of workers.
        workers: how many play at a time.

    Raises:
        ValueError: the size is not at least 1.
    """
    if size is not None and size < 1:
        raise ValueError(f"chunk: {size} is not a number of worlds; say at least 1")
    there = store.parts()
    gaps = [
        (cell.index, first, last)
        for cell in plan.cells
        for first, last in _gaps(there.get(cell.index, []), plan.worlds)
    ]
    left = sum(last - first for _, first, last in gaps)
    least = min(LEAST, max(-(-left // workers), FEWEST))
    chunks = []
    for cell, first, last in gaps:
        while first < last:
            most = MOST if workers == 1 else min(max(left // (_PARTS * workers), least), MOST)
            worlds = min(_even(last - first, most) if size is None else size, last - first)
            chunks.append(Chunk(cell, first, worlds))
            first, left = first + worlds, left - worlds
    return chunks


def _even(worlds: int, most: int) -> int:
    """Give the size of the first of as few chunks as may be, all about the same."""
    return -(-worlds // -(-worlds // most))


def _gaps(there: Sequence[tuple[int, int]], worlds: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of worlds that are not there: first, and the one after the last."""
    at = 0
    for first, count in there:
        if first > at:
            yield at, first
        at = first + count
    if at < worlds:
        yield at, worlds

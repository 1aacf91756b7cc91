"""Cells to worlds to a store: chunks of worlds are played by workers and written as parts."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from logging import Logger
from pathlib import Path
from typing import Any

from experiments.design.plan import Plan
from experiments.runs.dispatch import Dispatch
from experiments.runs.economies import economies
from experiments.runs.kept.journal import LOG, chunk_played, journal
from experiments.runs.kept.left import begun, check_code, dropped, is_done, missing, talks_of
from experiments.runs.kept.parts import Part
from experiments.runs.kept.whole import DamagedError
from experiments.runs.play import Chunk, Done
from experiments.runs.provenance import code_version, commit, host, versions
from experiments.runs.store import (
    CONFIG,
    DIGESTS,
    FAILED,
    FINISHED,
    RUNNING,
    SOURCES,
    Store,
)  # fmt: skip
from experiments.runs.workers import TRIES, InProcess, Workers
from sim.errors import BrokenStrategyError, TariffTalksError

LIMIT = 1_800.0
"""Seconds that a chunk may take, if nothing else is said."""

_MOST_WARNINGS = 5
"""Warnings of strategies and libraries that are told; the others are in the log."""


@dataclass
class Summary:
    """What became of a run.

    Attributes:
        store: its directory.
        rows: rows of the table.
        failures: failed chunks, each with cell, first_world, worlds, stage, exception, message,
            seat, round, world and traceback.
        fresh: chunks played now; 0 for a run that was finished before.
        notes: what was found damaged, a sentence each.
    """

    store: Store
    rows: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    fresh: int = 0
    notes: list[str] = field(default_factory=list)

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
    if executor is None:
        with InProcess() as here:
            return resume(
                plan, store, executor=here, chunk=chunk, limit=limit, force=force, report=report
            )
    before = store.manifest()
    if is_done(plan, store):
        store.tidy()
        return Summary(store, before["rows"], notes=store.mend())
    with store.locked(), journal(store.directory) as log:
        check_code(store, force)
        session = _Session(plan, store, executor, begun(plan, store), log)
        session.begin(chunk)
        session.play(limit, report)
        return session.end()


class _Session:
    """One sitting of a run: what it writes, from the first manifest to the last."""

    def __init__(
        self, plan: Plan, store: Store, workers: Workers, notes: list[str], log: Logger
    ) -> None:
        self.plan, self.store, self.workers = plan, store, workers
        self.summary, self._log = Summary(store, notes=notes), log
        self._began, self._started = datetime.now(UTC), time.monotonic()
        self._earlier = store.manifest().get("sessions", [])
        self._left = Counter[int]()
        self._todo, self._worlds = list[Chunk](), 0
        self._warned: dict[str, int] = {}

    def begin(self, size: int | None) -> None:
        """Solve the payoff tables once, so that workers find them on the disk; then begin."""
        self._todo = missing(self.plan, self.store, size, self.workers.ahead)
        self.summary.fresh = len(self._todo)
        if self.summary.fresh:
            self._solve()
        self.store.begin(self.plan, self._manifest(RUNNING))
        self._parts = self.store.parts()

    def play(self, limit: float | None, report: Report | None) -> None:
        """Play what is missing, and join the table; a part that is damaged meanwhile, again."""
        for _ in range(TRIES):
            self._left.update(chunk.cell for chunk in self._todo)
            for done in Dispatch(self.plan, self._todo, self.workers, limit):
                self.take(done, report)
            try:
                return self._join()
            except DamagedError as problem:
                self.summary.notes.append(f"{problem}; it is played again")
                dropped(self.plan, self.store)
            again = missing(self.plan, self.store, None, self.workers.ahead)
            failed = self.summary.failed_cells
            self._todo = [chunk for chunk in again if chunk.cell not in failed]
            self.summary.fresh += len(self._todo)
        raise TariffTalksError(
            f"{self.store.directory}: parts are damaged again and again; look at the disk, or name "
            "another place with --out"
        )

    def _solve(self) -> None:
        """Solve the tables of the first cell whose strategies can be built."""
        for cell in self.plan.cells:
            with suppress(BrokenStrategyError):
                self.plan.game(cell)
                return

    def take(self, done: Done, report: Report | None) -> None:
        """Write the part of a chunk, or note its failure."""
        chunk = done.chunk
        chunk_played(self._log, done)
        self._warned.update(dict.fromkeys(done.warnings, chunk.cell))
        if done.part is not None:
            self._parts.write(Part(chunk.cell, chunk.first, chunk.worlds), done.part)
            self._worlds += chunk.worlds
        if done.failure is not None:
            self.summary.failures.append(done.failure)
            with suppress(OSError):
                self.store.write_failures(self.summary.failures)
        self._left[chunk.cell] -= 1
        if report is not None:
            report(done, self._left[chunk.cell])

    def _join(self) -> None:
        """Join the cells of which nothing failed."""
        plan, summary = self.plan, self.summary
        whole = sorted({cell.index for cell in plan.cells} - set(summary.failed_cells))
        summary.rows = self.store.finish(whole, plan)
        due = sum(plan.worlds * talks_of(plan, cell) for cell in whole)
        if summary.rows != due:
            raise DamagedError(
                f"{self.store.directory}: the parts have {summary.rows} rows, and worlds and talks "
                f"make {due}"
            )

    def end(self) -> Summary:
        """Write what became of the run."""
        summary = self.summary
        summary.notes += [
            f"{said} (in cell {cell}; {LOG} has all of them)"
            for said, cell in list(self._warned.items())[:_MOST_WARNINGS]
        ]
        for note in (*self.workers.notes, *summary.notes):
            self._log.warning(note)
        summary.failures.sort(key=lambda failure: (failure["cell"], failure["first_world"]))
        self.store.write_failures(summary.failures)
        self.store.write_manifest(
            self._manifest(FAILED if summary.failures else FINISHED)
            | {DIGESTS: self.store.digests()}
        )
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
            SOURCES: self.store.sources(plan),
            "versions": versions(),
            "code": code_version(),
            "commit": commit(),
            "host": host(),
            "finished": None if status == RUNNING else _now(),
            "seconds": round(time.monotonic() - self._started, 3),
            "sessions": [*self._earlier, self._session(status)],
        }

    @property
    def _digest(self) -> str:
        """The digest that named the directory, also if files have changed since."""
        named: str = self.store.manifest().get("digest", self.plan.digest)
        return named

    def _session(self, status: str) -> dict[str, Any]:
        """Say what this sitting did; one that was killed has no end."""
        seconds = time.monotonic() - self._started
        return {
            "started": self._began.isoformat(timespec="seconds"),
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

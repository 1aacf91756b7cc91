"""Cells to worlds to a store: chunks of worlds are played by an executor and written as parts."""

import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from experiments.plan import Plan
from experiments.store import Store
from experiments.workers import wake
from sim import Scenario, negotiate
from sim.errors import BrokenStrategyError, StrategyError

CHUNK = 2_000
"""Worlds that are played, and written, together."""


@dataclass(frozen=True)
class Chunk:
    """Some worlds of a cell."""

    cell: int
    first: int
    worlds: int


@dataclass(frozen=True)
class Done:
    """What became of a chunk."""

    chunk: Chunk
    seconds: float
    failure: dict[str, Any] | None = None


@dataclass
class Summary:
    """What became of a run.

    Attributes:
        store: its directory.
        rows: rows of the table.
        failures: failed chunks, each with cell, worlds, stage, exception, seat, round, world and
            traceback.
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
    executor: Executor | None = None,
    chunk: int = CHUNK,
    report: Report | None = None,
) -> Summary:
    """Play every cell of a plan and write the results.

    A run that was stopped goes on where it was; one that is finished is not played again. A chunk
    that fails is recorded, its cell is left out of the table, and the others go on. The table is
    the same to the byte whatever the workers and chunks.

    Args:
        plan: what to play.
        parent: where the run directory is made.
        executor: plays the chunks; None plays them in this process.
        chunk: worlds per chunk.
        report: is told of every finished chunk.
    """
    store = Store.of(plan, parent)
    before = store.manifest()
    if before.get("status") == "finished":
        return Summary(store, before["rows"])
    started = time.time()
    summary = Summary(store)
    todo = [c for c in _chunks(plan, chunk) if not _played(store, c)]
    left = {cell.index: sum(c.cell == cell.index for c in todo) for cell in plan.cells}
    summary.fresh = len(todo)
    if todo:
        wake(executor, min(len(todo), 64))
        _warm(plan)
    store.begin(plan)
    for done in _play_all(plan, store, todo, executor):
        left[done.chunk.cell] -= 1
        if done.failure is not None:
            summary.failures.append(done.failure)
        if report is not None:
            report(done, left[done.chunk.cell])
    summary.failures.sort(key=lambda failure: (failure["cell"], failure["first_world"]))
    failed = summary.failed_cells
    good = [cell.index for cell in plan.cells if cell.index not in failed]
    summary.rows = store.finish(good, plan.swept)
    store.write_failures(summary.failures)
    store.write_manifest(_manifest(plan, summary, time.time() - started))
    if not failed:
        store.clear_parts()
    return summary


def _chunks(plan: Plan, size: int) -> Iterator[Chunk]:
    for cell in plan.cells:
        for first in range(0, plan.worlds, size):
            yield Chunk(cell.index, first, min(size, plan.worlds - first))


def _played(store: Store, chunk: Chunk) -> bool:
    """Tell whether the worlds of a chunk are there, whatever the chunks of an earlier run."""
    if store.part(chunk.cell, chunk.first, chunk.worlds).is_file():
        return True
    for part in store.directory.glob(f"parts/{chunk.cell:06d}-*.parquet"):
        first, worlds = (int(word) for word in part.stem.split("-")[1:])
        if first < chunk.first + chunk.worlds and chunk.first < first + worlds:
            part.unlink()
    return False


def _warm(plan: Plan) -> None:
    """Solve the payoff tables once, so that every worker finds them on the disk."""
    for cell in plan.cells:
        with suppress(BrokenStrategyError):
            plan.game(cell)
            return


def _play_all(
    plan: Plan, store: Store, todo: list[Chunk], executor: Executor | None
) -> Iterator[Done]:
    if executor is None:
        for chunk in todo:
            yield play(plan, store, chunk)
        return
    waiting = {executor.submit(play, plan, store, chunk): chunk for chunk in todo}
    while waiting:
        finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in finished:
            yield _result(future, waiting.pop(future))


def _result(future: "Future[Done]", chunk: Chunk) -> Done:
    try:
        return future.result()
    except BrokenProcessPool as problem:
        return Done(chunk, 0.0, _failure(chunk, "worker", problem))


@lru_cache(maxsize=2)
def _game(plan: Plan, cell: int) -> Scenario:
    return plan.game(plan.cells[cell])


_PLANS: dict[str, Plan] = {}


def play(plan: Plan, store: Store, chunk: Chunk) -> Done:
    """Play a chunk and write its part; a failure is given back, not raised."""
    plan = _PLANS.setdefault(plan.digest, plan)
    started, stage = time.time(), "scenario"
    try:
        game = _game(plan, chunk.cell)
        stage = "talks"
        record = negotiate(game, chunk.worlds, plan.config.seed, chunk.first)
        stage = "results"
        store.write_part(plan.cells[chunk.cell], chunk.first, chunk.worlds, record.to_frame())
    except Exception as problem:  # noqa: BLE001 - recorded with its traceback, and reported
        return Done(chunk, time.time() - started, _failure(chunk, stage, problem))
    return Done(chunk, time.time() - started)


def _failure(chunk: Chunk, stage: str, problem: BaseException) -> dict[str, Any]:
    named = problem if isinstance(problem, StrategyError) else None
    return {
        "cell": chunk.cell,
        "first_world": chunk.first,
        "worlds": chunk.worlds,
        "stage": stage,
        "exception": type(problem).__name__,
        "message": str(problem),
        "seat": f"{named.country}:{named.talk}" if named else None,
        "round": named.round if named else None,
        "world": named.world if named else None,
        "traceback": "".join(traceback.format_exception(problem)),
    }


def _manifest(plan: Plan, summary: Summary, seconds: float) -> dict[str, Any]:
    failed = set(summary.failed_cells)
    return {
        "name": plan.config.name,
        "question": plan.config.question,
        "status": "failed" if failed else "finished",
        "digest": plan.digest,
        "seed": plan.config.seed,
        "cells": len(plan.cells),
        "worlds_per_cell": plan.worlds,
        "rows": summary.rows,
        "failed_cells": sorted(failed),
        "swept": list(plan.swept),
        "labels": [dict(cell.labels) for cell in plan.cells],
        "versions": {
            "python": sys.version.split()[0],
            **{name: version(name) for name in ("tariff-talks", "mesa", "numpy", "pandas")},
        },
        "commit": commit(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
    }


def commit() -> str | None:
    """Give the git commit of this code, with `+` if it has changes; None outside a checkout."""
    here = Path(__file__).parent
    words = ["git", "-C", str(here), "describe", "--always", "--abbrev=40", "--dirty=+"]
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None

"""What a run will take: measured on a few of its cells, never looked up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

from experiments.design.plan import Plan
from experiments.runs.dispatch import attempt
from experiments.runs.play import Chunk, Done, Task
from experiments.runs.table import rows_and_bytes
from experiments.runs.workers import InProcess, Workers

FEW = 200
"""Worlds of the first try of a cell."""

PATIENCE = 3.0
"""Seconds that the second try, of a whole chunk, may take to be made."""

LIMIT = 60.0
"""Seconds after which a try is given up, if nothing else is said."""

START = 2.0
"""Seconds in which a process starts: its imports."""


@dataclass
class Estimate:
    """What playing some cells took.

    Attributes:
        cells: how many were tried.
        worlds: worlds of the larger try of each.
        setup: seconds to build the scenario of a cell, once payoffs are solved.
        first: seconds to build the first one, solving payoffs if they are not at hand.
        world: seconds a world.
        row_bytes: bytes of a row on the disk.
        rows: rows a world.
        failures: tries that failed.
    """

    cells: int = 0
    worlds: int = 0
    setup: float = 0.0
    first: float = 0.0
    world: float = 0.0
    row_bytes: float = 0.0
    rows: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)

    def seconds(self, cells: int, worlds: int, workers: int) -> float:
        """Give the seconds that cells, and worlds over all of them, take."""
        start = START if workers > 1 else 0.0
        return self.first + start + (self.setup * cells + self.world * worlds) / workers

    def size(self, worlds: int) -> float:
        """Give the bytes of the table of so many worlds."""
        return self.row_bytes * self.rows * worlds


def probe(plan: Plan, chunk: int, limit: float = LIMIT) -> Estimate:
    """Play some worlds of the first, the middle and the last cell.

    Args:
        plan: what is played.
        chunk: most worlds that are played together.
        limit: seconds that a try may take.
    """
    found = Estimate()
    last = len(plan.cells) - 1
    tries: list[tuple[float, float]] = []
    with InProcess() as here:
        for cell in sorted({0, last // 2, last}):
            small, large = _tries(plan, cell, chunk, limit, here)
            if large is None:
                found.failures.append(small.failure or {})
                continue
            a_world = large.seconds / large.chunk.worlds
            tries.append((max(small.seconds - a_world * small.chunk.worlds, 0.0), a_world))
            found.worlds = large.chunk.worlds
            found.rows, found.row_bytes = _size(large)
    if tries:
        found.cells, found.world = len(tries), mean(a_world for _, a_world in tries)
        found.first = tries[0][0]
        found.setup = mean(setup for setup, _ in tries[1:]) if tries[1:] else 0.0
    return found


def _tries(
    plan: Plan, cell: int, chunk: int, limit: float, here: Workers
) -> tuple[Done, Done | None]:
    """Play few worlds, which builds the scenario; then a chunk, if that will not take long."""
    worlds = min(plan.worlds, chunk)
    few = min(worlds, FEW)
    small = attempt(Task.of(plan, Chunk(cell, 0, few), limit), here)
    if small.failure is not None:
        return small, None
    again = attempt(Task.of(plan, Chunk(cell, 0, few), limit), here)
    if again.seconds / few * worlds > PATIENCE or worlds == few:
        return small, again
    large = attempt(Task.of(plan, Chunk(cell, 0, worlds), limit), here)
    return small, again if large.failure is not None else large


def _size(done: Done) -> tuple[int, float]:
    rows, size = rows_and_bytes(done.part or b"")
    return rows // done.chunk.worlds, size / rows


def duration(seconds: float) -> str:
    """Say a time in words, with two figures that matter."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} seconds"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"


def size(count: float) -> str:
    """Say a number of bytes in words."""
    units: Sequence[str] = ("bytes", "kB", "MB", "GB", "TB")
    for unit in units:
        if count < 1000 or unit == units[-1]:
            break
        count /= 1000
    return f"{count:.0f} {unit}" if count >= 10 or unit == "bytes" else f"{count:.1f} {unit}"

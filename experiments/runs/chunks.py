"""What is still to be played of a plan, cut into chunks of worlds that are played together.

The more worlds play together, the less each costs, up to some ten thousand. For several workers
chunks become smaller towards the end, so that all end at about the same time (guided
self-scheduling; Polychronopoulos and Kuck, 1987).
"""

from collections.abc import Iterator, Sequence

from experiments.design.plan import Plan
from experiments.runs.play import Chunk
from experiments.runs.store import Store

MOST = 10_000
"""Worlds of a chunk at most, if nothing else is said."""

LEAST = 5_000
"""Worlds at which chunks of a large run stop to become smaller."""

FEWEST = 1_000
"""The same of a small run, of which every worker is to have some."""

_PARTS = 2
"""Into how many parts for each worker what is left is thought to be cut."""


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

"""What is still to be played of a plan, cut into chunks of worlds that are played together.

The more worlds play together, the less each costs, up to some ten thousand. For several workers
chunks become smaller towards the end, so that all end at about the same time (guided
self-scheduling; Polychronopoulos and Kuck, 1987).
"""

from collections.abc import Iterator, Sequence

from experiments.plan import Plan
from experiments.play import Chunk
from experiments.store import Store

MOST = 10_000
"""Worlds of a chunk, if nothing else is said."""

LEAST = 5_000
"""Where chunks stop to become smaller; what is left of a cell may be less."""

_PARTS = 2
"""Into how many parts for each worker what is left is thought to be cut."""


def missing(plan: Plan, store: Store, size: int | None = None, workers: int = 1) -> list[Chunk]:
    """Give the chunks that are still to be played, whatever the chunks of an earlier run.

    Args:
        plan: what to play.
        store: where its parts lie.
        size: worlds of a chunk; None for as many as suit the number of workers.
        workers: how many play at a time.
    """
    there = store.parts()
    gaps = [
        (cell.index, first, last)
        for cell in plan.cells
        for first, last in _gaps(there.get(cell.index, []), plan.worlds)
    ]
    left = sum(last - first for _, first, last in gaps)
    chunks = []
    for cell, first, last in gaps:
        while first < last:
            worlds = min(size or _share(last - first, left, workers), last - first)
            chunks.append(Chunk(cell, first, worlds))
            first, left = first + worlds, left - worlds
    return chunks


def _share(worlds: int, left: int, workers: int) -> int:
    """Give how many of the worlds of a gap to play next; `left` are left in all."""
    most = MOST if workers == 1 else min(max(left // (_PARTS * workers), LEAST), MOST)
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

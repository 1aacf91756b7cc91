"""Ranges of different lengths, one behind another, and runs of worlds that are alike."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

RAGGED = 1 << 17
"""Candidates that a search looks at together: as many as fit into the cache."""

_PLACES = np.arange(RAGGED, dtype=np.int32)


def batches(start: Ints, stop: Ints) -> Iterator[slice]:
    """Cut ragged ranges into batches of as many candidates as fit into the cache."""
    ahead = np.cumsum(stop - start)
    if len(start) and ahead[-1] <= RAGGED:
        yield slice(None)
        return
    done = 0
    while done < len(start):
        base = ahead[done - 1] if done else 0
        until = max(done + 1, int(np.searchsorted(ahead, base + RAGGED, side="right")))
        yield slice(done, until)
        done = until


def spread(start: Ints, stop: Ints) -> tuple[Ints, Ints, Ints]:
    """Give every position of some ranges; where each begins among them, and its length."""
    lengths = stop - start
    ends = np.cumsum(lengths)
    begins = ends - lengths
    position = np.repeat(start - begins, lengths)
    position += places(len(position))
    return position, begins, lengths


def places(count: int) -> NDArray[np.int32]:
    """Give the first whole numbers, from 0."""
    return _PLACES[:count] if count <= RAGGED else np.arange(count, dtype=np.int32)


def runs(*columns: NDArray[Any]) -> tuple[Ints, Ints]:
    """Give the first of every run of worlds alike in all columns, (W,) each; for a world its run.

    Neighbours are often alike: they are asked once.
    """
    new = np.zeros(len(columns[0]), dtype=bool)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new), np.cumsum(new) - 1


def repeated(array: NDArray[Any], run: Ints) -> NDArray[Any]:
    """Give every world the row, (n,), of its run."""
    return np.broadcast_to(array, (len(run), *array.shape[1:])) if len(array) == 1 else array[run]


def chosen(array: NDArray[Any], column: Ints) -> NDArray[Any]:
    """Give of every row, (W, n), what stands in its column, (W,)."""
    rows = once(array)
    begins = np.arange(0, array.size, array.shape[1]) if len(rows) > 1 else 0
    found: NDArray[Any] = np.take(rows, begins + column)
    return found


def once(array: NDArray[Any]) -> NDArray[Any]:
    """Give the rows, (W, ...), or the first alone if it is repeated by `numpy.broadcast_to`."""
    return array if array.strides[0] else array[:1]

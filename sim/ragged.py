"""Ranges of different lengths, one behind another: what a search has to look at."""

from collections.abc import Iterator

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

"""Arrays that grow at their end, in memory that is used again."""

import sys
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_MOST_SPARE = 1 << 28
"""Bytes that are kept for the next arrays: memory that was never touched costs more than sums."""

_LEAST_SPARE = 1 << 17
"""Smaller pieces, in bytes, are left to the allocator: to look through many takes long."""

_ROOMY = 4
"""A spare piece is taken if it is no larger than this many times what is needed."""

_spare: list[NDArray[np.uint8]] = []


def _piece(size: int) -> NDArray[np.uint8]:
    """Give memory for so many bytes, if possible such as has been used before."""
    fits = [piece for piece in _spare if size <= piece.size <= _ROOMY * size]
    if not fits:
        return np.empty(size, dtype=np.uint8)
    least = min(fits, key=lambda piece: piece.size)
    _spare[:] = [piece for piece in _spare if piece is not least]
    return least


def _keep(piece: NDArray[np.uint8]) -> None:
    """Keep large memory that nobody reads any more; what has lain there longest makes room."""
    if not _LEAST_SPARE <= piece.size <= _MOST_SPARE:
        return
    _spare.append(piece)
    while sum(spare.size for spare in _spare) > _MOST_SPARE:
        del _spare[0]


class Growing:
    """Rows that are appended now and then; the space for them doubles when it is full.

    Attributes:
        rows: (n, ...) what it holds: a view, void after the next `append`.
    """

    def __init__(self, dtype: DTypeLike, *row: int) -> None:
        self._dtype, self._row = np.dtype(dtype), row
        self._width = self._dtype.itemsize * prod(row)
        self._piece = np.empty(0, dtype=np.uint8)
        self.rows: NDArray[Any] = np.zeros((0, *row), dtype=dtype)

    def __len__(self) -> int:
        return len(self.rows)

    def __del__(self) -> None:
        self._let_go()

    def append(self, rows: NDArray[Any]) -> None:
        """Add rows (m, ...) at the end."""
        used, need = len(self.rows), len(self.rows) + len(rows)
        if need * self._width > self._piece.size:
            self._enlarge(max(need, 2 * used))
        self.rows = self._space(need)
        self.rows[used:] = rows

    def _enlarge(self, count: int) -> None:
        piece, before = _piece(count * self._width), self.rows
        larger = piece[: before.nbytes].view(self._dtype).reshape(before.shape)
        larger[...] = before
        del before, larger
        self._let_go()
        self._piece = piece

    def _space(self, count: int) -> NDArray[Any]:
        space = self._piece[: count * self._width].view(self._dtype)
        return space.reshape(count, *self._row)

    def _let_go(self) -> None:
        """Give the memory back, unless somebody still reads it."""
        del self.rows
        if self._piece.size and sys.getrefcount(self._piece) == 2:
            _keep(self._piece)


class Columns:
    """Columns of whole numbers that grow together; `columns[name]` is void after an `append`."""

    def __init__(self, *names: str) -> None:
        self._columns = {name: Growing(np.int64) for name in names}

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def __getitem__(self, name: str) -> NDArray[np.int64]:
        return self._columns[name].rows

    def append(self, **columns: NDArray[Any]) -> None:
        """Add rows at the end: (m,) of every column."""
        for name, column in self._columns.items():
            column.append(columns[name])

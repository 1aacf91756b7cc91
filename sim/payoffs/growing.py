"""Arrays that grow at their end."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Growing:
    """Rows that are appended now and then; the space for them doubles when it is full.

    Attributes:
        rows: (n, ...) what it holds: a view, void after the next `append`.
    """

    def __init__(self, dtype: DTypeLike, *row: int) -> None:
        self._space: NDArray[Any] = np.empty((0, *row), dtype=dtype)
        self.rows = self._space

    def __len__(self) -> int:
        return len(self.rows)

    def append(self, rows: NDArray[Any]) -> None:
        """Add rows (m, ...) at the end."""
        if not len(self.rows):
            self._space = self.rows = np.array(rows, dtype=self._space.dtype, order="C", copy=None)
        else:
            self.room(len(rows))[:] = rows

    def room(self, count: int) -> NDArray[Any]:
        """Give so many new rows at the end, to be written."""
        used, need = len(self.rows), len(self.rows) + count
        if need > len(self._space):
            space = np.empty((max(need, 2 * used), *self._space.shape[1:]), self._space.dtype)
            space[:used] = self.rows
            self._space = space
        self.rows = self._space[:need]
        return self.rows[used:]

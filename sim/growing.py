"""An array that grows at its end."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Growing:
    """Rows that are appended now and then; the space for them doubles when it is full.

    Attributes:
        rows: (n, ...) what it holds: a view, void after the next `append`.
    """

    def __init__(self, dtype: DTypeLike, *row: int) -> None:
        self._space: NDArray[Any] = np.zeros((0, *row), dtype=dtype)
        self.rows = self._space

    def __len__(self) -> int:
        return len(self.rows)

    def append(self, rows: NDArray[Any]) -> None:
        """Add rows (m, ...) at the end."""
        used, need = len(self.rows), len(self.rows) + len(rows)
        if need > len(self._space):
            larger = np.empty((max(need, 2 * used), *self.rows.shape[1:]), self.rows.dtype)
            larger[:used] = self.rows
            self._space = larger
        self._space[used:need] = rows
        self.rows = self._space[:need]

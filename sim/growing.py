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

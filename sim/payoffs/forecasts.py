"""What is expected of the shocks at the end of the talks, written as one whole number."""

from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import TariffTalksError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST = 1 << 16
"""Forecasts that a scenario may have: their numbers are a digit of the outlook."""


class Forecasts:
    """Every forecast met so far: the chance of each shock to be in force at the end.

    Number 0 is that of no shock at all. Which number a forecast has depends on when it was met
    first, and nothing else depends on the number. Models that run side by side share them.
    """

    def __init__(self, shocks: int) -> None:
        self._rows = np.zeros((1, shocks))
        self._number = {self._rows[0].tobytes(): 0}
        self._lock = Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {name: held for name, held in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=Lock())

    def __len__(self) -> int:
        return len(self._rows)

    def number(self, chances: Floats) -> Ints:
        """Give the numbers of forecasts, (n,), of chances (n, S).

        Raises:
            TariffTalksError: there are too many.
        """
        if not len(chances):
            return np.zeros(0, dtype=np.int64)
        told = np.zeros(len(chances), dtype=np.int64)
        for column in chances.T:
            values, place = np.unique(column, return_inverse=True)
            told = np.unique(told * len(values) + place, return_inverse=True)[1]
        _, first, back = np.unique(told, return_index=True, return_inverse=True)
        rows = np.ascontiguousarray(chances[first]) + 0.0
        with self._lock:
            known = [self._find(row) for row in rows]
        numbers: Ints = np.array(known, dtype=np.int64)[back]
        return numbers

    def _find(self, row: Floats) -> int:
        """Give the number of a forecast, (S,), keeping it if it is new."""
        key = row.tobytes()
        if key not in self._number:
            if len(self._rows) == MOST:
                raise TariffTalksError(
                    f"shocks: more than {MOST:,} different forecasts of what is in force at the "
                    "end; give fewer shocks or threats"
                )
            self._rows = np.concatenate([self._rows, row[None]])
            self._number[key] = len(self._rows) - 1
        return self._number[key]

    def chances(self, numbers: Ints) -> Floats:
        """Give the chances of every shock, (n, S), in forecasts of these numbers."""
        return self._rows[numbers]

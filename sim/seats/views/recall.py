"""What a seat remembers of its talk in one world, as plain numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class WorldHistory:
    """A side's standing offer after each of its turns, in one world."""

    __slots__ = ("_first", "_packages", "_step", "_turns")

    def __init__(self, packages: memoryview, first: int, step: int, turns: int) -> None:
        self._packages, self._first, self._step, self._turns = packages, first, step, turns

    def __len__(self) -> int:
        return self._turns

    def __getitem__(self, turn: int) -> int:
        place = turn if turn >= 0 else turn + self._turns
        if not 0 <= place < self._turns:
            raise IndexError(f"turn {turn} of a history of {self._turns}")
        package: int = self._packages[self._first + place * self._step]
        return package

    @property
    def all(self) -> list[int]:
        """Packages, one a turn."""
        return [self[turn] for turn in range(self._turns)]


class WorldMemory:
    """Scratch of one seat in one world: `m["x"] = 3`, `m.get("x", 0)`, `"x" in m`."""

    def __init__(self, store: dict[str, NDArray[Any]], worlds: int, row: int) -> None:
        if "worlds" not in store:
            store["worlds"] = np.array([{} for _ in range(worlds)], dtype=object)
        self._values: dict[str, Any] = store["worlds"][row]

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[name] = value

    def get(self, name: str, default: Any = None) -> Any:
        """Give what was written under a name, else the default."""
        return self._values.get(name, default)

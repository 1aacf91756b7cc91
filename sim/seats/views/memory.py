"""What a seat remembers: the offers of both sides, and its own notes."""

from collections.abc import Iterator
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.protocol.state import Index, Ints


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Make an array read-only."""
    array.flags.writeable = False
    return array


class History:
    """A side's standing offer after each of its turns; a pass repeats the last.

    `history[k]` is that of a turn, (W,); a slice those of several, (turns, W).
    """

    def __init__(self, packages: NDArray[np.int32], turns: int, at: Index) -> None:
        self._packages, self._turns, self._at = packages, turns, at

    def __len__(self) -> int:
        return self._turns

    def __getitem__(self, turn: int | slice) -> Ints:
        if isinstance(turn, slice):
            return frozen(self._packages[: self._turns][turn][:, self._at].astype(np.int64))
        if not -self._turns <= turn < self._turns:
            raise IndexError(f"turn {turn} of a history of {self._turns}")
        row = self._packages[turn % self._turns]
        return frozen(row.take(self._at).astype(np.int64))

    @property
    def all(self) -> Ints:
        """(turns, W) packages."""
        return self[:]


class Memory:
    """Scratch of one seat, owned by the engine: `m["x"] = a` in one turn, `m["x"]` in the next.

    Rows are worlds; a view of some worlds reads and writes theirs only. What was never written is
    zero. What first comes with its worlds innermost in memory is kept so, and given so.
    """

    def __init__(self, store: dict[str, NDArray[Any]], worlds: int, at: Index) -> None:
        self._store, self._worlds, self._at = store, worlds, at

    def __contains__(self, name: str) -> bool:
        return name in self._store

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._store))

    def __getitem__(self, name: str) -> NDArray[Any]:
        kept = self._store[name]
        return kept.T.take(self._at, axis=-1).T if _inmost(kept) else kept.take(self._at, axis=0)

    def __setitem__(self, name: str, value: ArrayLike) -> None:
        array = np.asarray(value)
        shape = array.shape[1:] if array.ndim else ()
        if name not in self._store:
            order: Literal["F", "C"] = "F" if _inmost(array) else "C"
            self._store[name] = np.zeros((self._worlds, *shape), dtype=array.dtype, order=order)
        kept = self._store[name]
        if _inmost(kept) and array.ndim == kept.ndim:
            kept.T[..., self._at] = array.T
        else:
            kept[self._at] = array


def _inmost(array: NDArray[Any]) -> bool:
    """Tell whether an array of several axes has its first one innermost in memory."""
    return array.ndim > 1 and array.flags.f_contiguous and not array.flags.c_contiguous


class WorldHistory:
    """A side's standing offer after each of its turns, in one world; a slice gives a list."""

    __slots__ = ("_first", "_packages", "_step", "_turns")

    def __init__(self, packages: memoryview, first: int, step: int, turns: int) -> None:
        self._packages, self._first, self._step, self._turns = packages, first, step, turns

    def __len__(self) -> int:
        return self._turns

    @overload
    def __getitem__(self, turn: int) -> int: ...

    @overload
    def __getitem__(self, turn: slice) -> list[int]: ...

    def __getitem__(self, turn: int | slice) -> int | list[int]:
        if isinstance(turn, slice):
            return [self[k] for k in range(*turn.indices(self._turns))]
        place = turn if turn >= 0 else turn + self._turns
        if not 0 <= place < self._turns:
            raise IndexError(f"turn {turn} of a history of {self._turns}")
        package: int = self._packages[self._first + place * self._step]
        return package

    @property
    def all(self) -> list[int]:
        """Packages, one a turn."""
        return self[:]


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

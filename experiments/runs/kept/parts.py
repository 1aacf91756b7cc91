"""The parts of a run while it goes on: a file for some worlds of a cell, known by its name.

The name of a part ends in a digest of the run, of the worlds and of its bytes: one that was
damaged, is of another run or bears another's name is found out when it is read.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from experiments.runs.kept.whole import DamagedError, atomic, digest
from experiments.runs.table import rows_of

_NAME = re.compile(r"(\d{6,})-(\d{10,})-(\d{10,})-([0-9a-f]{16})\.parquet")


class Part(NamedTuple):
    """Some worlds of a cell that were played."""

    cell: int
    first: int
    worlds: int


@dataclass(frozen=True)
class Parts:
    """The parts of a run.

    Attributes:
        directory: where they lie.
        run: digest of the run that they belong to.
    """

    directory: Path
    run: str

    def there(self) -> dict[int, list[tuple[int, int]]]:
        """Give for every cell the worlds that are there: first and number, in order."""
        found: dict[int, list[tuple[int, int]]] = {}
        for part, _ in self._files():
            found.setdefault(part.cell, []).append((part.first, part.worlds))
        return found

    def write(self, part: Part, content: bytes) -> None:
        """Write the outcomes of some worlds of a cell."""
        with atomic(self.directory / self._name(part, content)) as file:
            file.write_bytes(content)

    def files(self) -> dict[int, list[Path]]:
        """Give for every cell the files of its parts, in the order of their worlds."""
        found: dict[int, list[Path]] = {}
        for part, file in self._files():
            found.setdefault(part.cell, []).append(file)
        return found

    def read(self, file: Path) -> bytes:
        """Read a part.

        Raises:
            DamagedError: its bytes are not those that were written under its name.
        """
        named = _part(file)
        try:
            content = file.read_bytes()
        except OSError as problem:
            raise DamagedError(f"{file}: cannot be read ({problem.strerror})") from problem
        if named is None or file.name != self._name(named, content):
            raise DamagedError(f"{file}: is damaged, or of another run")
        return content

    def drop(self, rows: Callable[[Part], int]) -> list[Path]:
        """Delete the parts that are damaged, of another run or there twice; give their files.

        Args:
            rows: says how many rows a part has to have.
        """
        dropped, end, cell = [], 0, -1
        for part, file in self._files():
            end, cell = (end if part.cell == cell else 0), part.cell
            if part.first >= end and self._is_whole(file, rows(part)):
                end = part.first + part.worlds
            else:
                dropped.append(file)
        dropped += [file for file in self._all() if _part(file) is None]
        for file in dropped:
            with suppress(OSError):
                file.unlink(missing_ok=True)
        return dropped

    def _is_whole(self, file: Path, rows: int) -> bool:
        try:
            return rows_of(self.read(file)) == rows
        except DamagedError:
            return False

    def _name(self, part: Part, content: bytes) -> str:
        words = "{:06d}-{:010d}-{:010d}".format(*part)
        return f"{words}-{digest(f'{self.run} {words} '.encode(), content)}.parquet"

    def _files(self) -> list[tuple[Part, Path]]:
        """Give the parts in order; of those that begin at the same world, the longest first."""
        named = [(part, file) for file in self._all() if (part := _part(file)) is not None]
        return sorted(named, key=lambda one: (one[0].cell, one[0].first, -one[0].worlds, one[1]))

    def _all(self) -> Iterator[Path]:
        return (file for file in self.directory.glob("*") if file.suffix != ".partial")


def _part(file: Path) -> Part | None:
    """Read a name; None for a file that is no part."""
    found = _NAME.fullmatch(file.name)
    return None if found is None else Part(*(int(word) for word in found.groups()[:3]))

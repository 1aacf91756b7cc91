"""The table of a run, joined while its cells are still being played.

Where others play, the process that asks has little else to do. Joined at the end, ten workers would
wait for it as long as one does.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Condition

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.runs import table


class Joining:
    """A table that grows by a cell at a time, in a thread of its own.

    Args:
        file: where the table goes, which no other has.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._cells: list[Sequence[Path]] = []
        self._changed = Condition()
        self._ended = self._stopped = False
        self._thread = ThreadPoolExecutor(1)
        self._rows: Future[int] | None = None

    def add(self, parts: Sequence[Path]) -> None:
        """Append a cell: its parts, in the order of their worlds, at least one."""
        with self._changed:
            self._cells.append(parts)
            self._changed.notify_all()
        if self._rows is None:
            self._rows = self._thread.submit(self._join)

    def end(self) -> tuple[int, pa.Schema | None]:
        """Wait until all is written; give the rows, and the columns if there are any.

        What could not be written meanwhile is tried once more.

        Raises:
            OSError: it cannot be written.
        """
        self._say_ended()
        if self._rows is None:
            pq.write_table(pa.table({}), self.file)
            return 0, None
        try:
            rows = self._rows.result()
        except OSError:
            rows = self._join()
        return rows, pq.read_schema(self.file)

    def stop(self) -> None:
        """Write no more, and remove the file if it is still where it was."""
        try:
            self._say_ended(stopped=True)
            self._thread.shutdown(wait=True)
        finally:
            self._say_ended(stopped=True)
            with suppress(OSError):
                self.file.unlink(missing_ok=True)

    def _say_ended(self, stopped: bool = False) -> None:
        with self._changed:
            self._ended, self._stopped = True, stopped
            self._changed.notify_all()

    def _join(self) -> int:
        """Join what comes; begin anew if a cell has columns that those before it did not have."""
        while True:
            firsts = (parts[0] for parts in list(self._cells) if not self._stopped)
            try:
                return table.join(self._coming(), self.file, table.columns(firsts))
            except table.MoreColumnsError:
                continue
            except Exception:
                self.file.unlink(missing_ok=True)
                raise

    def _coming(self) -> Iterator[Iterator[Path]]:
        """Give the cells, each as soon as it is there, as long as there are more to come."""
        number = 0
        while self._comes(number):
            yield (part for part in self._cells[number] if not self._stopped)
            number += 1

    def _comes(self, number: int) -> bool:
        """Wait until a cell is there, or none will be."""
        with self._changed:
            self._changed.wait_for(lambda: number < len(self._cells) or self._ended)
        return number < len(self._cells) and not self._stopped

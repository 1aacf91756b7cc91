"""Tables of outcomes on the disk: parts, the one table that they become, and reading it back.

The bytes of the table depend on its rows alone, not on how they were cut into parts: rows are
written in groups of a fixed number, cell by cell. One is read while the one before it is written;
never more than these two and a part are in memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.design.designs import Cell
from experiments.runs.schema import type_of
from sim import Scenario
from sim.payoffs.frontier import SOLUTIONS
from sim.protocol.state import SIDES

GROUP = 1 << 17
"""Rows of a row group."""


def encode(cell: Cell, frame: pd.DataFrame, grids: Mapping[str, float] | None = None) -> bytes:
    """Give the outcomes of some worlds of a cell as the bytes of a parquet file.

    Args:
        cell: of the worlds.
        frame: its outcomes.
        grids: by column the step, a power of two, of which its values are kept as multiples.
    """
    front = pd.DataFrame({"cell": cell.index, **cell.labels}, index=frame.index)
    whole = pd.concat([front, on_grids(frame, grids or {})], axis=1)
    kinds = {name: type_of(name, cell.labels) for name in whole.columns}
    return written(pa.table({name: _typed(whole[name], kind) for name, kind in kinds.items()}))


UTILITY_STEP = 2.0**-20
"""Step of utilities and distances between them."""


def grids_of(game: Scenario) -> dict[str, float]:
    """Give the steps of the columns that are sums: payoffs are kept on the grids of their seats.

    Args:
        game: the scenario. A country's grid is the coarsest of its seats'; what moves cost lies on
            that of the hub, utilities and distances on one of their own.
    """
    payoffs, talks = game.payoffs, range(len(game.talks))
    steps = [max(payoffs.grid(c, talk) for talk in talks) for c in range(len(game.countries))]
    kept = {
        f"{family}.{c}": step
        for family in ("payoff", "cost", "flow")
        for c, step in zip(game.countries, steps, strict=True)
    }
    kept |= dict.fromkeys(["review_cost", "audience_cost", "extension_cost"], steps[0])
    sides = [f"{each}.{side}" for each in ("utility", "reservation") for side in SIDES]
    return kept | dict.fromkeys(
        [*sides, "distance.pareto", *(f"distance.{each}" for each in SOLUTIONS)], UTILITY_STEP
    )


def on_grids(frame: pd.DataFrame, grids: Mapping[str, float]) -> pd.DataFrame:
    """Round columns to multiples of a step; what is left out stays as it is.

    Another processor or numpy adds in another order, which moves the last digits of a sum. They
    are not kept.
    """
    rounded = {
        name: np.rint(frame[name].to_numpy() / step) * step + 0.0
        for name, step in grids.items()
        if name in frame
    }
    return frame.assign(**rounded)


def _typed(column: pd.Series, kind: pa.DataType) -> pa.ChunkedArray | pa.Array:
    """Give a column its type; texts that are numbered stay so."""
    array = pa.array(column, from_pandas=True)
    if pa.types.is_dictionary(array.type) and array.type.value_type == kind:
        return array
    return array.cast(kind)


def written(table: pa.Table) -> bytes:
    """Give a table as the bytes of a parquet file."""
    buffer = BytesIO()
    pq.write_table(table.replace_schema_metadata(None), buffer)
    return buffer.getvalue()


def columns(parts: Iterable[bytes]) -> pa.Schema:
    """Give the columns of some parts, each once."""
    fields: dict[str, pa.Field] = {}
    for part in parts:
        for field in _plain(pq.read_schema(BytesIO(part))):
            fields.setdefault(field.name, field)
    return pa.schema(fields.values())


def join(
    parts: Sequence[Sequence[Path]], file: Path, read: Callable[[Path], bytes] = Path.read_bytes
) -> int:
    """Write the parts of some cells as one table; give the number of rows.

    The first part of a cell says which columns the cell has. A cell whose scenario lacks columns
    that others have, such as the deadline where the hub may move it, leaves them empty.

    Args:
        parts: for every cell its parts, in the order of their worlds, at least one.
        file: where the table goes.
        read: reads a part.

    Raises:
        OSError: a part cannot be read, or the table not be written.
    """
    rows, schema = 0, columns(read(paths[0]) for paths in parts)
    if not parts:
        pq.write_table(pa.table({}), file)
        return rows
    groups = (group for paths in parts for group in _groups(paths, schema, read))
    with _used_again(), pq.ParquetWriter(file, schema) as writer:
        for group in _one_ahead(groups):
            writer.write_table(group, row_group_size=GROUP)
            rows += len(group)
    return rows


@contextmanager
def _used_again() -> Iterator[None]:
    """Take memory from the system's allocator: a group of rows lies where the one before lay.

    That of Arrow gives it back in between, and new memory takes longer than what is done there.
    It is so for the whole process, and until the last of such blocks is left.
    """
    with _POOL:
        _inside.append(pa.default_memory_pool())
        pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        with _POOL:
            before = _inside.pop()
            if not _inside:
                pa.set_memory_pool(before)


_POOL = Lock()
_inside: list[pa.MemoryPool] = []
"""The allocator before each block that is not left yet; the first is that of the process."""


def _one_ahead(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Give tables, each while another thread makes the next; that is not waited for at the end."""
    thread = ThreadPoolExecutor(1)
    coming = thread.submit(next, tables, None)
    try:
        while (table := coming.result()) is not None:
            coming = thread.submit(next, tables, None)
            yield table
    finally:
        del coming
        thread.shutdown(wait=False)


def _groups(
    paths: Iterable[Path], schema: pa.Schema, read: Callable[[Path], bytes]
) -> Iterator[pa.Table]:
    """Give the rows of parts, one behind another, in groups of equal size; the last is shorter."""
    waiting: list[pa.Table] = []
    held = 0
    for path in paths:
        table = _filled(pq.ParquetFile(BytesIO(read(path))).read(), schema)
        waiting.append(table)
        held += len(table)
        while held >= GROUP:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, GROUP).combine_chunks()
            waiting, held = [whole.slice(GROUP)], held - GROUP
    if held:
        yield pa.concat_tables(waiting).combine_chunks()


def _filled(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Give a table the columns of a schema, empty ones where it has none."""
    return pa.Table.from_arrays([_column(table, field) for field in schema], schema=schema)


def _column(table: pa.Table, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    if field.name not in table.column_names:
        return pa.nulls(len(table), field.type)
    column = table.column(field.name)
    return column if column.type == field.type else column.cast(field.type)


def _plain(schema: pa.Schema) -> pa.Schema:
    """Turn dictionary columns into text, so that the bytes do not depend on how parts were cut."""
    return pa.schema(
        [
            pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
            for f in schema
        ]
    )


def cut(file: Path, talks: Callable[[int], int]) -> Iterator[tuple[int, int, int, bytes]]:
    """Cut a table into parts again: cell, first world, number of worlds, and the part's bytes.

    Args:
        file: of the table.
        talks: says how many talks a cell has.
    """
    held: pa.Table | None = None
    cell = -1
    for group in groups(pq.ParquetFile(file)):
        for number, rows in _by_cell(group):
            held = pa.concat_tables([held, rows]) if held is not None and cell == number else rows
            cell = number
            whole = len(held) - len(held) % talks(cell)
            if whole:
                yield cell, held["world"][0].as_py(), whole // talks(cell), written(held[:whole])
            held = held[whole:]


def _by_cell(group: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """Give the rows of every cell of a group, in order."""
    cells = group["cell"].to_numpy()
    starts = [0, *(np.flatnonzero(np.diff(cells)) + 1), len(cells)]
    for start, stop in pairwise(starts):
        yield int(cells[start]), group.slice(start, stop - start)


def read(file: Path, columns: Sequence[str] | None = None, most: int | None = None) -> pd.DataFrame:
    """Read a table of outcomes.

    Args:
        file: of the table.
        columns: only these.
        most: only so many rows, about: an even share of the worlds, the same in every cell, so that
            cells stay paired; the first world of a cell is always among them.

    What is left out is in memory a group at a time.
    """
    table = pq.ParquetFile(file)
    rows = table.metadata.num_rows
    share = 1.0 if most is None or rows <= most else most / rows
    wanted = None if columns is None else list(dict.fromkeys([*columns, "world"]))
    kept = [_thinned(group, share) for group in groups(table, wanted)]
    whole = pa.concat_tables(kept) if kept else table.read(columns=wanted)
    del kept
    frame: pd.DataFrame = whole.to_pandas(self_destruct=True)
    return frame if columns is None else frame[list(columns)]


_GOLDEN = np.uint64(11400714819323198485)
"""2**64 over the golden ratio: its multiples, of which the front digits are cut off, lie evenly."""


def _thinned(group: pa.Table, share: float) -> pa.Table:
    """Keep a share of the worlds: those whose multiple of the golden ratio has a small fraction.

    They lie evenly, also among every second world or every tenth, such as those of one draw (Knuth
    1998, section 6.4).
    """
    if share == 1.0:
        return group
    multiples = group["world"].to_numpy().astype(np.uint64) * _GOLDEN
    return group.filter(pa.array(multiples < np.uint64(share * 2.0**64)))


def tally(file: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Count the rows of a table that are alike in some columns: these, and `count`.

    In the order in which each is met first; there is at least one. Never more rows are in memory
    than a group has.
    """
    keys = list(columns)
    counted = [
        pa.Table.from_batches([rows])
        .group_by(keys, use_threads=False)
        .aggregate([([], "count_all")])
        for rows in pq.ParquetFile(file).iter_batches(GROUP, columns=keys)
    ]
    frame = pa.concat_tables(counted).to_pandas().rename(columns={"count_all": "count"})
    found: pd.DataFrame = frame.groupby(keys, sort=False, dropna=False)["count"].sum().reset_index()
    return found


def parted(file: Path, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Give some columns of a table in parts, so that never more rows are in memory than a group."""
    for rows in pq.ParquetFile(file).iter_batches(GROUP, columns=list(columns)):
        yield rows.to_pandas()


def groups(table: pq.ParquetFile, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """Give the row groups of a table, one after another."""
    for number in range(table.num_row_groups):
        yield table.read_row_group(number, columns=columns)


def kinds(schema: pa.Schema) -> dict[str, str]:
    """Give the types of columns, as the schema file says them."""
    return {field.name: _kind(field.type) for field in schema}


def _kind(kind: Any) -> str:
    return "text" if pa.types.is_string(kind) or pa.types.is_large_string(kind) else str(kind)


def rows_of(part: bytes) -> int:
    """Give the rows of a part."""
    return int(pq.read_metadata(BytesIO(part)).num_rows)


def rows_and_bytes(part: bytes) -> tuple[int, int]:
    """Give the rows of a part, and the bytes that they take without what every file has."""
    meta = pq.read_metadata(BytesIO(part))
    groups_of = (meta.row_group(n) for n in range(meta.num_row_groups))
    columns = (group.column(k) for group in groups_of for k in range(meta.num_columns))
    return meta.num_rows, sum(column.total_compressed_size for column in columns)

"""A run directory: parts while it runs, the table, the config as run, and a manifest."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from experiments.plan import Cell, Plan
from experiments.schema import describe
from sim.errors import ConfigError

OUTCOMES, SCHEMA, CONFIG = "outcomes.parquet", "outcomes.schema.json", "config.toml"
MANIFEST, FAILURES, PARTS, FIGURES = "manifest.json", "failures.parquet", "parts", "figures"
TURNS = "turns.parquet"


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Write a file whole or not at all: give a path beside it, and move that over it at the end."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


class Store:
    """The directory of one run, named by the experiment and by what its results depend on."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def of(cls, plan: Plan, parent: Path) -> "Store":
        """Give the store of a plan."""
        return cls(parent / f"{plan.config.name}-{plan.digest}")

    @classmethod
    def open(cls, directory: Path) -> "Store":
        """Open a finished run.

        Raises:
            ConfigError: the directory holds none.
        """
        store = cls(directory)
        if not (directory / MANIFEST).is_file() or not (directory / OUTCOMES).is_file():
            raise ConfigError(
                f"{directory}: holds no finished run ({MANIFEST} or {OUTCOMES} is missing); "
                "name a directory that 'tariff-talks run' wrote"
            )
        return store

    @property
    def figures(self) -> Path:
        """The directory of the figures."""
        return self.directory / FIGURES

    def begin(self, plan: Plan) -> None:
        """Make the directory and write the config as run."""
        (self.directory / PARTS).mkdir(parents=True, exist_ok=True)
        self.write_config(plan)

    def write_config(self, plan: Plan) -> None:
        """Write the config as run."""
        with atomic(self.directory / CONFIG) as file:
            file.write_bytes(tomli_w.dumps(plan.as_run()).encode())

    def part(self, cell: int, first: int, worlds: int) -> Path:
        """Give the file of some worlds of a cell."""
        return self.directory / PARTS / f"{cell:06d}-{first:010d}-{worlds:010d}.parquet"

    def write_part(self, cell: Cell, first: int, worlds: int, frame: pd.DataFrame) -> None:
        """Write the outcomes of some worlds of a cell."""
        front = pd.DataFrame({"cell": cell.index, **cell.labels}, index=frame.index)
        table = pa.Table.from_pandas(pd.concat([front, frame], axis=1), preserve_index=False)
        with atomic(self.part(cell.index, first, worlds)) as file:
            pq.write_table(table.replace_schema_metadata(None), file)

    def finish(self, cells: Sequence[int], swept: Sequence[str]) -> int:
        """Join the parts of these cells to one table, in their order; give the number of rows.

        Each cell is one row group, whatever the parts were.
        """
        rows, writer = 0, None
        with atomic(self.directory / OUTCOMES) as file:
            for cell in cells:
                table = self._cell(cell)
                if writer is None:
                    writer = pq.ParquetWriter(file, table.schema)
                    self._describe(table.schema, swept)
                writer.write_table(table.cast(writer.schema), row_group_size=max(len(table), 1))
                rows += len(table)
            if writer is None:
                pq.write_table(pa.table({}), file)
            else:
                writer.close()
        return rows

    def clear_parts(self) -> None:
        """Delete the parts of a finished run."""
        for part in (self.directory / PARTS).glob("*"):
            part.unlink()
        (self.directory / PARTS).rmdir()

    def write_failures(self, failures: Sequence[dict[str, Any]]) -> None:
        """Write what failed; nothing if nothing did."""
        path = self.directory / FAILURES
        if not failures:
            path.unlink(missing_ok=True)
            return
        with atomic(path) as file:
            pq.write_table(pa.Table.from_pylist(list(failures)), file)

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Write the manifest."""
        with atomic(self.directory / MANIFEST) as file:
            file.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")

    def manifest(self) -> dict[str, Any]:
        """Read the manifest; empty if there is none."""
        path = self.directory / MANIFEST
        if not path.is_file():
            return {}
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return read

    def outcomes(self) -> pd.DataFrame:
        """Read the table of outcomes."""
        return pd.read_parquet(self.directory / OUTCOMES)

    def turns(self) -> pd.DataFrame | None:
        """Read the log of turns; None if none was kept."""
        path = self.directory / TURNS
        return pd.read_parquet(path) if path.is_file() else None

    def _cell(self, cell: int) -> pa.Table:
        parts = sorted((self.directory / PARTS).glob(f"{cell:06d}-*.parquet"))
        tables = [_plain(pq.read_table(part)) for part in parts]
        return pa.concat_tables(tables).combine_chunks()

    def _describe(self, schema: pa.Schema, swept: Sequence[str]) -> None:
        columns = {field.name: _kind(field.type) for field in schema}
        with atomic(self.directory / SCHEMA) as file:
            described = describe(columns, swept)
            file.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


def _plain(table: pa.Table) -> pa.Table:
    """Turn dictionary columns into text, so that the bytes do not depend on how parts were cut."""
    fields = [
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
        for f in table.schema
    ]
    return table.cast(pa.schema(fields))


def _kind(kind: pa.DataType) -> str:
    return "text" if pa.types.is_string(kind) or pa.types.is_large_string(kind) else str(kind)

"""The table of outcomes in forms that other programs read; written group by group."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from experiments.runs.kept.whole import atomic
from experiments.runs.store import CONFIG, Store
from experiments.runs.table import groups
from sim.errors import ConfigError

SHEET_ROWS = 1_048_576
"""Rows of a sheet in the xlsx format, the one with the names included."""


def to_csv(store: Store, path: Path) -> int:
    """Write the outcomes as comma-separated values; give the number of rows."""
    table = pq.ParquetFile(store.table())
    with atomic(path) as file:
        if not table.metadata.num_columns:
            file.write_bytes(b"")
            return 0
        with pa_csv.CSVWriter(file, _plain(table.schema_arrow)) as writer:
            for group in groups(table):
                writer.write_table(group.cast(_plain(group.schema)))
    return int(table.metadata.num_rows)


def _plain(schema: pa.Schema) -> pa.Schema:
    """Write dates as dates, not as moments."""
    fields = [
        pa.field(field.name, pa.date32()) if pa.types.is_timestamp(field.type) else field
        for field in schema
    ]
    return pa.schema(fields)


def to_xlsx(store: Store, path: Path, described: Mapping[str, Mapping[str, str]]) -> int:
    """Write a workbook: the outcomes, what the columns mean, and the config as run.

    Raises:
        ConfigError: the outcomes have more rows than a sheet.
    """
    from openpyxl import Workbook

    table = pq.ParquetFile(store.table())
    rows = int(table.metadata.num_rows)
    if rows >= SHEET_ROWS:
        raise ConfigError(
            f"--xlsx: {rows:,} rows are more than a sheet holds ({SHEET_ROWS - 1:,}); use --csv"
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("outcomes")
    sheet.append(table.schema_arrow.names)
    for group in groups(table):
        for row in group.cast(_plain(group.schema)).to_pandas().itertuples(index=False):
            sheet.append([_cell(value) for value in row])
    meaning = book.create_sheet("columns")
    meaning.append(["column", "type", "unit", "meaning"])
    for name, said in described.items():
        meaning.append([name, said["type"], said["unit"], said["meaning"]])
    config = book.create_sheet("config")
    for line in (store.directory / CONFIG).read_text(encoding="utf-8").splitlines():
        config.append([f" {line}" if line.startswith("=") else line])
    with atomic(path) as file:
        book.save(file)
    return rows


def _cell(value: Any) -> Any:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value

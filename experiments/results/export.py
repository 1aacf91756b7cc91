"""The table of outcomes in forms that other programs read; written group by group."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from experiments.runs.kept.whole import atomic
from experiments.runs.store import CONFIG, Store
from experiments.runs.table import groups
from sim.errors import ConfigError

ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Letters that the xlsx format does not have."""

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
                writer.write_table(_guarded(group.cast(_plain(group.schema))))
    return int(table.metadata.num_rows)


def for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table whose texts no spreadsheet takes for formulas when it reads them from csv."""
    texts = [name for name in table if not pd.api.types.is_numeric_dtype(table[name].dtype)]
    return table.assign(**{str(name): table[name].map(guarded) for name in texts})


def guarded(text: Any) -> Any:
    """Give a text that no spreadsheet takes for a formula; what is no text stays as it is."""
    formula = isinstance(text, str) and re.match(_FORMULA, text) and not re.match(_NUMBER, text)
    return f"'{text}" if formula else text


_FORMULA = r"^[=+\-@\t\r]"
_NUMBER = r"^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"


def _guarded(table: pa.Table) -> pa.Table:
    for k, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            texts = table.column(k)
            formula = pc.and_not(
                pc.match_substring_regex(texts, _FORMULA), pc.match_substring_regex(texts, _NUMBER)
            )
            safe = pc.if_else(formula, _apostrophe(texts), texts)
            table = table.set_column(k, field, safe)
    return table


def _apostrophe(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put what makes a spreadsheet read a text as text before each."""
    mark, nothing = (pa.scalar(each, texts.type) for each in ("'", ""))
    return pc.binary_join_element_wise(mark, texts, nothing)


def _plain(schema: pa.Schema) -> pa.Schema:
    """Write dates as dates, not as moments, and categories as texts."""
    return pa.schema([pa.field(field.name, _form(field.type)) for field in schema])


def _form(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.date32()
    return kind.value_type if pa.types.is_dictionary(kind) else kind


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
    _append(sheet, table.schema_arrow.names)
    for group in groups(table):
        for row in group.cast(_plain(group.schema)).to_pandas().itertuples(index=False):
            _append(sheet, row)
    meaning = book.create_sheet("columns")
    _append(meaning, ["column", "type", "unit", "meaning"])
    for name, said in described.items():
        _append(meaning, [name, said["type"], said["unit"], said["meaning"]])
    config = book.create_sheet("config")
    for line in (store.directory / CONFIG).read_text(encoding="utf-8").splitlines():
        _append(config, [line])
    with atomic(path) as file:
        book.save(file)
    return rows


def _append(sheet: Any, row: Iterable[Any]) -> None:
    sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any) -> Any:
    """Give what a cell holds: a text stays one, also where it looks like a formula or an error."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if isinstance(value, str):
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(sheet, ILLEGAL.sub("\ufffd", value))
        cell.data_type = "s"
        return cell
    return value.item() if hasattr(value, "item") else value

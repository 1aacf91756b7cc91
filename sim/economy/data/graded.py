"""Tables of figures with a grade and a source in every line: read, and the first fault named."""

from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.config.places import table_text, there
from sim.errors import DataError, near_match

GRADES = ("A", "B", "C")
"""A: an official figure; B: fitted between official margins; C: an estimate."""

_KEYS = ("origin", "destination", "importer", "exporter", "sector")


def read_graded(path: Path, keys: Sequence[str], values: Sequence[str]) -> pd.DataFrame:
    """Read a table of numbers that are not negative; words stay words.

    Args:
        path: of a csv file with a header.
        keys: columns that tell the lines apart.
        values: columns of numbers.

    Raises:
        DataError: the file or a column is missing, or a line is wrong, doubled, or without grade
            or source.
    """
    if not there(path):
        raise DataError(f"there is no data file {path}; economy.data names its directory")
    table = _words(path)
    for column in (*keys, *values, "grade", "source"):
        if column not in table:
            known = list(table.columns)
            raise DataError(
                f"{path}: the column '{column}' is missing{near_match(column, known)}; "
                f"there are {', '.join(known)}"
            )
    for value in values:
        numbers = pd.to_numeric(table[value], errors="coerce")
        first_fault(table, path, value, ~np.isfinite(numbers.to_numpy()), "is not a number")
        first_fault(table, path, value, numbers.to_numpy() < 0, "is negative")
    first_fault(table, path, "grade", ~table["grade"].isin(GRADES).to_numpy(), "is not A, B or C")
    unnamed = (table["source"] == "").to_numpy()
    first_fault(table, path, "source", unnamed, "is empty: name the source")
    twice = table.duplicated(list(keys)).to_numpy()
    first_fault(table, path, keys[0], twice, "has this cell twice")
    return table.assign(**{value: pd.to_numeric(table[value]) for value in values})


def first_fault(
    table: pd.DataFrame,
    path: Path,
    column: str,
    bad: NDArray[np.bool_],
    fault: str,
    known: Sequence[str] = (),
) -> None:
    """Raise for the first bad row; lines are counted as in an editor, the header being line 1.

    Raises:
        DataError: there is one.
    """
    if bad.any():
        row = int(np.argmax(bad))
        value = table[column].iloc[row]
        raise DataError(
            f"{path}, line {row + 2} ({cell_of(table, row)}), column {column}: '{value}' {fault}"
            f"{near_match(str(value), known)}"
        )


def cell_of(table: pd.DataFrame, row: int) -> str:
    """Name the cell of a row."""
    return ", ".join(str(table[key].iloc[row]) for key in table.columns if key in _KEYS)


def _words(path: Path) -> pd.DataFrame:
    """Read a file as words; a missing cell is an empty word."""
    try:
        table = pd.read_csv(StringIO(table_text(path)), dtype=str, keep_default_na=False)
    except ValueError as fault:
        reason = str(fault).strip()
        raise DataError(
            f"{path} is no table: {reason}; give comma-separated values in UTF-8"
        ) from fault
    if not isinstance(table.index, pd.RangeIndex):
        raise DataError(f"{path}: line 2 has more cells than the header; put quotes around commas")
    if table.empty:
        raise DataError(f"{path} has no line below its header; give one for every cell")
    return table

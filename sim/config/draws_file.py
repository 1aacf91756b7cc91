"""A file of draws: in every row one sample of the uncertain numbers, such as a posterior."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.chance.spreads import Listed
from sim.config.schema.sentences import shown
from sim.errors import ConfigError, DataError, near_match

DRAWS = "payoffs.draws"
"""The key that says how many draws there are, or names the file."""

PATHS = (
    "payoffs.", "talks.", "economy.sigma.", "economy.pass_through.", "ratification.", "shocks.",
    "threats.",
)  # fmt: skip
"""Where uncertain numbers stand."""


def listed_in(file: Path) -> tuple[int, dict[str, Listed]]:
    """Read a file of draws.

    Args:
        file: parquet; a column for each uncertain number, named by its dotted path in the
            scenario, and a row for each draw, in USD bn a year or the unit of that number.

    Returns:
        The number of draws D, and by path the values, (D,) each.

    Raises:
        ConfigError: there is no such file.
        DataError: it is no table, has no row, or a column is no path or holds no finite numbers.
    """
    if not file.is_file():
        raise ConfigError(
            f"{DRAWS}: there is no file '{file}'; give the number of draws, or a file that "
            "'tariff-talks backtest calibrate' wrote, from the scenario or the working directory on"
        )
    stat = file.stat()
    return _listed(file.resolve(), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _listed(file: Path, _changed: int, _size: int) -> tuple[int, dict[str, Listed]]:
    try:
        table = pd.read_parquet(file)
    except (OSError, ValueError) as problem:
        raise DataError(f"{file}: is no parquet file ({problem})") from problem
    if table.empty:
        raise DataError(f"{file}: has no draw; give a row for each")
    return len(table), {str(path): _column(file, str(path), table[path]) for path in table}


def _column(file: Path, path: str, column: pd.Series) -> Listed:
    if not path.startswith(PATHS):
        near = near_match(path.partition(".")[0], [front.rstrip(".") for front in PATHS])
        raise DataError(
            f"{file}: the column '{path}' is not the path of an uncertain number of a scenario, "
            f"such as payoffs.weights.NAME.revenue{near}"
        )
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(np.float64)
    bad = ~np.isfinite(numbers)
    if bad.any():
        row = int(np.argmax(bad))
        raise DataError(
            f"{file}, row {row}, column {path}: {shown(column.iloc[row])} is not a finite number"
        )
    return Listed.of(numbers.tolist())


def changes(file: Path) -> Mapping[str, Any]:
    """Give what a file of draws changes in a scenario, by dotted path; raises as `listed_in`."""
    draws, listed = listed_in(file)
    return {DRAWS: draws, **listed}

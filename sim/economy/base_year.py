"""The base year: trade and tariffs by origin, destination and sector, loaded and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import DataError, near_match

Floats = NDArray[np.float64]

FLOWS, TARIFFS = "flows_2024.csv", "baseline_tariffs_2024.csv"
GRADES = ("A", "B", "C")
_KEYS = ("origin", "destination", "importer", "exporter", "sector")
_PLACES = {"usd_bn": ("origin", "destination"), "applied_rate_pct": ("exporter", "importer")}


@dataclass(frozen=True, eq=False)
class BaseYear:
    """Trade in one year.

    Attributes:
        regions, sectors: names (N, S).
        flows: (N, N, S) sales net of duty by origin, destination and sector, USD bn.
        tariffs: (N, N, S) applied tariffs of the destination on the origin, fractions.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    tariffs: Floats

    def region(self, name: str) -> int:
        """Give the number of a region; raises DataError if it is not in the data."""
        return _find(name, self.regions, "region")

    def sector(self, name: str) -> int:
        """Give the number of a sector; raises DataError if it is not in the data."""
        return _find(name, self.sectors, "sector")

    def merged(self, groups: Mapping[str, Sequence[str]]) -> "BaseYear":
        """Give the same with some regions merged; tariffs are weighted by trade.

        Args:
            groups: names of the new regions and the regions that each takes in.

        Raises:
            DataError: a region is not in the data or is merged twice, or a new one has the name
                of one that stays or takes in none.
        """
        taken = [name for members in groups.values() for name in members]
        for name in taken:
            self.region(name)
            if taken.count(name) > 1:
                raise DataError(f"region '{name}' is merged twice; name it in one group only")
        stay = [name for name in self.regions if name not in taken]
        for name, group in groups.items():
            if name in stay:
                raise DataError(
                    f"the merged region '{name}' has the name of a region of the data that stays; "
                    "merge that one too, or take another name"
                )
            if not group:
                raise DataError(f"the merged region '{name}' takes in no region; name at least one")
        names = stay + list(groups)
        members = [[self.region(m) for m in groups.get(name, (name,))] for name in names]
        into = np.array([[r in group for r in range(len(self.regions))] for group in members])
        flows = _merge(self.flows, into)
        duty = _merge(self.flows * self.tariffs, into)
        tariffs = np.divide(duty, flows, out=np.zeros_like(duty), where=flows > 0)
        return BaseYear(tuple(names), self.sectors, flows, tariffs)


def _merge(cells: Floats, into: NDArray[np.bool_]) -> Floats:
    merged: Floats = np.einsum("ai,bj,ijs->abs", into.astype(float), into.astype(float), cells)
    return merged


def _find(name: str, names: Sequence[str], what: str) -> int:
    if name not in names:
        raise DataError(
            f"there is no {what} '{name}' in the trade data, which has "
            f"{', '.join(names)}{near_match(name, names)}"
        )
    return list(names).index(name)


def load(directory: Path | str, merged: Mapping[str, Sequence[str]] | None = None) -> BaseYear:
    """Load the base year from a directory, and check every cell.

    Args:
        directory: with `flows_2024.csv` (columns origin, destination, sector, usd_bn, grade,
            source) and `baseline_tariffs_2024.csv` (importer, exporter, sector,
            applied_rate_pct, grade, source).
        merged: regions to merge, see `BaseYear.merged`.

    Raises:
        DataError: a file, column or cell is missing, doubled or out of range.
    """
    flows = _read(Path(directory) / FLOWS, ["origin", "destination", "sector"], "usd_bn")
    tariffs = _read(
        Path(directory) / TARIFFS, ["exporter", "importer", "sector"], "applied_rate_pct"
    )
    where = Path(directory)
    known = tuple(dict.fromkeys(flows["destination"]))
    strange = ~flows["origin"].isin(known).to_numpy()
    _first(flows, where / FLOWS, "origin", strange, "is no destination in this file", known)
    regions, sectors = tuple(dict.fromkeys(flows["origin"])), tuple(dict.fromkeys(flows["sector"]))
    base = BaseYear(
        regions,
        sectors,
        _cube(flows, "usd_bn", regions, sectors, where / FLOWS),
        _cube(tariffs, "applied_rate_pct", regions, sectors, where / TARIFFS) / 100,
    )
    for axis, does in ((1, "sells"), (0, "buys")):
        silent = np.flatnonzero(base.flows.sum(axis=(axis, 2)) <= 0)
        if len(silent):
            name = regions[silent[0]]
            raise DataError(f"{where / FLOWS}: {name} {does} nothing; give its own sales")
    return base.merged(merged) if merged else base


def _read(path: Path, keys: list[str], value: str) -> pd.DataFrame:
    if not path.is_file():
        raise DataError(f"there is no data file {path}; economy.data names its directory")
    table = _table(path)
    for column in (*keys, value, "grade", "source"):
        if column not in table:
            known = list(table.columns)
            raise DataError(
                f"{path}: the column '{column}' is missing{near_match(column, known)}; "
                f"there are {', '.join(known)}"
            )
    numbers = pd.to_numeric(table[value], errors="coerce")
    _first(table, path, value, ~np.isfinite(numbers.to_numpy()), "is not a number")
    _first(table, path, value, numbers.to_numpy() < 0, "is negative")
    _first(table, path, "grade", ~table["grade"].isin(GRADES).to_numpy(), "is not A, B or C")
    _first(table, path, "source", (table["source"] == "").to_numpy(), "is empty: name the source")
    _first(table, path, keys[0], table.duplicated(keys).to_numpy(), "has this cell twice")
    return table.assign(**{value: numbers})


def _table(path: Path) -> pd.DataFrame:
    """Read a file as words; a missing cell is an empty word."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
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


def _first(
    table: pd.DataFrame,
    path: Path,
    column: str,
    bad: NDArray[np.bool_],
    fault: str,
    known: Sequence[str] = (),
) -> None:
    """Raise for the first bad row; lines are counted as in an editor, the header being line 1."""
    if bad.any():
        row = int(np.argmax(bad))
        cell = ", ".join(table[key].iloc[row] for key in table.columns if key in _KEYS)
        value = table[column].iloc[row]
        raise DataError(
            f"{path}, line {row + 2} ({cell}), column {column}: '{value}' {fault}"
            f"{near_match(value, known)}"
        )


def _cube(
    table: pd.DataFrame, value: str, regions: Sequence[str], sectors: Sequence[str], path: Path
) -> Floats:
    origin, destination = _PLACES[value]
    for column, names in ((origin, regions), (destination, regions), ("sector", sectors)):
        strange = ~table[column].isin(names).to_numpy()
        _first(table, path, column, strange, f"is not one of {', '.join(names)}", names)
    cube = np.full((len(regions), len(regions), len(sectors)), np.nan)
    at = [
        table[column].map({name: k for k, name in enumerate(names)}).to_numpy()
        for column, names in ((origin, regions), (destination, regions), ("sector", sectors))
    ]
    cube[tuple(at)] = table[value]
    gaps = np.argwhere(np.isnan(cube))
    if len(gaps):
        i, j, s = gaps[0]
        raise DataError(
            f"{path}: the cell {origin} {regions[i]}, {destination} {regions[j]}, sector "
            f"{sectors[s]} is missing; every origin needs every destination and sector"
        )
    return cube

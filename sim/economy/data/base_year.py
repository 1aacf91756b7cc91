"""The base year: trade and tariffs by origin, destination and sector, loaded and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.economy.data.graded import GRADES, cell_of, first_fault, read_graded
from sim.economy.data.linkage import FOLDER, Linkage, load_linkage
from sim.economy.data.totals import balance, check, load_totals
from sim.errors import DataError, near_match

Floats = NDArray[np.float64]
Totals = Literal["check", "balance"]
Production = Literal["labour", "links"]

FLOWS, TARIFFS = "flows_2024.csv", "baseline_tariffs_2024.csv"
_PLACES = {"usd_bn": ("origin", "destination"), "applied_rate_pct": ("exporter", "importer")}


@dataclass(frozen=True, eq=False)
class BaseYear:
    """Trade in one year.

    Attributes:
        regions, sectors: names (N, S).
        flows: (N, N, S) sales net of duty by origin, destination and sector, USD bn.
        tariffs: (N, N, S) applied tariffs of the destination on the origin, fractions.
        linkage: how output is made of inputs; None: of labour alone.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    tariffs: Floats
    linkage: Linkage | None = None

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
        linkage = self.linkage and self.linkage.merged(into, self.flows.sum(axis=1))
        return BaseYear(tuple(names), self.sectors, flows, tariffs, linkage)


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


def load(
    directory: Path | str,
    merged: Mapping[str, Sequence[str]] | None = None,
    *,
    totals: Totals = "check",
    grades: Mapping[str, float] | None = None,
    production: Production = "labour",
) -> BaseYear:
    """Load the base year from a directory, and check every cell.

    Args:
        directory: with `flows_2024.csv` (columns origin, destination, sector, usd_bn, grade,
            source) and `baseline_tariffs_2024.csv` (importer, exporter, sector,
            applied_rate_pct, grade, source), and perhaps `totals_2024.csv`, see
            `sim.economy.data.totals.load_totals`.
        merged: regions to merge, see `BaseYear.merged`.
        totals: whether flows have to meet the known totals, or those of grades B and C are
            balanced to them.
        grades: by grade a factor on its flows, to see what they matter; known totals are then
            met only if they are balanced.
        production: `"links"`: flows and known totals are those of the folder `links`, which also
            says how output is made, see `sim.economy.data.linkage`.

    Raises:
        DataError: a file, column or cell is missing, doubled or out of range, or a known total is
            not met.
    """
    where = Path(directory)
    linked = where / FOLDER if production == "links" else where
    base, grade = _read(where, linked)
    factors = np.array([(grades or {}).get(name, 1.0) for name in GRADES])
    flows, sums = base.flows * factors[grade], load_totals(linked, base.regions, base.sectors)
    if totals == "balance":
        flows = balance(flows, sums, free=grade > 0)
    elif not grades:
        check(flows, sums, base.regions, base.sectors)
    base = replace(base, flows=flows)
    if production == "links":
        base = replace(base, linkage=load_linkage(linked, base.regions, base.sectors))
    return base.merged(merged) if merged else base


def _read(where: Path, linked: Path) -> tuple[BaseYear, NDArray[np.int64]]:
    """Read the two files that have to be there; give the grade of every flow too, 0 for A."""
    flows = read_graded(linked / FLOWS, ["origin", "destination", "sector"], ["usd_bn"])
    tariffs = read_graded(where / TARIFFS, ["exporter", "importer", "sector"], ["applied_rate_pct"])
    _check_percent(tariffs, where / TARIFFS)
    known = tuple(dict.fromkeys(flows["destination"]))
    strange = ~flows["origin"].isin(known).to_numpy()
    first_fault(flows, linked / FLOWS, "origin", strange, "is no destination in this file", known)
    regions, sectors = tuple(dict.fromkeys(flows["origin"])), tuple(dict.fromkeys(flows["sector"]))
    cells = _cube(flows, "usd_bn", regions, sectors, linked / FLOWS)
    for axis, does in ((1, "sells"), (0, "buys")):
        silent = np.flatnonzero(cells.sum(axis=(axis, 2)) <= 0)
        if len(silent):
            name = regions[silent[0]]
            raise DataError(f"{linked / FLOWS}: {name} {does} nothing; give its own sales")
    rates = _cube(tariffs, "applied_rate_pct", regions, sectors, where / TARIFFS) / 100
    coded = flows.assign(usd_bn=flows["grade"].map(GRADES.index))
    grade = _cube(coded, "usd_bn", regions, sectors, linked / FLOWS).astype(np.int64)
    return BaseYear(regions, sectors, cells, rates), grade


def _check_percent(tariffs: pd.DataFrame, path: Path) -> None:
    """Check that rates are percent: some duty of the world is above one percent."""
    highest = tariffs["applied_rate_pct"].max()
    if 0 < highest < 1:
        row = int(tariffs["applied_rate_pct"].to_numpy().argmax())
        raise DataError(
            f"{path}, line {row + 2} ({cell_of(tariffs, row)}), column applied_rate_pct: the "
            f"highest rate of all is {highest:g}; rates are percent (2.5), not fractions (0.025)"
        )


def _cube(
    table: pd.DataFrame, value: str, regions: Sequence[str], sectors: Sequence[str], path: Path
) -> Floats:
    origin, destination = _PLACES[value]
    for column, names in ((origin, regions), (destination, regions), ("sector", sectors)):
        strange = ~table[column].isin(names).to_numpy()
        first_fault(table, path, column, strange, f"is not one of {', '.join(names)}", names)
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

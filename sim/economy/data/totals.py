"""Known totals of the base year: flows are checked against them, or balanced to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.economy.data.graded import cell_of, first_fault, read_graded
from sim.errors import DataError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TOTALS = "totals_2024.csv"
ALL, ABROAD = "all", "abroad"
"""Instead of a region or sector: every one; instead of a destination: every one but the origin."""

ROUNDS = 1000
"""Rounds of balancing, after which totals that are not met contradict each other."""

_MET = 1e-10


@dataclass(frozen=True, eq=False)
class Total:
    """A known sum of flows.

    Attributes:
        name: where it stands, for sentences.
        cells: (N, N, S) which flows add up to it.
        usd_bn: what they add up to.
        tolerance: relative distance that is no contradiction.
    """

    name: str
    cells: Flags
    usd_bn: float
    tolerance: float


def load_totals(
    directory: Path | str, regions: Sequence[str], sectors: Sequence[str]
) -> list[Total]:
    """Load the known totals; none if the directory has no such file.

    Args:
        directory: with `totals_2024.csv` (columns origin, destination, sector, usd_bn,
            tolerance_pct, grade, source). Several regions or sectors in a cell have a space
            between them; `all` is every one, `abroad` every destination but the origin.
        regions, sectors: names (N, S).

    Raises:
        DataError: a column is missing, or a line is wrong or doubled.
    """
    path = Path(directory) / TOTALS
    if not path.is_file():
        return []
    table = read_graded(path, ["origin", "destination", "sector"], ["usd_bn", "tolerance_pct"])
    origin = _named(table, path, "origin", regions)[:, :, None, None]
    destination = _named(table, path, "destination", regions, (ABROAD,))[:, None, :, None]
    sector = _named(table, path, "sector", sectors)[:, None, None, :]
    cells = origin & destination & sector
    cells[(table["destination"] == ABROAD).to_numpy()] &= ~np.eye(len(regions), dtype=bool)[
        None, :, :, None
    ]
    return [
        Total(f"{path}, line {row + 2} ({cell_of(table, row)})", cells[row], usd_bn, points / 100)
        for row, (usd_bn, points) in enumerate(
            zip(table["usd_bn"], table["tolerance_pct"], strict=True)
        )
    ]


def _named(
    table: pd.DataFrame, path: Path, column: str, names: Sequence[str], also: Sequence[str] = ()
) -> Flags:
    """Tell which names each row of a column means, (rows, names)."""
    every = (ALL, *also)
    words = [[cell] if cell in every else cell.split() for cell in table[column]]
    strange = np.array([not w or not set(w) <= {*names, *every} for w in words])
    known = ", ".join((*names, *every))
    first_fault(table, path, column, strange, f"is not made of {known}", (*names, *every))
    return np.array([[w[0] in every or name in w for name in names] for w in words])


def check(
    flows: Floats, totals: Sequence[Total], regions: Sequence[str], sectors: Sequence[str]
) -> None:
    """Check flows against known totals.

    Raises:
        DataError: they miss one by more than its tolerance; the sentence names the total and the
            largest flow in it.
    """
    for total in totals:
        added = float(flows[total.cells].sum())
        if abs(added - total.usd_bn) > total.tolerance * total.usd_bn:
            largest = np.unravel_index(np.argmax(np.where(total.cells, flows, -1)), flows.shape)
            i, j, s = map(int, largest)
            raise DataError(
                f"{total.name}: the flows add up to {added:,.6g}, not to {total.usd_bn:,.6g} "
                f"USD bn within {100 * total.tolerance:g} %; the largest of them is "
                f"{regions[i]}, {regions[j]}, {sectors[s]} with {flows[i, j, s]:,.6g}: check it "
                "and its unit, or mend the total"
            )


def balance(flows: Floats, totals: Sequence[Total], free: Flags) -> Floats:
    """Scale flows until they add up to every total, (N, N, S).

    RAS, or iterative proportional fitting (Stone 1961; Bacharach 1970): the free flows of one
    total after the other are scaled by one factor each, round after round. Of all flows that meet
    the totals these are the nearest to the given ones in relative entropy.

    Args:
        flows: (N, N, S).
        totals: what they have to add up to.
        free: (N, N, S) flows that may move; the others stay as they are.

    Raises:
        DataError: a total has no free flow, its fixed ones exceed it, or totals contradict.
    """
    moved = flows.copy()
    for total in totals:
        _check_room(flows, total, free)
    for _ in range(ROUNDS):
        worst, off = 0.0, ""
        for total in totals:
            scaled, fixed = total.cells & free, total.cells & ~free
            missing = total.usd_bn - moved[fixed].sum()
            factor = missing / moved[scaled].sum() if scaled.any() else 1.0
            moved[scaled] *= factor
            if abs(factor - 1) > worst:
                worst, off = abs(factor - 1), total.name
        if worst < _MET:
            return moved
    raise DataError(f"{off}: contradicts the other totals; balancing does not come to an end")


def _check_room(flows: Floats, total: Total, free: Flags) -> None:
    fixed = float(flows[total.cells & ~free].sum())
    scaled = float(flows[total.cells & free].sum())
    if scaled > 0 and fixed < total.usd_bn:
        return
    if not scaled > 0 and abs(fixed - total.usd_bn) <= total.tolerance * total.usd_bn:
        return
    raise DataError(
        f"{total.name}: cannot be balanced: its official figures alone add up to {fixed:,.6g}, and "
        f"the {scaled:,.6g} USD bn of grades B and C cannot close the gap to {total.usd_bn:,.6g}"
    )

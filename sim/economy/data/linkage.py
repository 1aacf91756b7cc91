"""Input-output links of a base year: shares of value added and of inputs, loaded and checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.economy.data.graded import first_fault, read_graded
from sim.errors import DataError

Floats = NDArray[np.float64]

FOLDER = "links"
"""Within the directory of the trade data: a base year that is closed with links."""

ADDED, INPUTS = "value_added_shares.csv", "input_output.csv"

_OFF = 0.005
"""By how much the rounded shares of a buying sector may miss 1."""


@dataclass(frozen=True, eq=False)
class Linkage:
    """How output is made.

    Attributes:
        value_added: (N, S) value added, labour and profits, over output.
        inputs: (N, S, S) shares of each input sector (last axis) in what a buying sector spends
            on inputs.
    """

    value_added: Floats
    inputs: Floats

    def merged(self, into: NDArray[np.bool_], output: Floats) -> "Linkage":
        """Give the same with regions merged; shares are weighted by output and by inputs.

        Args:
            into: (M, N) which regions each new one takes in.
            output: (N, S) before.
        """
        group = into.astype(float)
        bought = output * (1 - self.value_added)
        whole, spent = group @ output, group @ bought
        added = 1 - np.divide(spent, whole, out=np.zeros_like(spent), where=whole > 0)
        parts = np.einsum("an,nks,nk->aks", group, self.inputs, bought)
        inputs = np.divide(
            parts, spent[..., None], out=np.zeros_like(parts), where=spent[..., None] > 0
        )
        return Linkage(added, inputs)


def load_linkage(directory: Path | str, regions: Sequence[str], sectors: Sequence[str]) -> Linkage:
    """Load the shares of a directory.

    Args:
        directory: with `value_added_shares.csv` (columns region, sector, value_added_share, grade,
            source) and `input_output.csv` (region, buying_sector, input_sector, share_of_inputs,
            grade, source).
        regions, sectors: names (N, S) of the base year; other regions are left out.

    Raises:
        DataError: a file, column or cell is missing, doubled or out of range, or the inputs of a
            sector do not add up to one.
    """
    where = Path(directory)
    added = _cells(where / ADDED, ("region", "sector"), "value_added_share", regions, sectors)
    keys = ("region", "buying_sector", "input_sector")
    inputs = _cells(where / INPUTS, keys, "share_of_inputs", regions, sectors)
    if (added > 1).any():
        n, s = np.argwhere(added > 1)[0]
        raise DataError(f"{where / ADDED}: {regions[n]}, {sectors[s]}: a share is above 1")
    sums = inputs.sum(axis=2)
    if (np.abs(sums - 1) > _OFF).any():
        n, k = np.argwhere(np.abs(sums - 1) > _OFF)[0]
        raise DataError(
            f"{where / INPUTS}: the inputs of {regions[n]}, {sectors[k]} add up to "
            f"{sums[n, k]:.4f}; they are shares of what it spends on inputs, and have to make 1"
        )
    return Linkage(added, inputs / sums[..., None])


def numbers(column: Any, names: Sequence[str]) -> NDArray[np.intp]:
    """Give the number of every name in a column, (rows,); −1 for others."""
    found: NDArray[np.intp] = pd.Index(list(names)).get_indexer(column)
    return found


def _cells(
    path: Path, keys: Sequence[str], value: str, regions: Sequence[str], sectors: Sequence[str]
) -> Floats:
    table = read_graded(path, keys, [value])
    table = table[table["region"].isin(regions)].reset_index(drop=True)
    places = [list(regions), *([list(sectors)] * (len(keys) - 1))]
    for key, names in zip(keys[1:], places[1:], strict=True):
        strange = ~table[key].isin(names).to_numpy()
        first_fault(table, path, key, strange, f"is not one of {', '.join(names)}", names)
    cells = np.full([len(names) for names in places], np.nan)
    at = [numbers(table[k], names) for k, names in zip(keys, places, strict=True)]
    cells[tuple(at)] = table[value]
    gaps = np.argwhere(np.isnan(cells))
    if len(gaps):
        said = ", ".join(
            f"{key} {names[k]}" for key, names, k in zip(keys, places, gaps[0], strict=True)
        )
        raise DataError(f"{path}: the cell {said} is missing; every region needs every sector")
    return cells

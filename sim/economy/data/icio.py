"""Make a base year of an inter-country input-output table in the layout of the OECD's ICIO.

    python -m sim.economy.data.icio TABLE.csv REGIONS.csv SECTORS.csv OUT

TABLE has a row and a column for every country and industry, named COUNTRY_INDUSTRY; further columns
COUNTRY_USE are final demand, and rows without such a name (taxes, value added, output) are left
out, as is a column of output. REGIONS has the columns code and region, SECTORS has code and sector:
codes of the same region or sector are added up. OUT gets `flows_2024.csv` and, in its folder
`links`, the same flows with `value_added_shares.csv` and `input_output.csv`. Flows are at basic
prices, in the unit of the table over --per (1000: millions become billions). Tariffs are not in
such a table: put `baseline_tariffs_2024.csv` beside the flows, and `elasticities.csv`.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.config.places import table_text
from sim.economy.data.base_year import FLOWS
from sim.economy.data.linkage import ADDED, FOLDER, INPUTS
from sim.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class World:
    """A table, added up.

    Attributes:
        regions, sectors: names (N, S).
        flows: (N, N, S) sales by origin, destination and sector.
        value_added: (N, S) over output.
        inputs: (N, S, S) shares of inputs, by buying sector and input sector.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    value_added: Floats
    inputs: Floats


def read(table: Path, regions: Path, sectors: Path, per: float = 1.0) -> World:
    """Read a table and add it up.

    Args:
        table, regions, sectors: files, see above.
        per: units of the table in one of the flows.

    Raises:
        DataError: a code of the table is in neither list, a region buys or makes nothing of a
            sector that others need, or final demand of a sector is negative.
    """
    cells = pd.read_csv(table, index_col=0)
    region, sector = _codes(regions, "region"), _codes(sectors, "sector")
    rows = [_place(name, region, sector) for name in map(str, cells.index)]
    columns = [_place(name, region, sector) for name in map(str, cells.columns)]
    sold = [k for k, at in enumerate(rows) if at is not None and at[1] is not None]
    bought = [k for k, at in enumerate(columns) if at is not None]
    _check(table, list(map(str, cells.index)), rows, sector)
    names, goods = tuple(dict.fromkeys(region.values())), tuple(dict.fromkeys(sector.values()))
    uses = [*goods, "final use"]
    total = np.zeros((len(names), len(goods), len(names), len(uses)))
    values = cells.to_numpy(dtype=np.float64)[np.ix_(sold, bought)] / per
    row = np.array([(names.index(rows[k][0]), goods.index(rows[k][1])) for k in sold])  # type: ignore[index]
    column = np.array(
        [(names.index(columns[k][0]), uses.index(columns[k][1] or uses[-1])) for k in bought]  # type: ignore[index]
    )
    at = (row[:, :1], row[:, 1:], column[:, 0], column[:, 1])
    np.add.at(total, at, values)
    return _world(table, names, goods, total)


def _world(table: Path, names: tuple[str, ...], goods: tuple[str, ...], total: Floats) -> World:
    """Give flows and shares of sales by origin, sector, destination and use, (N, S, N, S + 1)."""
    flows = total.sum(axis=3).transpose(0, 2, 1)
    final = total[..., -1].sum(axis=0).T
    if (final < 0).any():
        j, s = np.argwhere(final < 0)[0]
        raise DataError(
            f"{table}: final demand of {names[j]} for {goods[s]} is {final[j, s]:.6g}; stocks that "
            "fall that much cannot go on every year: add codes up, or leave changes of stocks out"
        )
    if (flows < 0).any():
        i, j, s = np.argwhere(flows < 0)[0]
        raise DataError(
            f"{table}: {names[i]} sells {flows[i, j, s]:.6g} of {goods[s]} to {names[j]}"
        )
    inputs = total[..., :-1].sum(axis=0).transpose(1, 2, 0)
    spent, output = inputs.sum(axis=2), flows.sum(axis=1)
    added = 1 - np.divide(spent, output, out=np.zeros_like(spent), where=output > 0)
    if (added < 0).any():
        n, s = np.argwhere(added < 0)[0]
        raise DataError(f"{table}: {names[n]} spends more on inputs than it sells of {goods[s]}")
    even = np.full_like(inputs, 1 / len(goods))
    shares = np.divide(inputs, spent[..., None], out=even, where=spent[..., None] > 0)
    return World(names, goods, flows, added, shares)


def _codes(path: Path, value: str) -> dict[str, str]:
    listed = pd.read_csv(StringIO(table_text(path)), dtype=str, keep_default_na=False)
    for column in ("code", value):
        if column not in listed:
            raise DataError(f"{path}: the column '{column}' is missing; give code and {value}")
    return dict(zip(listed["code"], listed[value], strict=True))


def _place(
    name: str, region: Mapping[str, str], sector: Mapping[str, str]
) -> tuple[str, str | None] | None:
    """Give the region and the sector of a name, no sector for a final use; None for other names."""
    country, _, rest = name.partition("_")
    if country not in region or not rest:
        return None
    return region[country], sector.get(rest)


def _check(
    table: Path,
    names: Sequence[str],
    rows: Sequence[tuple[str, str | None] | None],
    sector: Mapping[str, str],
) -> None:
    for name, at in zip(names, rows, strict=True):
        if at is not None and at[1] is None:
            raise DataError(
                f"{table}: the row {name} is of no industry that is listed; add its code "
                f"'{name.partition('_')[2]}' to the sectors, beside {', '.join(list(sector)[:5])}"
            )
        country, _, rest = name.partition("_")
        if at is None and rest in sector:
            raise DataError(
                f"{table}: the row {name} is of no country that is listed; add {country}"
            )


def write(world: World, out: Path, source: str) -> None:
    """Write a base year, and its links into the folder `links`."""
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    said = {"grade": "A", "source": source}
    n, s = world.regions, world.sectors
    keys = pd.MultiIndex.from_product([n, n, s], names=["origin", "destination", "sector"])
    flows = pd.DataFrame({"usd_bn": world.flows.ravel()}, index=keys).reset_index().assign(**said)
    for where in (out, folder):
        flows.to_csv(where / FLOWS, index=False)
    keys = pd.MultiIndex.from_product([n, s], names=["region", "sector"])
    added = pd.DataFrame({"value_added_share": world.value_added.ravel()}, index=keys)
    added.reset_index().assign(**said).to_csv(folder / ADDED, index=False)
    keys = pd.MultiIndex.from_product([n, s, s], names=["region", "buying_sector", "input_sector"])
    inputs = pd.DataFrame({"share_of_inputs": world.inputs.ravel()}, index=keys)
    inputs.reset_index().assign(**said).to_csv(folder / INPUTS, index=False)


def main() -> None:
    """Read a table and write a base year."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("table", "regions", "sectors", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--per", type=float, default=1000.0)
    given = parser.parse_args()
    world = read(given.table, given.regions, given.sectors, given.per)
    write(world, given.out, given.table.name)


if __name__ == "__main__":
    main()

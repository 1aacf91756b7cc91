"""Close a base year with input-output links, and say what was moved.

    python -m sim.economy.data.closing DATA TABLES

DATA holds a base year without links, in which sales add up to GDP; the base year with links is
written into its folder `links`. TABLES holds `value_added_shares.csv`, with the columns
`final_use_share` and `output_over_gdp` beside those that `linkage` reads, and `input_output.csv`.

With links GDP is the sum of value added, not of sales. So own sales are set anew: of goods to
output over GDP of the table, times GDP, less exports, where that is more (sectors that are named
with --keep, and regions with --typed, keep theirs); of services so that value added makes GDP.
Where inputs would use up all that is bought of a sector, its row of the table is scaled down until
the table's share of final use is left, and the other inputs of each buying sector up.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.economy.data.base_year import FLOWS, BaseYear, load
from sim.economy.data.linkage import ADDED, FOLDER, INPUTS, Linkage, load_linkage, numbers
from sim.errors import DataError

Floats = NDArray[np.float64]

_ROUNDS, _MET = 2000, 1e-9
_SHOWN = 0.05
"""Relative changes of own sales, and changes of a share, that are told one by one."""


@dataclass(frozen=True, eq=False)
class Tables:
    """What is known of production.

    Attributes:
        linkage: shares as the tables have them.
        final: (N, S) part of what is bought of a sector that is not an input.
        output: (N, S) output over GDP.
    """

    linkage: Linkage
    final: Floats
    output: Floats


def closed(
    base: BaseYear, tables: Tables, services: str, keep: Sequence[str], typed: Sequence[str]
) -> tuple[BaseYear, Linkage]:
    """Close a base year.

    Args:
        base: without links: all sales of a region add up to its GDP.
        tables: what is known of production.
        services: the sector that closes value added to GDP.
        keep: sectors whose own sales stay.
        typed: regions whose own sales of goods stay.

    Raises:
        DataError: goods alone have more value added than GDP, or the table cannot be scaled.
    """
    flows, own = base.flows.copy(), np.arange(len(base.regions))
    gdp, exports = flows.sum(axis=(1, 2)), flows.sum(axis=1) - flows[own, own]
    last = base.sector(services)
    moves = np.ones(flows.shape[1:], dtype=bool)
    moves[:, [base.sector(name) for name in keep]] = False
    moves[[base.region(name) for name in typed]] = False
    moves[:, last] = False
    wanted = tables.output * gdp[:, None] - exports
    better = moves & (wanted > flows[own, own])
    flows[own, own] = np.where(better, wanted, flows[own, own])
    added = tables.linkage.value_added
    goods = np.delete(flows.sum(axis=1) * added, last, axis=1).sum(axis=1)
    sales = (gdp - goods) / added[:, last] - exports[:, last]
    if (sales <= 0).any():
        name = base.regions[int(np.argmin(sales))]
        raise DataError(
            f"{name}: its goods have more value added than its GDP leaves; check output_over_gdp"
        )
    flows[own, own, last] = sales
    new = replace(base, flows=flows)
    return new, replace(tables.linkage, inputs=_scaled(new, tables))


def _scaled(base: BaseYear, tables: Tables) -> Floats:
    """Scale rows of the tables until no sector is used up by inputs, (N, S, S)."""
    bought = ((1 + base.tariffs) * base.flows).sum(axis=0)
    spent = base.flows.sum(axis=1) * (1 - tables.linkage.value_added)
    inputs = tables.linkage.inputs.copy()
    most = (1 - tables.final) * bought
    high = np.zeros(most.shape, dtype=bool)
    for _ in range(_ROUNDS):
        used = np.einsum("jks,jk->js", inputs, spent)
        high |= used >= bought
        off = np.divide(most, used, out=np.ones_like(used), where=high & (used > 0))
        whole = np.abs(inputs.sum(axis=2) - 1)
        if (np.abs(off - 1) < _MET).all() and (whole < _MET).all():
            return inputs
        inputs = inputs * off[:, None]
        others = (inputs * ~high[:, None]).sum(axis=2)
        rest = 1 - (inputs * high[:, None]).sum(axis=2)
        more = np.divide(rest, others, out=np.ones_like(rest), where=others > 0)
        inputs = np.where(high[:, None], inputs, inputs * more[..., None])
    raise DataError("input_output.csv: its rows cannot be scaled so that final demand is left")


def main() -> None:
    """Close a base year, write it, and say what was moved."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("tables", type=Path)
    parser.add_argument("--services", default="services")
    parser.add_argument("--keep", nargs="*", default=["cars"])
    parser.add_argument("--typed", nargs="*", default=[])
    given = parser.parse_args()
    base = load(given.data)
    tables = read_tables(given.tables, base)
    new, linkage = closed(base, tables, given.services, given.keep, given.typed)
    said = told(base, new, tables.linkage, linkage)
    sys.stdout.write(said.to_string(index=False) + "\n")
    write(given.data, given.tables, base, new, tables.linkage, linkage)


def read_tables(where: Path, base: BaseYear) -> Tables:
    """Read what is known of production; raises DataError."""
    linkage = load_linkage(where, base.regions, base.sectors)
    table = pd.read_csv(where / ADDED).set_index(["region", "sector"])
    every = pd.MultiIndex.from_product([base.regions, base.sectors])
    shape = linkage.value_added.shape
    final, output = (
        table.loc[every, name].to_numpy(dtype=np.float64).reshape(shape)
        for name in ("final_use_share", "output_over_gdp")
    )
    return Tables(linkage, final, output)


def told(base: BaseYear, new: BaseYear, before: Linkage, after: Linkage) -> pd.DataFrame:
    """Say what was moved: own sales by more than a twentieth, shares by more than 0.05."""
    rows = []
    own = np.arange(len(base.regions))
    old, now = base.flows[own, own], new.flows[own, own]
    for j, s in np.argwhere(np.abs(now - old) > _SHOWN * old):
        rows.append((base.regions[j], base.sectors[s], "own sales", old[j, s], now[j, s]))
    for j, k, s in np.argwhere(np.abs(after.inputs - before.inputs) > _SHOWN):
        name = f"{base.sectors[s]} in inputs"
        pair = before.inputs[j, k, s], after.inputs[j, k, s]
        rows.append((base.regions[j], base.sectors[k], name, *pair))
    return pd.DataFrame(rows, columns=["region", "sector", "what", "before", "after"]).round(3)


def write(
    data: Path, tables: Path, base: BaseYear, new: BaseYear, before: Linkage, after: Linkage
) -> None:
    """Write the closed base year into the folder `links` of the data."""
    folder = data / FOLDER
    folder.mkdir(exist_ok=True)
    flows = pd.read_csv(data / FLOWS)
    regions, sectors = base.regions, base.sectors
    at = (
        numbers(flows["origin"], regions),
        numbers(flows["destination"], regions),
        numbers(flows["sector"], sectors),
    )
    moved = new.flows[at] != base.flows[at]
    flows["usd_bn"] = np.where(moved, np.round(new.flows[at], 6), flows["usd_bn"])
    flows.loc[moved, "grade"] = "C"
    flows.loc[moved, "source"] = "closed with links: output over GDP of the table, services to GDP"
    flows.to_csv(folder / FLOWS, index=False)
    added = pd.read_csv(tables / ADDED)
    added[added["region"].isin(regions)].to_csv(folder / ADDED, index=False)
    shares = pd.read_csv(tables / INPUTS)
    shares = shares[shares["region"].isin(regions)].reset_index(drop=True)
    place = (
        numbers(shares["region"], regions),
        numbers(shares["buying_sector"], sectors),
        numbers(shares["input_sector"], sectors),
    )
    scaled = np.abs(after.inputs[place] - before.inputs[place]) > _MET
    shares["share_of_inputs"] = np.round(after.inputs[place], 9)
    shares.loc[scaled, "grade"] = "C"
    shares.loc[scaled, "source"] = (
        shares.loc[scaled, "source"] + "; scaled so that final use is left"
    )
    shares.to_csv(folder / INPUTS, index=False)


if __name__ == "__main__":
    main()

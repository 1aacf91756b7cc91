"""The command `effect DIR OTHER`: what differs between two runs."""

from pathlib import Path
from typing import Any

from experiments.analysis.compare import Comparison, compare
from experiments.analysis.differences import band_told, number, printed
from experiments.analysis.floors import Floors
from experiments.commands.finer import AskedEffect
from experiments.runs.store import Store, plan_of
from sim.config.schema.sentences import shown

_MOST_ROWS = 80
"""Rows that are printed; a csv file holds all."""


def compared(one: Path, other: Path, asked: AskedEffect, told: dict[str, Any]) -> None:
    """Print what differs between two finished runs.

    Args:
        one: directory of the first.
        other: directory of the second.
        asked: how it is told.
        told: takes what is told as JSON: sentences and rows.
    """
    first, second = Store.open(one), Store.open(other)
    floors = _floors(first, asked.least).joined(_floors(second, asked.least))
    found = compare(first, second)
    print(f"first:  {one}\nsecond: {other}\n")
    _print_config(found)
    _print_code(first, second)
    said = _said(found, floors)
    print("\n" + "\n".join(said), end="\n\n")
    _print_table(found, floors)
    for name, settings in zip(("first", "second"), found.only, strict=True):
        if settings:
            print(f"only in the {name}: {len(settings)} settings, such as {settings[0]}")
    asked.keep(found.table)
    told |= {"said": said, "rows": found.table}


def _floors(store: Store, least: str) -> Floors:
    return Floors.of(store.manifest(), plan_of(store).scenario, least)


def _print_config(found: Comparison) -> None:
    if not found.config:
        print("The configs say the same.")
    for path, (one, other) in found.config.items():
        print(f"{path}: {shown(one)} → {shown(other)}")


def _print_code(first: Store, second: Store) -> None:
    made_by = [store.manifest().get("code") for store in (first, second)]
    if made_by[0] != made_by[1]:
        print(f"code: {made_by[0]} → {made_by[1]}")


def _said(found: Comparison, floors: Floors) -> list[str]:
    """Say how the table of a comparison is to be read."""
    how = (
        "each world compared with itself (common draws)"
        if found.paired
        else "two independent samples (other luck)"
    )
    return [
        f"second less first; {how}",
        *(f"not paired: {each}" for each in found.why),
        found.computed,
        band_told(found.table, given=bool(floors.given)),
        floors.told(list(found.table["unit"].unique())),
    ]


def _print_table(found: Comparison, floors: Floors) -> None:
    moved = found.table[found.table["difference"].fillna(0) != 0]
    table = printed(moved.head(_MOST_ROWS), floors)
    for name in ("first", "second"):
        table[name] = table[name].map(number)
    print(table.to_string(index=False) if len(table) else "nothing differs")
    same, more = len(found.table) - len(moved), len(moved) - len(table)
    if same:
        said = (
            "1 row without a difference is"
            if same == 1
            else f"{same} rows without a difference are"
        )
        print(f"{said} left out")
    if more:
        print(f"… and {more} more rows; --csv FILE writes all")

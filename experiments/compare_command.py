"""The command `compare`."""

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.compare import Comparison, compare
from experiments.store import Store
from sim.config.sentences import shown

_MOST_ROWS = 80
"""Rows that are printed; a csv file holds all."""


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser("compare", help="say what differs between two finished runs")
    command.add_argument("first", type=Path, metavar="DIR")
    command.add_argument("second", type=Path, metavar="DIR")
    command.add_argument("--csv", type=Path, metavar="FILE", help="write the differences there")
    command.set_defaults(call=_compare)


def _compare(arguments: argparse.Namespace) -> int:
    first, second = Store.open(arguments.first), Store.open(arguments.second)
    found = compare(first, second)
    print(f"first:  {arguments.first}\nsecond: {arguments.second}\n")
    _print_config(found)
    _print_code(first, second)
    _print_table(found)
    for name, settings in zip(("first", "second"), found.only, strict=True):
        if settings:
            print(f"only in the {name}: {len(settings)} settings, such as {settings[0]}")
    if arguments.csv:
        found.table.to_csv(arguments.csv, index=False)
        print(arguments.csv)
    return 0


def _print_config(found: Comparison) -> None:
    if not found.config:
        print("The configs say the same.")
    for path, (one, other) in found.config.items():
        print(f"{path}: {shown(one)} → {shown(other)}")


def _print_code(first: Store, second: Store) -> None:
    made_by = [store.manifest().get("code") for store in (first, second)]
    if made_by[0] != made_by[1]:
        print(f"code: {made_by[0]} → {made_by[1]}")


def _print_table(found: Comparison) -> None:
    how = (
        "each world compared with itself (common luck)"
        if found.paired
        else "two independent samples (other luck)"
    )
    print(f"\nsecond less first, with {found.intervals}; {how}\n")
    moved = found.table[found.table["difference"].fillna(0) != 0]
    table = moved.head(_MOST_ROWS).copy()
    for name in ("first", "second", "difference", "low", "high"):
        table[name] = table[name].map(_number)
    print(table.to_string(index=False) if len(table) else "nothing differs")
    same, more = len(found.table) - len(moved), len(moved) - len(table)
    if same:
        print(f"{same} rows without a difference are left out")
    if more:
        print(f"… and {more} more rows; --csv FILE writes all")


def _number(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}"

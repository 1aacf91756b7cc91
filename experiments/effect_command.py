"""The command `effect`."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.clustered import told
from experiments.effect import effect, only, signs
from experiments.intervals import Quantity
from experiments.quantities import essentials, swept
from experiments.store import Store
from sim.errors import ConfigError

_MOST_ROWS = 60
"""Rows that are printed; a csv file holds all."""

_READ = 2_000_000
"""Rows that are read of a table; of a larger one an even share of the worlds."""


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser(
        "effect", help="say what one value of a swept path changes against another"
    )
    command.add_argument("directory", type=Path, metavar="DIR")
    command.add_argument("--path", default="rules.review", help="a swept path (rules.review)")
    command.add_argument("--from", dest="before", default="none", metavar="VALUE", help="(none)")
    command.add_argument("--to", dest="after", default="all", metavar="VALUE", help="(all)")
    command.add_argument(
        "--by",
        default="",
        metavar="PATH,…",
        help="swept paths to tell apart; 'every' tells all apart (the others are pooled)",
    )
    command.add_argument(
        "--quantity", action="append", default=[], metavar="NAME", help="deals, payoff.NAME, …"
    )
    command.add_argument(
        "--where", action="append", default=[], metavar="PATH=VALUE", help="only these cells"
    )
    command.add_argument(
        "--signed",
        action="store_true",
        help="only worlds with a deal (for payoffs: in every talk) under both values",
    )
    command.add_argument(
        "--show",
        choices=("all", "up", "down"),
        default="all",
        help="rows to print: all, or those whose interval lies above or below zero",
    )
    command.add_argument("--csv", type=Path, metavar="FILE", help="write the differences there")
    command.set_defaults(call=_effect)


def _effect(arguments: argparse.Namespace) -> int:
    frame = only(_read(Store.open(arguments.directory), arguments.quantity), arguments.where)
    every = [path for path in swept(frame) if path != arguments.path]
    by = every if arguments.by == "every" else [p for p in arguments.by.split(",") if p]
    table = effect(
        frame,
        arguments.path,
        arguments.before,
        arguments.after,
        by=by,
        quantities=arguments.quantity,
        signed=arguments.signed,
    )
    print(
        f"{arguments.path}: {arguments.before} → {arguments.after}; each world against itself, "
        f"{told(frame)}{_worlds(arguments.signed)}\n"
    )
    _print(_shown(table, arguments.show))
    if len(table) > len(signs(table)):
        print(f"\nin how many settings:\n\n{signs(table).to_string(index=False)}")
    if arguments.csv:
        table.to_csv(arguments.csv, index=False)
        print(arguments.csv)
    return 0


def _read(store: Store, asked: Sequence[str]) -> pd.DataFrame:
    """Read what these quantities need of a table."""
    heads = store.heads()
    if "cell" not in heads:
        raise ConfigError(f"{store.directory}: every cell failed; there is nothing to tell apart")
    for name in asked:
        Quantity.named(name, heads)
    more = [name for name in asked if name in heads]
    return store.outcomes(list(dict.fromkeys([*essentials(heads), *more])), _READ)


def _worlds(signed: bool) -> str:
    return "; worlds with a deal under both" if signed else ""


def _shown(table: pd.DataFrame, sign: str) -> pd.DataFrame:
    if sign == "all":
        return table
    return table[table["low"] > 0] if sign == "up" else table[table["high"] < 0]


def _print(table: pd.DataFrame) -> None:
    shown = table.head(_MOST_ROWS).copy()
    for name in ("difference", "low", "high"):
        shown[name] = shown[name].map(lambda value: "–" if pd.isna(value) else f"{value:.2f}")
    print(shown.to_string(index=False) if len(shown) else "no row")
    if len(table) > len(shown):
        print(f"… and {len(table) - len(shown)} more rows; --csv FILE writes all")

"""The command `effect`."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.closed import closed_told
from experiments.analysis.differences import add_files, add_least, band_told, printed, write_files
from experiments.analysis.effect import between_cells, check_path, effect, labelled, only, terms
from experiments.analysis.floors import Floors
from experiments.analysis.pairing import unpaired
from experiments.commands.finer import EVERY, add_options, asked, finer, told_apart
from experiments.design.designs import Cell
from experiments.design.plan import Plan
from experiments.results.clustered import told
from experiments.results.intervals import Quantity
from experiments.results.quantities import essentials, names, swept
from experiments.results.selection import word
from experiments.runs.finished import for_readers, plan_of
from experiments.runs.store import Store
from sim.errors import ConfigError

_MOST_ROWS = 60
"""Rows that are printed; a csv file holds all."""

_READ = 2_000_000
"""Rows that are read of a table; of a larger one an even share of the worlds."""


_EXAMPLES = """examples:
  tariff-talks effect results/quickstart-… --by every
  tariff-talks effect results/quickstart-… --cells 4 1
  tariff-talks effect results/quickstart-… --refine results/quickstart-refined-rounds2-…
  tariff-talks effect results/quickstart-… --refine results/…-rounds2-… --to all --by every
"""


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser(
        "effect",
        help="say what one value of a swept path changes against another, or a finer grid",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("directory", type=Path, metavar="DIR")
    command.add_argument(
        "--refine",
        type=Path,
        metavar="FINER",
        help="compare every cell with that of the same config run with --refine; with --path, "
        "--from or --to the effect",
    )
    add_options(command)
    command.add_argument(
        "--cells",
        nargs=2,
        type=int,
        metavar=("A", "B"),
        help="compare cell B with cell A, whatever tells them apart, instead of values of a path",
    )
    command.add_argument("--path", default="", help="a swept path (rules.review)")
    command.add_argument("--from", dest="before", default="", metavar="VALUE", help="(none)")
    command.add_argument("--to", dest="after", default="", metavar="VALUE", help="(all)")
    command.add_argument(
        "--by",
        default="",
        metavar="PATH,…",
        help="swept paths to tell apart (all that somebody decides); 'every' tells all apart",
    )
    command.add_argument(
        "--quantity", action="append", default=[], metavar="NAME", help="deals, payoff.NAME, …"
    )
    command.add_argument(
        "--where", action="append", default=[], metavar="PATH=VALUE", help="only these cells"
    )
    command.add_argument(
        "--signed",
        nargs="?",
        const=EVERY,
        default="",
        metavar="TALK",
        help="only worlds in which this talk (every talk if none is named) signs under both values",
    )
    add_least(command)
    add_files(command)
    command.set_defaults(call=_effect)


def _effect(arguments: argparse.Namespace) -> int:
    if arguments.refine is not None:
        return finer(arguments)
    if arguments.moves:
        raise ConfigError("--moves: goes with --refine; name the run on a finer grid")
    store = Store.open(arguments.directory)
    plan, manifest = plan_of(store), store.manifest()
    frame = only(for_readers(_read(store, arguments), plan), arguments.where)
    talks = list(dict.fromkeys(frame["talk"].astype(str)))
    signed = talks if arguments.signed == EVERY else [arguments.signed] if arguments.signed else []
    path, *labels = asked(arguments)
    if arguments.cells:
        frame, path = between_cells(frame, *arguments.cells)
        labels = [str(cell) for cell in arguments.cells]
    every = [name for name in swept(frame) if name != path]
    by, mixed = told_apart(arguments.by, plan, every)
    how = {"by": by, "quantities": arguments.quantity, "signed": signed}
    check_path(frame, path)
    sides = [_cells(plan, frame, path, label) for label in labels]
    compared = [cell.index for cells in sides for cell in cells]
    floors = Floors.of(manifest, plan.scenario, arguments.least, compared)
    why = unpaired((plan, sides[0]), (plan, sides[1]), every)
    table = effect(frame, path, *labels, **how, given=floors.given, other_luck=bool(why))
    if table.empty:
        raise ConfigError(
            f"--path {path}: no two cells with {labels[0]} and {labels[1]} there agree in all else "
            f"that is swept ({', '.join(every)}); compare two cells by number, with --cells A B"
        )
    values = [
        word(cells[0].labels.get(path, each)) for cells, each in zip(sides, labels, strict=True)
    ]
    said = [
        f"{path}: {values[0]} → {values[1]}; each world against itself{_worlds(signed)}",
        *(f"cell {c.index}: {_said(c)}" for cells in sides for c in cells if arguments.cells),
        *(f"not paired: {each}" for each in why),
        *mixed,
        *closed_told(frame[frame["cell"].isin(compared)]),
        told(frame),
        band_told(table, given=floors.given),
        floors.told(list(table["unit"].unique())),
    ]
    print("\n".join(said), end="\n\n")
    _print(table, floors)
    for file in write_files(arguments, said, table):
        print(file)
    return 0


def _said(cell: Cell) -> str:
    return ", ".join(f"{path} = {label}" for path, label in cell.labels.items())


def _cells(plan: Plan, frame: pd.DataFrame, path: str, label: str) -> list[Cell]:
    """Give the cells with a value of the path."""
    numbers = set(frame["cell"][labelled(frame, path, label, path)])
    return [cell for cell in plan.cells if cell.index in numbers]


def _read(store: Store, arguments: argparse.Namespace) -> pd.DataFrame:
    """Read what the quantities need of a table."""
    heads = store.heads()
    if "cell" not in heads:
        raise ConfigError(f"{store.directory}: every cell failed; there is nothing to tell apart")
    for name in arguments.quantity:
        Quantity.named(name, heads)
    asked = arguments.quantity or (terms(heads) if arguments.signed else [])
    more = [name for name in asked if name in heads]
    states = [f"review.{name}" for name in names(heads, "review")]
    return store.outcomes(list(dict.fromkeys([*essentials(heads), *states, *more])), _READ)


def _worlds(signed: Sequence[str]) -> str:
    if not signed:
        return ""
    talks = signed[0] if len(signed) == 1 else f"{', '.join(signed[:-1])} and {signed[-1]}"
    return f"; every row of the worlds in which {talks} sign{'s' * (len(signed) == 1)} under both"


def _print(table: pd.DataFrame, floors: Floors) -> None:
    shown = printed(table.head(_MOST_ROWS), floors)
    print(shown.to_string(index=False) if len(shown) else "no row")
    if len(table) > len(shown):
        print(f"… and {len(table) - len(shown)} more rows; --csv FILE writes all")

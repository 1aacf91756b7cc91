"""What a run says beside the same one on a finer grid: the command `effect DIR --refine FINER`."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from experiments.analysis.compare import compare_cells
from experiments.analysis.differences import band_told, printed, write_files
from experiments.analysis.effect import only
from experiments.analysis.floors import Floors
from experiments.analysis.grids import effects
from experiments.analysis.pairing import unpaired
from experiments.design.plan import Plan
from experiments.results.clustered import told
from experiments.results.intervals import Quantity
from experiments.results.quantities import essentials, names, swept
from experiments.runs.finished import for_readers, plan_of
from experiments.runs.store import Store
from sim.errors import ConfigError

POINTS, PERCENT, BN = 2.0, 5.0, 0.1
"""By how much a number may move on a finer grid: points of a share, percent of anything else, and
of USD bn a year at least so much."""

_MOST_ROWS = 60


@dataclass(frozen=True, eq=False)
class _Moves:
    """What moves from one run to another, what is said above it, and cells that only one has."""

    table: pd.DataFrame
    said: tuple[str, ...]
    only: tuple[list[str], list[str]] = ([], [])


def flagged(table: pd.DataFrame, points: float = POINTS, percent: float = PERCENT) -> pd.DataFrame:
    """Tell which rows of a comparison move by more than is tolerated.

    Args:
        table: that of a comparison.
        points: tolerance of what is counted in points.
        percent: that of everything else, of its value in the first run; of USD bn a year `BN` at
            least.

    Returns:
        The table with columns tolerance, in the unit of the row; moves; and surely: whether it is
        beyond by more than what it is computed to. What is not there in one of the runs, such as
        a time of signing without deals, does not move.
    """
    share = table["first"].abs() * (percent / 100)
    share = share.where(table["unit"] != "USD bn a year", share.clip(lower=BN))
    tolerance = share.where(table["unit"] != "points", points)
    size = table["difference"].abs()
    surely = size - table["error"] > tolerance
    return table.assign(tolerance=tolerance, moves=size > tolerance, surely=surely)


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of the comparison to the command `effect`."""
    command.add_argument(
        "--points",
        type=_tolerance,
        default=POINTS,
        help=f"with --refine: points by which a share may move ({POINTS:g})",
    )
    command.add_argument(
        "--percent",
        type=_tolerance,
        default=PERCENT,
        help=f"with --refine: percent by which anything else may move ({PERCENT:g})",
    )
    command.add_argument(
        "--moves", action="store_true", help="with --refine: print only what moves by more"
    )


def finer(arguments: argparse.Namespace) -> int:
    """Compare a run with the same one on a finer grid, and print what moves.

    Raises:
        ConfigError: an option does not go with it, or the runs are not of one sweep.
    """
    for option in ("signed", "cells"):
        if getattr(arguments, option):
            raise ConfigError(f"--{option}: is not used with --refine; leave it out")
    if arguments.directory.resolve() == arguments.refine.resolve():
        raise ConfigError(
            f"--refine {arguments.refine}: is the run itself, which differs from itself in "
            "nothing; name the run of the same config that 'tariff-talks run --refine 2' wrote"
        )
    stores = Store.open(arguments.directory), Store.open(arguments.refine)
    of_effect = any((arguments.path, arguments.before, arguments.after))
    found = _effects(stores, arguments) if of_effect else _cells(stores, arguments)
    one, other = (
        Floors.of(store.manifest(), plan_of(store).scenario, arguments.least) for store in stores
    )
    floors = one.joined(other)
    table = flagged(found.table, arguments.points, arguments.percent)
    said = [
        f"{arguments.directory} → {arguments.refine}",
        *found.said,
        f"tolerated: {arguments.points:g} points of a share, {arguments.percent:g} % of anything "
        f"else, {BN:g} USD bn a year at least",
        band_told(table, given=floors.given),
        floors.told(list(table["unit"].unique())),
    ]
    print("\n".join(said), end="\n\n")
    _print(table[table["moves"]] if arguments.moves else table, floors)
    moves, surely = (int(table[name].sum()) for name in ("moves", "surely"))
    print(
        f"\n{moves} of {len(table)} numbers move by more than is tolerated; {surely} of them "
        "surely, by more than they are computed to"
    )
    for name, cells in zip(("first", "second"), found.only, strict=True):
        if cells:
            print(f"only in the {name}: {', '.join(cells)}")
    for file in write_files(arguments, said, table):
        print(file)
    return 0


def _cells(stores: tuple[Store, Store], arguments: argparse.Namespace) -> _Moves:
    """Compare every cell with itself."""
    for option in ("by", "quantity", "where"):
        if getattr(arguments, option):
            raise ConfigError(
                f"--{option}: goes with an effect; beside --refine say which one, such as --to "
                "all, or leave it out"
            )
    found = compare_cells(*stores)
    return _Moves(found.table, (_how(found.paired), found.computed), found.only)


def _effects(stores: tuple[Store, Store], arguments: argparse.Namespace) -> _Moves:
    """Compare an effect in the one run with that in the other."""
    plans = plan_of(stores[0]), plan_of(stores[1])
    path, *labels = asked(arguments)
    heads = stores[0].heads()
    for name in arguments.quantity:
        Quantity.named(name, heads)
    states = [f"review.{name}" for name in names(heads, "review")]
    every = list(dict.fromkeys([*essentials(heads), *states, *arguments.quantity]))
    columns = [name for name in every if name in heads]
    one, other = (
        only(for_readers(store.outcomes(columns), plan), arguments.where)
        for store, plan in zip(stores, plans, strict=True)
    )
    by, mixed = told_apart(arguments.by, plans[0], [n for n in swept(one) if n != path])
    table = effects(
        (one, other),
        path,
        *labels,
        by=by,
        quantities=arguments.quantity,
        other_luck=bool(
            unpaired((plans[0], plans[0].cells), (plans[1], plans[1].cells), swept(one))
        ),
    )
    return _Moves(
        table,
        (
            f"{path}: {labels[0]} → {labels[1]}; the effect in each run",
            _how(True),
            *mixed,
            told(one),
        ),
    )


def asked(arguments: argparse.Namespace) -> tuple[str, str, str]:
    """Give the swept path that is asked for, and its two values; the rule if none are."""
    return (
        arguments.path or "rules.review",
        arguments.before or "none",
        arguments.after or "all",
    )


EVERY = "every"
"""Stands for all talks, and for all swept paths."""


def told_apart(said: str, plan: Plan, others: Sequence[str]) -> tuple[list[str], list[str]]:
    """Give the swept paths that an effect is told apart by, and what it is a mean over.

    Args:
        said: the option `--by`; without it all that somebody decides is told apart, since nobody
            weighs it.
        plan: of the run.
        others: swept paths beside the one that changes.
    """
    decided = [path for path in others if path not in plan.uncertainties]
    by = list(others) if said == EVERY else [path for path in said.split(",") if path] or decided
    mixed = [path for path in decided if path not in by]
    nature = [path for path in others if path not in by and path not in decided]
    means = []
    if mixed:
        means.append(
            f"a mean over {', '.join(mixed)}, which somebody decides: name it in --by, or keep one "
            "value with --where"
        )
    if nature:
        means.append(f"a mean over {', '.join(nature)}, which nobody decides")
    return by, means


def _how(paired: bool) -> str:
    if not paired:
        return "means of two samples (other seed or draws)"
    return (
        "each world against itself (same draws; luck that is drawn in every round is new where "
        "rounds are)"
    )


def _print(table: pd.DataFrame, floors: Floors) -> None:
    shown = printed(table.head(_MOST_ROWS).drop(columns=["pairing", "draws"]), floors)
    for name in ("first", "second", "tolerance"):
        shown[name] = table[name].head(_MOST_ROWS).map("{:.2f}".format)
    print(shown.to_string(index=False) if len(shown) else "no row")
    if len(table) > len(shown):
        print(f"… and {len(table) - len(shown)} more rows; --csv FILE writes all")


def _tolerance(word: str) -> float:
    """Read a number of at least 0."""
    try:
        number = float(word)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{word} is not a number of at least 0")
    return number

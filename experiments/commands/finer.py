"""What a run says beside the same one on a finer grid: the command `effect DIR --refine FINER`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from cyclopts import Parameter

from experiments.analysis.compare import compare_cells
from experiments.analysis.differences import band_told, printed
from experiments.analysis.effect import only
from experiments.analysis.floors import Floors
from experiments.analysis.grids import effects
from experiments.analysis.pairing import unpaired
from experiments.commands.arguments import Only, Optional, Tolerance
from experiments.design.plan import Plan
from experiments.results.clustered import told as clustered_told
from experiments.results.export import for_spreadsheets
from experiments.results.intervals import Quantity
from experiments.results.quantities import essentials, names, swept
from experiments.runs.store import Store, for_readers, plan_of
from sim.errors import ConfigError

POINTS, PERCENT, BN = 2.0, 5.0, 0.1
"""By how much a number may move on a finer grid: points of a share, percent of anything else, and
of USD bn a year at least so much."""

EVERY = "every"
"""Stands for all swept paths."""

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


@dataclass(frozen=True)
class AskedEffect:
    """What is asked of a run: which effect, told apart by what, and how it is told.

    Attributes:
        path: a swept path (rules.review)
        before: its value before (none)
        after: its value after (all)
        cells: compare the second cell with the first, whatever tells them apart, instead of values
            of a path
        by: swept paths to tell apart (all that somebody decides); 'every' tells all apart
        quantity: deals, payoff.NAME, …
        where: only these cells
        signed: only worlds in which this talk (every talk if none is named) signs under both values
        points: with --refine: points by which a share may move
        percent: with --refine: percent by which anything else may move
        moves: with --refine: print only what moves by more
        least: smallest effect worth telling, in points and in USD bn a year (points=1,bn=0.1)
        csv: write the differences there
        report: write what is said and the table as one HTML file (effect.html in DIR)
    """

    path: str = ""
    before: Annotated[str, Parameter(name="--from", metavar="VALUE")] = ""
    after: Annotated[str, Parameter(name="--to", metavar="VALUE")] = ""
    cells: Annotated[tuple[int, int] | None, Parameter(metavar="A B")] = None
    by: Annotated[str, Parameter(metavar="PATH,…")] = ""
    quantity: Annotated[tuple[str, ...], Parameter(metavar="NAME")] = ()
    where: Only = ()
    signed: Annotated[list[str] | None, Optional, Parameter(metavar="[TALK]")] = None
    points: Tolerance = POINTS
    percent: Tolerance = PERCENT
    moves: bool = False
    least: Annotated[str, Parameter(metavar="points=X,bn=X")] = ""
    csv: Annotated[Path | None, Parameter(metavar="FILE")] = None
    report: Annotated[list[Path] | None, Optional] = None

    @property
    def change(self) -> tuple[str, str, str]:
        """The swept path that is asked for, and its two values; the rule if none are."""
        return self.path or "rules.review", self.before or "none", self.after or "all"

    def apart(self, plan: Plan, others: Sequence[str]) -> tuple[list[str], list[str]]:
        """Give the swept paths that the effect is told apart by, and what it is a mean over.

        Without `by` all that somebody decides is told apart, since nobody weighs it.

        Args:
            plan: of the run.
            others: swept paths beside the one that changes.
        """
        decided = [path for path in others if path not in plan.uncertainties]
        named = [path for path in self.by.split(",") if path]
        by = list(others) if self.by == EVERY else named or decided
        mixed = [path for path in decided if path not in by]
        nature = [path for path in others if path not in by and path not in decided]
        means = []
        if mixed:
            means.append(
                f"a mean over {', '.join(mixed)}, which somebody decides: name it in --by, or keep "
                "one value with --where"
            )
        if nature:
            means.append(f"a mean over {', '.join(nature)}, which nobody decides")
        return by, means

    def refuse(self, names: Sequence[str], why: str) -> None:
        """Refuse options that do not go with what is asked; raises ConfigError."""
        for name in names:
            if getattr(self, name) not in (None, "", (), False):
                option = {"before": "from", "after": "to"}.get(name, name)
                raise ConfigError(f"--{option}: {why}")

    def keep(self, table: pd.DataFrame) -> None:
        """Write the differences, if a file is named for them."""
        if self.csv is not None:
            for_spreadsheets(table).to_csv(self.csv, index=False)
            print(self.csv)


def finer(first: Path, second: Path, asked: AskedEffect, told: dict[str, Any]) -> None:
    """Compare a run with the same one on a finer grid, and print what moves.

    Args:
        first: directory of the run as it is.
        second: directory of the one on a finer grid.
        asked: what is compared.
        told: takes what is told as JSON: sentences and rows.

    Raises:
        ConfigError: an option does not go with it, or the runs are not of one sweep.
    """
    asked.refuse(["signed", "cells"], "is not used with --refine; leave it out")
    if first.resolve() == second.resolve():
        raise ConfigError(
            f"--refine {second}: is the run itself, which differs from itself in nothing; name the "
            "run of the same config that 'tariff-talks run --refine 2' wrote"
        )
    stores = Store.open(first), Store.open(second)
    of_effect = any((asked.path, asked.before, asked.after))
    found = _effects(stores, asked) if of_effect else _cells(stores, asked)
    one, other = (
        Floors.of(store.manifest(), plan_of(store).scenario, asked.least) for store in stores
    )
    floors = one.joined(other)
    table = flagged(found.table, asked.points, asked.percent)
    said = [
        f"{first} → {second}",
        *found.said,
        f"tolerated: {asked.points:g} points of a share, {asked.percent:g} % of anything "
        f"else, {BN:g} USD bn a year at least",
        band_told(table, given=bool(floors.given)),
        floors.told(list(table["unit"].unique())),
    ]
    print("\n".join(said), end="\n\n")
    _print(table[table["moves"]] if asked.moves else table, floors)
    moves, surely = (int(table[name].sum()) for name in ("moves", "surely"))
    print(
        f"\n{moves} of {len(table)} numbers move by more than is tolerated; {surely} of them "
        "surely, by more than they are computed to"
    )
    for name, cells in zip(("first", "second"), found.only, strict=True):
        if cells:
            print(f"only in the {name}: {', '.join(cells)}")
    asked.keep(table)
    told |= {"said": said, "rows": table}


def _cells(stores: tuple[Store, Store], asked: AskedEffect) -> _Moves:
    """Compare every cell with itself."""
    asked.refuse(
        ["by", "quantity", "where"],
        "goes with an effect; beside --refine say which one, such as --to all, or leave it out",
    )
    found = compare_cells(*stores)
    return _Moves(found.table, (_how(found.paired), found.computed), found.only)


def _effects(stores: tuple[Store, Store], asked: AskedEffect) -> _Moves:
    """Compare an effect in the one run with that in the other."""
    plans = plan_of(stores[0]), plan_of(stores[1])
    path, *labels = asked.change
    heads = stores[0].heads()
    for name in asked.quantity:
        Quantity.named(name, heads)
    states = [f"review.{name}" for name in names(heads, "review")]
    every = list(dict.fromkeys([*essentials(heads), *states, *asked.quantity]))
    columns = [name for name in every if name in heads]
    one, other = (
        only(for_readers(store.outcomes(columns), plan), asked.where)
        for store, plan in zip(stores, plans, strict=True)
    )
    by, mixed = asked.apart(plans[0], [name for name in swept(one) if name != path])
    table = effects(
        (one, other),
        path,
        *labels,
        by=by,
        quantities=asked.quantity,
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
            clustered_told(one),
        ),
    )


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

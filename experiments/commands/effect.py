"""The command `effect`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from cyclopts import Parameter

from experiments.analysis.closed import closed_told
from experiments.analysis.differences import band_told, printed
from experiments.analysis.effect import between_cells, check_path, labelled, only, terms
from experiments.analysis.effect import effect as changed
from experiments.analysis.floors import Floors
from experiments.analysis.pairing import unpaired
from experiments.commands.arguments import Directory, Flat
from experiments.commands.as_json import Json, as_json
from experiments.commands.compare import compared
from experiments.commands.finer import AskedEffect, finer
from experiments.design.designs import Cell
from experiments.design.plan import Plan
from experiments.results.clustered import told as clustered_told
from experiments.results.intervals import Quantity
from experiments.results.quantities import essentials, names, swept
from experiments.results.selection import word
from experiments.runs.store import Store, for_readers, plan_of
from sim.errors import ConfigError

_MOST_ROWS = 60
"""Rows that are printed; a csv file holds all."""

_READ = 2_000_000
"""Rows that are read of a table; of a larger one an even share of the worlds."""


_RULE = AskedEffect()


def effect(
    directory: Directory,
    other: Annotated[Path | None, Parameter(name="OTHER")] = None,
    /,
    *,
    refine: Annotated[Path | None, Parameter(metavar="FINER")] = None,
    asked: Annotated[AskedEffect, Flat] = _RULE,
    json: Json = None,
) -> int:
    """Say what differs, and by how much.

    In one run: what one value of a swept path changes against another, world by world. Between two
    runs: what differs in every cell. With --refine: what moves on a finer grid.

    Examples:
      tariff-talks effect results/quickstart-… --by every
      tariff-talks effect results/quickstart-… --cells 4 1 --report
      tariff-talks effect results/quickstart-… results/my_rule-…
      tariff-talks effect results/quickstart-… --refine results/…-rounds2-…
      tariff-talks effect results/quickstart-… --refine results/…-rounds2-… --to all

    Args:
        directory: of a run
        other: of another run, every cell of which is compared with that of the first
        refine: compare every cell with that of the same config run with --refine; with --path,
            --from or --to the effect
        asked: which effect
        json: where the numbers are told
    """
    with as_json(json) as told:
        if refine is not None:
            asked.refuse(["report"], "tells an effect, not what moves on a finer grid; use --csv")
            if other is not None:
                raise ConfigError(
                    f"{other}: one run is compared with --refine; leave one of them out"
                )
            finer(directory, refine, asked, told)
            return 0
        asked.refuse(["moves"], "goes with --refine; name the run on a finer grid")
        if other is not None:
            asked.refuse(
                ["path", "before", "after", "cells", "by", "quantity", "where", "signed"],
                "asks for an effect within one run; leave it or the second run out",
            )
            compared(directory, other, asked, told)
        else:
            _within(Store.open(directory), asked, told)
        _report(Store(directory), asked, told)
    return 0


def _report(store: Store, asked: AskedEffect, told: dict[str, Any]) -> None:
    """Write what was told as a page, if that is asked for."""
    if asked.report is None:
        return
    from experiments.report import write_effect

    file = asked.report[0] if asked.report else store.directory / "effect.html"
    if not file.parent.is_dir():
        raise ConfigError(f"--report {file}: there is no directory {file.parent}; make it first")
    rows = told["rows"]
    floors = Floors.of(store.manifest(), plan_of(store).scenario, asked.least)
    write_effect(store, file, told["said"], printed(rows, floors))
    print(file)


def _within(store: Store, asked: AskedEffect, told: dict[str, Any]) -> None:
    """Say what one value of a swept path changes against another."""
    plan, manifest = plan_of(store), store.manifest()
    frame = only(for_readers(_read(store, asked), plan), asked.where)
    talks = list(dict.fromkeys(frame["talk"].astype(str)))
    signed = talks if asked.signed == [] else asked.signed or []
    path, *labels = asked.change
    if asked.cells:
        frame, path = between_cells(frame, *asked.cells)
        labels = [str(cell) for cell in asked.cells]
    every = [name for name in swept(frame) if name != path]
    by, mixed = asked.apart(plan, every)
    check_path(frame, path)
    sides = [_cells(plan, frame, path, label) for label in labels]
    numbers = [cell.index for each in sides for cell in each]
    floors = Floors.of(manifest, plan.scenario, asked.least, numbers)
    why = unpaired((plan, sides[0]), (plan, sides[1]), every)
    table = changed(
        frame,
        path,
        *labels,
        by=by,
        quantities=asked.quantity,
        signed=signed,
        given=floors.given,
        other_luck=bool(why),
    )
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
        *(f"cell {c.index}: {_said(c)}" for cells in sides for c in cells if asked.cells),
        *(f"not paired: {each}" for each in why),
        *mixed,
        *closed_told(frame[frame["cell"].isin(numbers)]),
        clustered_told(frame),
        band_told(table, given=bool(floors.given)),
        floors.told(list(table["unit"].unique())),
    ]
    print("\n".join(said), end="\n\n")
    _print(table, floors)
    asked.keep(table)
    told |= {"said": said, "rows": table}


def _said(cell: Cell) -> str:
    return ", ".join(f"{path} = {label}" for path, label in cell.labels.items())


def _cells(plan: Plan, frame: pd.DataFrame, path: str, label: str) -> list[Cell]:
    """Give the cells with a value of the path."""
    numbers = set(frame["cell"][labelled(frame, path, label, path)])
    return [cell for cell in plan.cells if cell.index in numbers]


def _read(store: Store, asked: AskedEffect) -> pd.DataFrame:
    """Read what the quantities need of a table."""
    heads = store.heads()
    if "cell" not in heads:
        raise ConfigError(f"{store.directory}: every cell failed; there is nothing to tell apart")
    for name in asked.quantity:
        Quantity.named(name, heads)
    wanted = asked.quantity or (terms(heads) if asked.signed is not None else [])
    more = [name for name in wanted if name in heads]
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

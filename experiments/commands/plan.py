"""The command `plan`: what a config would run, how long it takes, how large it gets."""

from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from experiments.commands.arguments import Changes, Chunk, Count, Refine, load
from experiments.commands.arguments import changes as settings
from experiments.commands.as_json import Json, as_json
from experiments.design.idle import idle
from experiments.design.plan import Plan
from experiments.design.refine import TooManyPackagesError
from experiments.design.refinement import Refinement
from experiments.runs.estimate import Estimate, duration, probe, size
from experiments.runs.footprint import (
    Footprint,
    Size,
    TooMuchMemoryError,
    beyond_pairs,
    check_memory,
    measure,
    memory,
    narrower,
)
from experiments.runs.kept.left import MOST, cut, gaps, is_done
from experiments.runs.processes import cores
from experiments.runs.silence import tried
from experiments.runs.store import Store
from sim.protocol.issues import MOST_PACKAGES

_MOST_CELLS = 60
"""Cells that are listed, if not all are asked for."""

CORES = cores()


def plan(
    config: Path,
    /,
    *,
    changes: Changes = (),
    refine: Refine = (),
    workers: Count = CORES,
    out: Path = Path("results"),
    chunk: Chunk = None,
    all: bool = False,  # noqa: A002
    no_probe: bool = False,
    json: Json = None,
) -> int:
    """Say what a config would run, how long it takes and how large it gets.

    Of a grid that is too large to be played it says what it would take, and what else can be.

    Examples:
      tariff-talks plan configs/quickstart.toml
      tariff-talks plan configs/obstinate.toml --refine 2
      tariff-talks plan configs/quickstart.toml --refine 2
      tariff-talks plan configs/quickstart.toml --refine cars=2,rounds=2
      tariff-talks plan configs/quickstart.toml --refine metals=4 --set worlds=200

    Args:
        config: an experiment config
        changes: a key of the config (worlds, seed, …) or a dotted path of the scenario
        refine: how much finer the grid is
        workers: processes (all cores)
        out: where results go
        chunk: worlds played together
        all: list every cell
        no_probe: play nothing to measure time
        json: where the numbers are told
    """
    with as_json(json) as told:
        try:
            asked = load(config, changes, refine)
            check_memory(asked)
        except (TooManyPackagesError, TooMuchMemoryError):
            if not refine:
                raise
            as_it_is, wanted = Plan.load(config, settings(changes)), Refinement.of(refine)
            told |= _print_too_large(as_it_is, wanted, chunk, workers, not no_probe)
            return 0
        _print_cells(asked, None if all else _MOST_CELLS)
        for sentence in filter(None, [*idle(asked), beyond_pairs(asked)]):
            print(f"note: {sentence}")
        store = Store.of(asked, out)
        open_ = [] if is_done(asked, store) else gaps(asked, store)
        left = sum(last - first for _, first, last in open_)
        print(f"{store.directory}: {_there(left, asked.worlds * len(asked.cells))}")
        told |= _as_planned(asked) | {"directory": store.directory, "left": left}
        if refine:
            _print_both(Plan.load(config, settings(changes)), asked, chunk, workers, not no_probe)
        elif left and not no_probe:
            first = list(islice(cut(open_, chunk, workers), workers))
            found = probe(asked, max(each.worlds for each in first))
            cells = len({cell for cell, *_ in open_})
            workers = min(workers, len(first))
            _print_estimate(found, cells, left, workers)
            if found.cells:
                told["seconds"] = found.seconds(cells, left, workers)
                told["bytes"] = found.size(left)
            said = "" if found.failures else tried(asked)
            if said:
                print(f"warning: {said}")
    return 0


def _as_planned(plan: Plan) -> dict[str, Any]:
    """Give what is told as JSON of a plan."""
    cells = [{"cell": cell.index, **cell.labels} for cell in plan.cells]
    return {"question": plan.config.question, "worlds": plan.worlds, "cells": cells}


def _print_both(
    as_it_is: Plan, refined: Plan, chunk: int | None, workers: int, try_it: bool
) -> None:
    """Say what the config as it is, and on the finer grid, comes to."""
    for called, each in (("as it is", as_it_is), ("refined", refined)):
        print(f"{called}: {_size(Size.of(each))}")
        if try_it:
            _print_footprint(_measured(each, chunk), each, workers)


def _print_too_large(
    plan: Plan, wanted: Refinement, chunk: int | None, workers: int, try_it: bool
) -> dict[str, Any]:
    """Say what a grid that cannot be played would come to, and which ones can; give their sizes."""
    here, there = Size.of(plan), Size.of(plan, wanted)
    print(f"as it is: {_size(here)}")
    found = _measured(plan, chunk) if try_it else None
    if found is not None:
        _print_footprint(found, plan, workers)
    print(f"refined: {_size(there)}")
    why = f"a talk has at most {MOST_PACKAGES:,} packages"
    if max(there.packages.values()) <= MOST_PACKAGES:
        why = f"the tables alone are more than this machine's memory, {size(memory())}"
    print(f"    'run' refuses it: {why}")
    if found is not None and found.estimate.cells:
        cells, worlds = len(plan.cells), len(plan.cells) * plan.worlds
        times = max(there.packages[name] / here.packages[name] for name in here.packages)
        seconds = found.estimate.seconds(cells, worlds, workers) * times
        more = found.peak + there.tables - here.tables if found.peak else there.tables
        print(
            f"    would take {duration(seconds * there.rounds / here.rounds)} with {workers} "
            f"{_processes(workers)}, in proportion to packages and rounds, and {size(more)} of "
            "memory a process at least; by what was measured just now"
        )
    print("parts of it that can be played:")
    parts = {each.words: Size.of(plan, each) for each in narrower(plan, wanted)}
    for words, part in parts.items():
        print(f"    --refine {words}: {_size(part)}")
    return {
        "question": plan.config.question,
        "as it is": asdict(here),
        "refined": asdict(there),
        "parts": {words: asdict(part) for words, part in parts.items()},
    }


def _measured(plan: Plan, chunk: int | None) -> Footprint:
    return measure(plan, chunk or min(plan.worlds, MOST))


def _size(found: Size) -> str:
    counts = ", ".join(f"{talk} {number:,}" for talk, number in found.packages.items())
    tables = f"; tables of payoffs {size(found.tables)}" if found.tables else ""
    return f"{found.rounds} rounds; packages: {counts}{tables}"


def _print_footprint(found: Footprint, plan: Plan, workers: int) -> None:
    if found.failure:
        print(f"    fails: {found.failure}")
    estimate = found.estimate
    if not estimate.cells:
        return
    cells, worlds = len(plan.cells), len(plan.cells) * plan.worlds
    peak = f"{size(found.peak)} of memory a process" if found.peak else "memory: not told here"
    print(
        f"    expected: {duration(estimate.seconds(cells, worlds, workers))} with {workers} "
        f"{_processes(workers)}, {peak}; measured just now on {estimate.worlds:,} worlds of "
        f"{estimate.cells} cells, in a process of their own"
    )


def _processes(workers: int) -> str:
    return "process" if workers == 1 else "processes"


def _print_paths(plan: Plan) -> None:
    """Say which paths somebody decides, and which nobody."""
    design = plan.config.design
    if plan.config.levers:
        print(f"levers ({design.levers}): {', '.join(plan.config.levers)}")
    if plan.uncertainties:
        points = f", {design.points} points" if design.points else ""
        print(f"uncertainties ({design.uncertainties}{points}): {', '.join(plan.uncertainties)}")


def _print_cells(plan: Plan, most: int | None) -> None:
    total = plan.worlds * len(plan.cells)
    print(plan.config.question or plan.config.name)
    print(
        f"{len(plan.cells):,} cells of {plan.worlds:,} worlds, {total:,} in all; "
        f"seed {plan.config.seed}"
    )
    _print_paths(plan)
    for cell in plan.cells[:most]:
        labels = ", ".join(f"{path} = {_short(label)}" for path, label in cell.labels.items())
        print(f"{cell.index:5d}  {labels}")
    if most is not None and len(plan.cells) > most:
        print(f"    …  and {len(plan.cells) - most:,} more; --all lists them")


def _short(label: str | float) -> str:
    return label if isinstance(label, str) else f"{label:.6g}"


def _there(left: int, total: int) -> str:
    if left == 0:
        return "finished; nothing is left to play"
    return "not begun" if left == total else f"{total - left:,} of {total:,} worlds are there"


def _print_estimate(found: Estimate, cells: int, worlds: int, workers: int) -> None:
    for failure in found.failures:
        print(f"cell {failure['cell']} fails: {failure['message']}")
    if not found.cells:
        return
    seconds = found.seconds(cells, worlds, workers)
    print(
        f"expected: {duration(seconds)} with {workers} {_processes(workers)} and "
        f"{size(found.size(worlds))} on the disk, twice that until it is finished; "
        f"without figures; measured just now on {found.worlds:,} worlds of {found.cells} cells"
    )

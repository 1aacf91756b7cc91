"""The command `plan`: what a config would run, how long it takes, how large it gets."""

import argparse
from pathlib import Path
from typing import Any

from experiments.commands.arguments import add_chunk, add_config, add_refine, changes, count, load
from experiments.design.idle import idle
from experiments.design.plan import Plan
from experiments.design.refine import TooManyPackagesError
from experiments.design.refinement import Refinement
from experiments.runs.chunks import MOST, missing
from experiments.runs.estimate import Estimate, duration, probe, size
from experiments.runs.footprint import Footprint, Size, measure, narrower
from experiments.runs.processes import cores
from experiments.runs.silence import tried
from experiments.runs.store import FINISHED, Store
from sim.protocol.issues import MOST_PACKAGES

_MOST_CELLS = 60
"""Cells that are listed, if not all are asked for."""


_EXAMPLES = """examples:
  tariff-talks plan configs/quickstart.toml
  tariff-talks plan configs/obstinate.toml --refine 2            packages, memory and time of both
  tariff-talks plan configs/quickstart.toml --refine 2           too large: what else can be played
  tariff-talks plan configs/quickstart.toml --refine cars=2,rounds=2
  tariff-talks plan configs/quickstart.toml --refine metals=4 --set worlds=200
"""


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser(
        "plan",
        help="say what a config would run, and how long it takes",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_config(command)
    add_refine(command)
    command.add_argument("--workers", type=count, default=cores(), help="processes (all cores)")
    command.add_argument("--out", type=Path, default=Path("results"), help="where results go")
    add_chunk(command)
    command.add_argument("--all", action="store_true", help="list every cell")
    command.add_argument("--no-probe", action="store_true", help="play nothing to measure time")
    command.set_defaults(call=_plan)


def _plan(arguments: argparse.Namespace) -> int:
    try:
        plan = load(arguments)
    except TooManyPackagesError:
        _print_too_large(arguments)
        return 0
    total = plan.worlds * len(plan.cells)
    print(plan.config.question or plan.config.name)
    print(f"{len(plan.cells):,} cells of {plan.worlds:,} worlds, {total:,} in all; "
          f"seed {plan.config.seed}")  # fmt: skip
    _print_paths(plan)
    _print_cells(plan, None if arguments.all else _MOST_CELLS)
    for sentence in idle(plan):
        print(f"note: {sentence}")
    store = Store.of(plan, arguments.out)
    finished = store.manifest().get("status") == FINISHED
    chunks = [] if finished else missing(plan, store, arguments.chunk, arguments.workers)
    left = sum(chunk.worlds for chunk in chunks)
    print(f"{store.directory}: {_there(left, total)}")
    if arguments.refine:
        _print_both(arguments, plan)
    elif left and not arguments.no_probe:
        found = probe(plan, max(chunk.worlds for chunk in chunks))
        cells = len({chunk.cell for chunk in chunks})
        _print_estimate(found, cells, left, min(arguments.workers, len(chunks)))
        said = "" if found.failures else tried(plan)
        if said:
            print(f"warning: {said}")
    return 0


def _print_both(arguments: argparse.Namespace, plan: Plan) -> None:
    """Say what the config as it is, and on the finer grid, comes to."""
    as_it_is = Plan.load(arguments.config, changes(arguments.set))
    for called, each in (("as it is", as_it_is), ("refined", plan)):
        print(f"{called}: {_size(Size.of(each))}")
        if not arguments.no_probe:
            _print_footprint(_measured(arguments, each), each, arguments.workers)


def _print_too_large(arguments: argparse.Namespace) -> None:
    """Say what a grid that cannot be played would come to, and which ones can."""
    plan = Plan.load(arguments.config, changes(arguments.set))
    wanted = Refinement.of(arguments.refine)
    here, there = Size.of(plan), Size.of(plan, wanted)
    print(f"as it is: {_size(here)}")
    found = None if arguments.no_probe else _measured(arguments, plan)
    if found is not None:
        _print_footprint(found, plan, arguments.workers)
    print(f"refined: {_size(there)}")
    print(f"    'run' refuses it: a talk has at most {MOST_PACKAGES:,} packages")
    if found is not None and found.estimate.cells:
        cells, worlds, workers = len(plan.cells), len(plan.cells) * plan.worlds, arguments.workers
        times = max(there.packages[name] / here.packages[name] for name in here.packages)
        seconds = found.estimate.seconds(cells, worlds, workers) * times
        more = found.peak + there.tables - here.tables if found.peak else there.tables
        print(
            f"    would take {duration(seconds * there.rounds / here.rounds)} with {workers} "
            f"{_processes(workers)}, in proportion to packages and rounds, and {size(more)} of "
            "memory a process at least; by what was measured just now"
        )
    print("parts of it that are not too many packages:")
    for each in narrower(plan, wanted):
        print(f"    --refine {each.words}: {_size(Size.of(plan, each))}")


def _measured(arguments: argparse.Namespace, plan: Plan) -> Footprint:
    return measure(plan, arguments.chunk or min(plan.worlds, MOST))


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

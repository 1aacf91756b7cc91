"""The commands `plot`, `report` and `figures`, and what `run` shows at its end."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from inspect import Parameter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.design.plan import Plan
from experiments.results.replay import ReplayError, keep_transcripts, keep_turns
from experiments.runs.finished import plan_of
from experiments.runs.processes import cores
from experiments.runs.store import Store
from experiments.runs.workers import Workers, workers
from sim.errors import ConfigError

if TYPE_CHECKING:
    from experiments.figures.pictures import DrawnPicture, Picture

FINE, BAD_INPUT = 0, 2

_PROCESSES = 2
"""Processes that draw: a third one would read the results for little."""

_FEW = 5
"""So many pictures are drawn sooner than a process has started."""


def add(commands: Any) -> None:
    """Add the commands to a parser."""
    command = commands.add_parser("plot", help="redraw the figures of a run, or draw one")
    command.add_argument("directory", type=Path, metavar="DIR")
    command.add_argument("--figure", metavar="NAME", help="one figure; 'figures' lists them")
    command.add_argument(
        "--arg",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an argument of the figure, such as quantity=payoff",
    )
    command.add_argument("--name", help="of the picture's files (that of the figure)")
    command.set_defaults(call=_plot)

    command = commands.add_parser("report", help="write the report of a run as one HTML file")
    command.add_argument("directory", type=Path, metavar="DIR")
    command.set_defaults(call=_report)

    command = commands.add_parser("figures", help="list the figures and their arguments")
    command.set_defaults(call=_figures)


def add_switches(command: argparse.ArgumentParser) -> None:
    """Add to `run` the switches that leave figures and the report out."""
    command.add_argument("--no-figures", action="store_true", help="draw nothing, report nothing")
    command.add_argument("--no-report", action="store_true", help="write no report")


def check(plan: Plan) -> None:
    """Check the figures of a config before anything is run; raises ConfigError."""
    if plan.config.figures:
        from experiments.figures.pictures import pictures

        pictures(plan.config.figures)


def after_run(
    store: Store, plan: Plan, arguments: argparse.Namespace, executor: Workers | None = None
) -> int:
    """Draw the pictures of a finished run and write its report, as its switches say.

    Args:
        store: of the run.
        plan: of the run; its figures, not those of an earlier config with the same results.
        arguments: of the command.
        executor: draws; None draws in this process.
    """
    if arguments.no_figures:
        return FINE
    store.write_config(plan)
    if arguments.no_report or executor is None:
        drawn, code = _draw(store, plan, executor)
        if not arguments.no_report:
            _write(store, plan, drawn)
        return code
    return _draw_and_write(store, plan, executor)


def _draw_and_write(store: Store, plan: Plan, executor: Workers) -> int:
    """Write the words of the report while other processes draw."""
    from experiments.report import prepare, write_report

    with ThreadPoolExecutor(1) as hand:
        try:
            drawing = hand.submit(_draw, store, plan, executor)
            _try(lambda: keep_transcripts(store, plan))
            said = prepare(store)
            drawn, code = drawing.result()
        except BaseException:
            executor.kill()
            raise
    print(write_report(store, drawn, said))
    return code


def _plot(arguments: argparse.Namespace) -> int:
    store = Store.open(arguments.directory)
    if arguments.figure is None:
        if arguments.arg or arguments.name:
            raise ConfigError("--arg and --name: belong to one figure; name it with --figure")
        return _draw_alone(store, plan_of(store))[1]
    from experiments.figures.pictures import picture

    said = {"figure": arguments.figure, **_arguments(arguments.arg)}
    name = arguments.name or arguments.figure
    path = "--arg" if arguments.figure in _names() else "--figure"
    return _draw(store, plan_of(store), None, [picture(name, said, path)])[1]


def _names() -> Sequence[str]:
    from experiments.figures import FIGURES

    return list(FIGURES)


def _arguments(pairs: Sequence[str]) -> dict[str, Any]:
    """Read KEY=VALUE pairs; a value is JSON, or else a word."""
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise ConfigError(f"--arg {pair}: is not KEY=VALUE, such as quantity=payoff")
        try:
            found[key] = json.loads(value)
        except json.JSONDecodeError:
            found[key] = value
    return found


def _report(arguments: argparse.Namespace) -> int:
    store = Store.open(arguments.directory)
    plan = plan_of(store)
    drawn, code = _draw_alone(store, plan, say=False)
    _write(store, plan, drawn)
    return code


def _draw_alone(store: Store, plan: Plan, *, say: bool = True) -> "tuple[list[DrawnPicture], int]":
    """Draw the pictures of a run, with processes of its own if they are many."""
    few = len(plan.config.figures) in range(1, _FEW)
    with workers(1 if few else min(_PROCESSES, cores())) as executor:
        return _draw(store, plan, executor if executor.ahead > 1 else None, say=say)


def _draw(
    store: Store,
    plan: Plan,
    executor: Executor | None,
    chosen: "Sequence[Picture] | None" = None,
    *,
    say: bool = True,
) -> "tuple[list[DrawnPicture], int]":
    """Draw pictures and name the files; those that could not be drawn are named as well."""
    from experiments.figures.pictures import draw_all, need_turns, pictures

    if chosen is None:
        chosen = pictures(plan.config.figures, about=plan.config.told)
    if need_turns(chosen):
        _try(lambda: keep_turns(store, plan, executor))
    drawn = draw_all(store.directory, chosen, executor)
    for one in drawn:
        if one.problem:
            print(f"tariff-talks: {one.problem}", file=sys.stderr)
        for file in one.files[:1] if say else ():
            print(file)
    return drawn, BAD_INPUT if any(one.problem for one in drawn) else FINE


def _write(store: Store, plan: Plan, drawn: "Sequence[DrawnPicture]") -> None:
    from experiments.report import write_report

    _try(lambda: keep_transcripts(store, plan))
    print(write_report(store, drawn))


def _try(keep: Callable[[], None]) -> None:
    """Play worlds again; if they end otherwise than in the run, say so and go on without."""
    try:
        keep()
    except ReplayError as problem:
        print(f"tariff-talks: no turns are shown: {problem}", file=sys.stderr)


def _figures(arguments: argparse.Namespace) -> int:
    from experiments.figures import FIGURES
    from experiments.figures.pictures import arguments_of

    for name, module in FIGURES.items():
        print(f"{name:14s} {module.TITLE}")
        for key, item in arguments_of(name).items():
            print(f"{'':16s}{key} = {_said(item)}")
    return FINE


def _said(item: Parameter) -> str:
    """Write an argument's type and default."""
    kind = getattr(item.annotation, "__name__", None) or str(item.annotation)
    kind = kind.replace(" | None", "")
    return kind if item.default is None else f"{kind}, {item.default!r} if not given"

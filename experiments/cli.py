"""The command `tariff-talks`: parse, call, print."""

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from experiments import app_command, domain_command, economy_command, figure_command
from experiments.economies import warnings_of
from experiments.plan import Plan
from experiments.quantities import agreement
from experiments.run import CHUNK, Done, Summary, run
from experiments.transcript import transcript
from experiments.workers import cores, workers
from sim import registry
from sim.errors import ConfigError, TariffTalksError

FINE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; give its exit code: 0 fine, 1 a cell failed, 2 bad input, 130 stopped."""
    arguments = _parser().parse_args(words)
    try:
        code: int = arguments.call(arguments)
    except TariffTalksError as problem:
        print(f"tariff-talks: {problem}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(
            "\ntariff-talks: stopped; what was played is kept, and the same command goes on there",
            file=sys.stderr,
        )
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return FINE
    except OSError as problem:
        print(f"tariff-talks: {problem.filename}: {problem.strerror}", file=sys.stderr)
        return BAD_INPUT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tariff-talks", description="Tariff talks under a package rule, simulated."
    )
    parser.add_argument("--version", action="version", version=version("tariff-talks"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("run", help="play an experiment config and draw its figures")
    _add_config(command)
    command.add_argument("--workers", type=_count, default=cores(), help="processes (all cores)")
    command.add_argument("--out", type=Path, default=Path("results"), help="where results go")
    command.add_argument("--chunk", type=_count, default=CHUNK, help="worlds played together")
    figure_command.add_switches(command)
    command.set_defaults(call=_run)

    command = commands.add_parser("show", help="tell one negotiation as a transcript")
    _add_config(command)
    command.add_argument("--cell", type=int, default=0, help="number of the cell (0)")
    command.add_argument("--world", type=int, default=0, help="number of the world (0)")
    command.set_defaults(call=_show)

    command = commands.add_parser("plan", help="say what a config would run")
    _add_config(command)
    command.set_defaults(call=_plan)

    command = commands.add_parser("strategies", help="list the strategies that have a name")
    command.set_defaults(call=_strategies)

    figure_command.add(commands)
    domain_command.add(commands, _add_config, _load)
    economy_command.add(commands, _changes)
    app_command.add(commands)
    return parser


def _add_config(command: argparse.ArgumentParser) -> None:
    command.add_argument("config", type=Path, metavar="CONFIG", help="an experiment config")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="a key of the config (worlds, seed, …) or a dotted path of the scenario",
    )


def _count(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word} is not a whole number of at least 1")
    return int(word)


def _changes(pairs: Sequence[str]) -> dict[str, Any]:
    """Read PATH=VALUE pairs; a value is JSON, or else a word."""
    changes = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not equals or not path:
            raise ConfigError(f"--set {pair}: is not PATH=VALUE, such as rules.review=none")
        try:
            changes[path] = json.loads(value)
        except json.JSONDecodeError:
            changes[path] = value
    return changes


def _load(arguments: argparse.Namespace) -> Plan:
    return Plan.load(arguments.config, _changes(arguments.set))


def _run(arguments: argparse.Namespace) -> int:
    plan = _load(arguments)
    figure_command.check(plan)
    code = FINE
    with workers(arguments.workers) as executor:
        with _Progress(plan) as progress:
            summary = run(
                plan,
                arguments.out,
                executor=executor,
                chunk=arguments.chunk,
                report=progress.report,
            )
        _report(plan, summary)
        if summary.rows:
            awake = summary.fresh > 1 and not summary.failures
            code = figure_command.after_run(
                summary.store, plan, arguments, executor if awake else None
            )
    return FAILED if summary.failures else code


class _Progress:
    """A bar of worlds with cells done, worlds per second and time left."""

    def __init__(self, plan: Plan) -> None:
        self._cells = 0
        self._total = len(plan.cells)
        self._bar = tqdm(
            total=plan.worlds * len(plan.cells), unit=" worlds", disable=None, leave=False
        )

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *problem: object) -> None:
        self._bar.close()

    def report(self, done: Done, left: int) -> None:
        """Count a chunk."""
        self._cells += left == 0
        self._bar.set_postfix_str(f"{self._cells}/{self._total} cells", refresh=False)
        self._bar.update(done.chunk.worlds)


def _report(plan: Plan, summary: Summary) -> None:
    if summary.fresh == 0 and not summary.failures:
        print(f"{summary.store.directory} was finished before; its figures are drawn again.")
    else:
        print(f"{len(plan.cells)} cells of {plan.worlds} worlds: {summary.store.directory}")
    if summary.rows:
        print()
        print(agreement(summary.store.outcomes(), plan.swept).to_string(index=False))
        print()
    for sentence in warnings_of(plan):
        print(f"tariff-talks: {sentence}", file=sys.stderr)
    for failure in summary.failures:
        labels = ", ".join(f"{k} {v}" for k, v in plan.cells[failure["cell"]].labels.items())
        print(f"cell {failure['cell']} ({labels}) failed: {failure['message']}", file=sys.stderr)
    if summary.failures:
        print(
            f"{len(summary.failed_cells)} of {len(plan.cells)} cells failed and are left out; "
            f"tracebacks are in {summary.store.directory / 'failures.parquet'}",
            file=sys.stderr,
        )


def _show(arguments: argparse.Namespace) -> int:
    plan = _load(arguments)
    if not 0 <= arguments.cell < len(plan.cells):
        raise ConfigError(
            f"--cell {arguments.cell}: there are {len(plan.cells)} cells, 0 to "
            f"{len(plan.cells) - 1}; 'tariff-talks plan' lists them"
        )
    if arguments.world < 0:
        raise ConfigError(f"--world {arguments.world}: worlds are numbered from 0")
    cell = plan.cells[arguments.cell]
    for path, label in cell.labels.items():
        print(f"{path} = {label}")
    print(transcript(plan.game(cell), arguments.world, plan.config.seed), end="")
    return FINE


def _plan(arguments: argparse.Namespace) -> int:
    plan = _load(arguments)
    print(f"{plan.config.question or plan.config.name}")
    print(f"{len(plan.cells)} cells of {plan.worlds} worlds, seed {plan.config.seed}")
    for cell in plan.cells:
        labels = ", ".join(f"{path} = {label}" for path, label in cell.labels.items())
        print(f"{cell.index:5d}  {labels}")
    return FINE


def _strategies(arguments: argparse.Namespace) -> int:
    for name in registry.known():
        about = (registry.find(name).__doc__ or "").strip().splitlines()[0]
        print(f"{name:20s} {about}")
    return FINE

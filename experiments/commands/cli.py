"""The command `tariff-talks`: parse, call, print."""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from experiments.commands import app as app_command
from experiments.commands import bench as bench_command
from experiments.commands import calibrate as calibrate_command
from experiments.commands import check as check_command
from experiments.commands import compare as compare_command
from experiments.commands import discover as discover_command
from experiments.commands import domain as domain_command
from experiments.commands import economy as economy_command
from experiments.commands import effect as effect_command
from experiments.commands import export as export_command
from experiments.commands import figure as figure_command
from experiments.commands import plan as plan_command
from experiments.commands import run as run_command
from experiments.commands import score as score_command
from experiments.commands import sensitivity as sensitivity_command
from experiments.commands import strategies as strategies_command
from experiments.commands import tournament as tournament_command
from experiments.commands.arguments import add_config, add_refine, changes, load
from experiments.results.transcript import transcript
from experiments.runs.processes import STOPPED, interrupted
from sim.errors import ConfigError, TariffTalksError

FINE, FAILED, BAD_INPUT = 0, 1, 2


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; give its exit code: 0 fine, 1 a cell failed, 2 bad input, 130 stopped."""
    try:
        arguments = _parser().parse_args(words)
        code: int = arguments.call(arguments)
    except TariffTalksError as problem:
        print(f"tariff-talks: {problem}", file=sys.stderr)
        return BAD_INPUT
    except (KeyboardInterrupt, RuntimeError) as problem:
        if not interrupted(problem):
            raise
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

    run_command.add(commands)
    plan_command.add(commands)
    calibrate_command.add(commands)
    score_command.add(commands)
    figure_command.add(commands)

    command = commands.add_parser("show", help="tell one negotiation as a transcript")
    add_config(command)
    add_refine(command)
    command.add_argument("--cell", type=int, default=0, help="number of the cell (0)")
    command.add_argument("--world", type=int, default=0, help="number of the world (0)")
    command.set_defaults(call=_show)

    strategies_command.add(commands, changes)
    check_command.add(commands, changes)
    compare_command.add(commands)
    tournament_command.add(commands)
    sensitivity_command.add(commands)
    discover_command.add(commands)
    export_command.add(commands)
    domain_command.add(commands, add_config, load)
    economy_command.add(commands, changes)
    effect_command.add(commands)
    bench_command.add(commands)
    app_command.add(commands)
    return parser


def _show(arguments: argparse.Namespace) -> int:
    plan = load(arguments)
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

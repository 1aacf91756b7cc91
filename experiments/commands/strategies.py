"""The command `strategies`: the catalogue, and how a strategy concedes."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

from sim.errors import ConfigError
from sim.scenario.players import catalogue
from sim.seats.strategy import BatchStrategy, Strategy

Changes = Callable[[Sequence[str]], dict[str, Any]]

WIDEST = 130


def add(commands: Any, changes: Changes) -> None:
    """Add the command to a parser.

    Args:
        commands: the subparsers.
        changes: reads KEY=VALUE pairs.
    """
    command = commands.add_parser(
        "strategies", help="list the strategies that have a name, or describe one"
    )
    command.add_argument(
        "name",
        nargs="?",
        help="a strategy (a name, file.py:Class or module:Class), or a component such as "
        "accept.combi",
    )
    command.add_argument("--plot", type=Path, metavar="FILE", help="draw how it concedes")
    add_set(command)
    command.set_defaults(call=lambda arguments: _strategies(arguments, changes))


def add_set(command: argparse.ArgumentParser) -> None:
    """Add the option that gives parameters."""
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PARAMETER=VALUE",
        help="a parameter of the strategy, as in a config",
    )


def _strategies(arguments: argparse.Namespace, changes: Changes) -> int:
    width = min(get_terminal_size().columns, WIDEST)
    if arguments.name is None:
        if arguments.plot or arguments.set:
            raise ConfigError("strategies: name a strategy to plot or to set a parameter of")
        print(*catalogue.listing(width), sep="\n")
        return 0
    found = catalogue.find(arguments.name)
    print(*catalogue.described(found, width), sep="\n")
    if arguments.plot:
        if not issubclass(found.cls, Strategy | BatchStrategy):
            raise ConfigError(
                f"--plot {arguments.plot}: {arguments.name} is a component; it concedes nothing by "
                "itself"
            )
        _plot(arguments.name, changes(arguments.set), arguments.plot)
    elif arguments.set:
        raise ConfigError("--set: changes what is plotted; give --plot FILE too")
    return 0


def _plot(name: str, given: dict[str, Any], path: Path) -> None:
    from experiments.figures import concession
    from experiments.figures.canvas import style
    from sim.testing.building import build

    kinds = concession.SUFFIXES
    if path.suffix.lower() not in kinds:
        raise ConfigError(f"--plot {path}: the name ends in none of {', '.join(kinds)}")
    strategy = build(name, given)
    with style():
        concession.draw(name, strategy, concession.numbers(strategy)).savefig(path)
    print(f"\n{path}")

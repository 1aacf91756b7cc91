"""The command `check`: the contract of a strategy."""

import argparse
from collections.abc import Callable, Sequence
from shutil import get_terminal_size
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from experiments.commands.strategies import add_set

if TYPE_CHECKING:
    from sim.testing.contract import Check

_LONGEST = 27
"""Letters of the longest name of a check."""

Changes = Callable[[Sequence[str]], dict[str, Any]]


def add(commands: Any, changes: Changes) -> None:
    """Add the command to a parser.

    Args:
        commands: the subparsers.
        changes: reads KEY=VALUE pairs.
    """
    command = commands.add_parser("check", help="check that a strategy keeps its contract")
    command.add_argument("name", help="a name, file.py:Class or module:Class")
    add_set(command)
    command.add_argument(
        "--seconds",
        type=_positive,
        help="seconds that a question may take (2)",
    )
    command.set_defaults(call=lambda arguments: _check(arguments, changes))


def _positive(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{word} is not a number of seconds above 0")
    return number


def _check(arguments: argparse.Namespace, changes: Changes) -> int:
    from sim.testing.contract import SECONDS, strategy_contract

    width, seconds = get_terminal_size().columns, arguments.seconds or SECONDS
    checks = strategy_contract(arguments.name, parameters=changes(arguments.set), seconds=seconds)
    built, *others = checks
    if not _passes(built, width):
        print(f"\n{arguments.name}: the other {len(others)} checks need that")
        return 1
    failed = sum(not _passes(check, width) for check in others)
    print()
    if failed:
        print(f"{arguments.name} breaks its contract: {failed} of {len(checks)} checks")
        return 1
    print(f"{arguments.name} keeps its contract: {len(checks)} checks")
    return 0


def _passes(check: "Check", width: int) -> bool:
    """Make a check, and say how it went."""
    from sim.testing.contract import ContractError, UncheckedError

    try:
        check()
    except UncheckedError as problem:
        _say("–", check, str(problem), width)
        return False
    except ContractError as problem:
        _say("✗", check, str(problem), width)
        return False
    _say("✓", check, "", width)
    return True


_ROOM = 90
"""Letters from which on the rule stands beside a check that passed."""


def _say(mark: str, check: "Check", problem: str, width: int) -> None:
    """Print a check: its rule beside it if there is room, a problem below it."""
    head = f"{mark} {check.name:{_LONGEST}}  "
    if not problem and width >= _ROOM:
        lines = wrap(check.rule, width, initial_indent=head, subsequent_indent=" " * len(head))
    else:
        lines = [head.rstrip()]
        lines += wrap(problem, width, initial_indent="    ", subsequent_indent="    ")
    print(*lines, sep="\n", flush=True)

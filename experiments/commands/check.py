"""The command `check`: the contract of a strategy."""

from collections.abc import Mapping
from shutil import get_terminal_size
from textwrap import wrap
from typing import Annotated, Any

from experiments.commands.arguments import changes, reads, some_seconds
from experiments.commands.as_json import Json, as_json
from experiments.commands.rehearsed import Made, checked
from experiments.commands.strategies import Parameters
from sim.errors import TariffTalksError

BUDGET = 60.0
"""Seconds of computing that all checks may take together."""

ONLY: tuple[str, ...] = ()
"""Names of the checks that are made; all if there are none."""

_LONGEST = 27
"""Letters of the longest name of a check."""


def check(
    name: str,
    /,
    *,
    parameters: Parameters = (),
    seconds: Annotated[float | None, reads(some_seconds, "SECONDS")] = None,
    json: Json = None,
) -> int:
    """Check that a strategy keeps its contract.

    It plays in a process of its own, for a minute of computing at most. What it prints is not
    shown. Of one that keeps it, a line says how strong it is.

    Examples:
      tariff-talks check boulware
      tariff-talks check configs/halfway.py:Halfway --set share=0.7

    Args:
        name: a name, file.py:Class or module:Class
        parameters: a parameter of the strategy, as in a config
        seconds: that a question may take (2)
        json: where the numbers are told
    """
    from sim.testing.contract import SECONDS

    width = get_terminal_size().columns
    with as_json(json) as told:
        told |= {"strategy": name, "checks": []}
        for made in checked(name, changes(parameters), seconds or SECONDS, BUDGET, ONLY):
            _say(made, width)
            told["checks"].append(made.told())
        print()
        failed = sum(not made["passed"] for made in told["checks"])
        if failed and not told["checks"][0]["passed"]:
            print(f"{name}: the other {len(told['checks']) - 1} checks need that")
            return 1
        if failed:
            print(f"{name} breaks its contract: {failed} of {len(told['checks'])} checks")
            return 1
        print(f"{name} keeps its contract: {len(told['checks'])} checks")
        if not ONLY:
            _tell_strength(name, changes(parameters), told, width)
    return 0


def _tell_strength(
    name: str, parameters: Mapping[str, Any], told: dict[str, Any], width: int
) -> None:
    """Say what a strategy that keeps its contract gets from three others."""
    from experiments.commands.strength import strength, words

    try:
        found = strength(name, parameters)
    except TariffTalksError as problem:
        print(*wrap(f"Its strength was not measured: {problem}", width), sep="\n")
        return
    print(*wrap(words(found), width), sep="\n")
    told["strength"] = [one.told() for one in found]


_ROOM = 90
"""Letters from which on the rule stands beside a check that passed."""


def _say(made: Made, width: int) -> None:
    """Print a check: its rule beside it if there is room, a problem below it."""
    head, problem = f"{made.mark} {made.name:{_LONGEST}}  ", made.problem
    if made.needs:
        return
    if not problem and width >= _ROOM:
        lines = wrap(made.rule, width, initial_indent=head, subsequent_indent=" " * len(head))
    else:
        lines = [head.rstrip()]
        lines += wrap(problem, width, initial_indent="    ", subsequent_indent="    ")
    print(*lines, sep="\n", flush=True)

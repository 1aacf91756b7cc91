"""The command `check`: the contract of a strategy."""

from shutil import get_terminal_size
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any

from experiments.commands.arguments import changes, reads, some_seconds
from experiments.commands.as_json import Json, as_json
from experiments.commands.strategies import Parameters

if TYPE_CHECKING:
    from sim.testing.contract import Check

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

    Examples:
      tariff-talks check boulware
      tariff-talks check configs/halfway.py:Halfway --set share=0.7

    Args:
        name: a name, file.py:Class or module:Class
        parameters: a parameter of the strategy, as in a config
        seconds: that a question may take (2)
        json: where the numbers are told
    """
    from sim.testing.contract import SECONDS, strategy_contract

    width = get_terminal_size().columns
    with as_json(json) as told:
        checks = strategy_contract(name, parameters=changes(parameters), seconds=seconds or SECONDS)
        built, *others = checks
        told |= {"strategy": name, "checks": [_made(built, width)]}
        if not told["checks"][0]["passed"]:
            print(f"\n{name}: the other {len(others)} checks need that")
            return 1
        told["checks"] += [_made(each, width) for each in others]
        failed = sum(not each["passed"] for each in told["checks"])
        print()
        if failed:
            print(f"{name} breaks its contract: {failed} of {len(checks)} checks")
            return 1
        print(f"{name} keeps its contract: {len(checks)} checks")
    return 0


def _made(check: "Check", width: int) -> dict[str, Any]:
    """Make a check, say how it went, and give what is told of it as JSON."""
    from sim.testing.contract import ContractError, UncheckedError

    mark, said = "✓", ""
    try:
        check()
    except UncheckedError as problem:
        mark, said = "–", str(problem)
    except ContractError as problem:
        mark, said = "✗", str(problem)
    _say(mark, check, said, width)
    return {"check": check.name, "rule": check.rule, "passed": not said, "problem": said}


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

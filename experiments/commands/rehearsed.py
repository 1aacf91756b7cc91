"""The checks of a strategy, made in a process of their own: whatever it does, that is told."""

import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from experiments.runs.processes import begin, context, hidden_main, may_have_children
from experiments.runs.workers import how_ended
from sim.errors import ConfigError
from sim.scenario.players.in_time import DEAF
from sim.testing.contract import strategy_contract
from sim.testing.told.verdicts import Check, ContractError, UncheckedError
from sim.testing.watch import Watch

_PATIENCE = 4
"""How many times as long as its budget a process may take by the clock."""

_OVER = 76
"""Exit code of a process whose budget is over."""

_LATE = "keeps_to_its_time"
_FIRST = "can_be_built"


@dataclass(frozen=True)
class Made:
    """A check that was made, or could not be.

    Attributes:
        name, rule: of the check.
        problem: what is wrong; empty if nothing.
        unchecked: whether it could not be made.
        needs: whether it was not even tried, as the strategy cannot be built.
    """

    name: str
    rule: str
    problem: str = ""
    unchecked: bool = False
    needs: bool = False

    @property
    def mark(self) -> str:
        """The sign before its name."""
        return ("–" if self.unchecked else "✗") if self.problem else "✓"

    def told(self) -> dict[str, Any]:
        """Give what is told of it as JSON."""
        return {
            "check": self.name,
            "rule": self.rule,
            "passed": not self.problem,
            "problem": self.problem,
        }


def checked(
    name: str,
    parameters: Mapping[str, Any],
    seconds: float,
    budget: float,
    only: Sequence[str] = (),
) -> Iterator[Made]:
    """Make the checks of a strategy; give each as it is made.

    Args:
        name: of the strategy, as on the command line.
        parameters: of the strategy.
        seconds: that a question may take.
        budget: seconds of computing for all.
        only: names of the checks to make; all if there are none.

    Raises:
        ConfigError: this process may have no children.
    """
    if not may_have_children():
        raise ConfigError(f"check {name}: a daemonic process may have no children to check it in")
    begin()
    way: Any = context()
    reader, writer = way.Pipe(duplex=False)
    place = way.RawArray("c", _LETTERS)
    child = way.Process(
        target=_rehearse,
        args=(writer, place, name, dict(parameters), seconds, budget, tuple(only)),
        daemon=False,
    )
    with hidden_main():
        child.start()
    writer.close()
    try:
        yield from _received(reader, child, place, budget)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.kill()
        child.join()
        reader.close()


_LETTERS = 400


def _received(reader: Connection, child: Any, place: Any, budget: float) -> Iterator[Made]:
    """Give what a process tells; what it did not come to is told with how it ended."""
    until, left = time.monotonic() + _PATIENCE * budget, list[tuple[str, str]]()
    late = False
    try:
        while True:
            if not reader.poll(max(until - time.monotonic(), 0)):
                late = True
                break
            told = reader.recv()
            if isinstance(told, list):
                left = told
                continue
            left.pop(0)
            yield told
    except (EOFError, OSError):
        child.join(5)
    if left:
        yield from _lost(left, child, late, place.value.decode(errors="replace"), budget)


def _lost(
    left: Sequence[tuple[str, str]], child: Any, late: bool, where: str, budget: float
) -> Iterator[Made]:
    """Say of the checks that are left which one a process did not come back from, and how."""
    code, at = child.exitcode, f"{where} " if where else ""
    names = [name for name, _ in left]
    blamed = names[0]
    if late or code == _OVER:
        said = (
            f"{at}was asked last when the {budget:g} s for all checks were over: is it slow, or is "
            "there a loop over worlds?"
        )
    elif code == DEAF:
        blamed = _LATE if where else names[0]
        said = f"{at}ran too long, and swallowed being stopped; do not catch every exception"
    else:
        said = (
            f"{at}did not come back: {how_ended(code)}; a strategy may neither end nor crash the "
            "process it plays in"
        )
    blamed = blamed if blamed in names else names[0]
    for name, rule in left:
        if name == blamed:
            yield Made(name, rule, said)
        else:
            yield Made(name, rule, "could not be made any more", True)


def _rehearse(
    writer: Connection,
    place: Any,
    name: str,
    parameters: dict[str, Any],
    seconds: float,
    budget: float,
    only: tuple[str, ...],
) -> None:
    """Make the checks, and tell each; what the strategy prints goes nowhere."""
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, lambda *_: os._exit(_OVER))
        signal.setitimer(signal.ITIMER_PROF, budget)

    def hear(where: str) -> None:
        place.value = where.encode()[: _LETTERS - 1]

    Watch.hears = hear
    checks = strategy_contract(name, parameters=parameters, seconds=seconds)
    checks = [check for check in checks if not only or check.name in only]
    writer.send([(check.name, check.rule) for check in checks])
    built = True
    for check in checks:
        made = _made(check) if built else Made(check.name, check.rule, _NEEDS, True, True)
        built = built and not (check.name == _FIRST and made.problem)
        writer.send(made)
    writer.close()
    os._exit(0)


_NEEDS = "cannot be checked, as it cannot be built"


def _made(check: Check) -> Made:
    """Make a check."""
    try:
        check()
    except UncheckedError as problem:
        return Made(check.name, check.rule, str(problem), True)
    except ContractError as problem:
        return Made(check.name, check.rule, str(problem))
    return Made(check.name, check.rule)

"""The sentences of the contract: what was done, where, what the rule is, what to change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from sim.errors import StrategyError
from sim.testing.trials import Played, Trial
from sim.testing.watch import cause_of


class ContractError(AssertionError):
    """A strategy breaks its contract: what was done, where, what the rule is, what to change."""


class UncheckedError(ContractError):
    """A check could not be made, because the strategy fails another one first."""


@dataclass(frozen=True)
class Check:
    """One rule of the contract; call it to check it.

    Attributes:
        name: its name.
        rule: what a strategy does.
    """

    name: str
    rule: str
    _run: Callable[[], None]

    def __call__(self) -> None:
        """Check; raises `ContractError`."""
        self._run()

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return self.name


def compare(one: Played, done: Mapping[Any, Any], when: str, rule: str) -> None:
    """Check that what was done is what was done before."""
    for key, value in done.items():
        before = one.watch.done.get(key)
        if before != value:
            question, _, _, round, world = key
            raise ContractError(
                f"{where(one.trial, round, world)}: {question} gives {value} {when}, and "
                f"{before} otherwise; {rule}"
            )


def sentence(played: Played, rule: str, done: str = "") -> str:
    """Say what stopped a trial: where, what was done, what the rule is."""
    problem = played.problem
    if not isinstance(problem, StrategyError):
        return f"{where(played.trial)}: a question ran too long; {rule}"
    question = problem.reason.partition(" ")[0]
    reason = f"{question} {done}" if done else problem.reason
    return f"{where(played.trial, problem.round, problem.world)}: {reason}; {rule}"


def where(trial: Trial, round: int | None = None, world: int | None = None) -> str:
    """Say where something was done."""
    seat = "the hub" if trial.side == "hub" else "a partner"
    place = f"as {seat} in '{trial.name}'"
    return place if round is None else f"{place}, round {round}, world {world}"


def writes(problem: StrategyError) -> bool:
    """Tell whether a question wrote into its view."""
    cause = cause_of(problem)
    return isinstance(cause, ValueError) and "read-only" in str(cause)


def held_by(made: Any) -> dict[str, str]:
    """Give what a strategy and its class hold, frozen as text."""
    held = {f"the field {key}": repr(value) for key, value in getattr(made, "__dict__", {}).items()}
    if is_dataclass(made):
        held |= {f"the field {f.name}": repr(getattr(made, f.name)) for f in fields(made)}
    for key, value in vars(type(made)).items():
        if not key.startswith("__") and not callable(value):
            held[f"the class attribute {key}"] = repr(value)
    return held

"""The contract of a strategy, as named checks; each failure is a sentence."""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sim.errors import ConfigError, StrategyError
from sim.seats.global_luck import moved, states
from sim.seats.strategy import BatchStrategy, Strategy
from sim.testing import elsewhere
from sim.testing.building import build, kept_back
from sim.testing.rehearsal import Rehearsal
from sim.testing.trials import NAMES, Played, Trial
from sim.testing.watch import TooSlowError, ViewChangedError, cause_of

SECONDS = 2.0
"""Seconds that a question may take, if nothing else is said."""

Concerned = Callable[[StrategyError], bool]


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


def strategy_contract(
    strategy: Any,
    *,
    parameters: Mapping[str, Any] | None = None,
    directory: Path | None = None,
    seconds: float = SECONDS,
) -> list[Check]:
    """Give the checks of a strategy.

    With pytest: `@pytest.mark.parametrize("check", strategy_contract("mine.py:Mine"), ids=str)` and
    `check()` as the test.

    Args:
        strategy: a name or table as in a config, a class, or a strategy.
        parameters: its parameters, as in a config; a strategy inside that is not given is linear.
        directory: where relative paths of files start, if not in the working directory.
        seconds: that a question may take.
    """
    contract = _Contract(strategy, dict(parameters or {}), directory, seconds)
    return [
        Check(
            name,
            (method.__doc__ or name.replace("_", " ")).splitlines()[0],
            partial(method, contract),
        )
        for name, method in vars(_Contract).items()
        if not name.startswith("_")
    ]


@dataclass(frozen=True)
class _Again:
    """A second play of all trials.

    Attributes:
        played: the trials.
        state: what the strategy held before and after.
        moved: modules whose global random state it moved.
    """

    played: list[Played]
    state: tuple[dict[str, str], dict[str, str]]
    moved: list[str]


class _Contract:
    """Checks of one strategy, in the order in which they are made; each has its rule as first line.

    What does not begin with an underscore is a check.
    """

    def __init__(
        self, said: Any, given: dict[str, Any], directory: Path | None, seconds: float
    ) -> None:
        self.said, self.given, self.directory, self.seconds = said, given, directory, seconds

    # --- the checks -------------------------------------------------------------------------------

    def can_be_built(self) -> None:
        """It is found, asks by the right names, and is a frozen dataclass with its parameters."""
        try:
            made = build(self.said, self.given, self.directory)
        except (ConfigError, TypeError, ValueError) as problem:
            raise ContractError(f"cannot be built: {problem}") from problem
        try:
            hash(made)
        except TypeError as problem:
            raise ContractError(
                f"holds a field that can change: {problem}; a strategy is frozen: "
                "make lists tuples, and keep what has to be remembered in view.memory"
            ) from problem

    def can_be_pickled(self) -> None:
        """It travels to worker processes: it can be pickled, and comes back equal."""
        made = self._strategy
        try:
            back = pickle.loads(pickle.dumps(made))
        except Exception as problem:
            raise ContractError(
                f"cannot be pickled: {type(problem).__name__}: {problem}; worker processes need "
                "that: define the class at the top of a module, with plain values in its fields"
            ) from problem
        if is_dataclass(made) and back != made:
            raise ContractError(
                "is not equal to itself after it was pickled; compare strategies by their fields: "
                "leave eq of the dataclass on"
            )

    def hands_on_every_question(self) -> None:
        """It hands every question that it does not answer itself to a strategy that it plays."""
        for question in kept_back(self._strategy):
            raise ContractError(
                f"plays another strategy and never hands on {question}, so that what that one "
                "would answer is lost: derive it from sim.seats.strategy.Wrapper, or write it"
            )

    def raises_nothing(self) -> None:
        """It answers in every state that a talk can reach, and raises nothing."""
        own = (TooSlowError, ViewChangedError)
        self._no_problem(
            lambda problem: (
                " raised " in problem.reason
                and not isinstance(cause_of(problem), own)
                and not _writes(problem)
            ),
            "a strategy answers in every state that a talk can reach: see to this one too",
        )

    def offers_what_its_seat_may(self) -> None:
        """It proposes whole numbers, one a world: packages that its seat may offer, -1 to pass."""
        self._no_problem(
            lambda problem: problem.reason.startswith("propose returned"),
            "offers are packages that the seat may offer",
        )

    def answers_with_an_answer(self) -> None:
        """It answers ACCEPT, REJECT or WALK, and accepts only what could be signed."""
        self._no_problem(
            lambda problem: problem.reason.startswith("answer returned"),
            "answers are those of sim.Answer",
        )

    def makes_its_other_moves(self) -> None:
        """It wants measures, and asks for them, by True and False; makes side moves or none."""
        kinds = ("scope returned", "ask returned", "side_move")
        self._no_problem(
            lambda problem: problem.reason.startswith(kinds) and " raised " not in problem.reason,
            "scope and ask give a flag for each measure, side_move None or what its seat may do",
        )

    def keeps_to_its_time(self) -> None:
        """It answers every question in time; an endless loop is stopped."""
        rule = (
            f"each question has {self.seconds:g} s: does a loop end, is there a loop over worlds?"
        )
        self._no_problem(lambda p: isinstance(cause_of(p), TooSlowError), rule, "ran too long")
        for played in self._rehearsal.plays():
            if not isinstance(played.problem, StrategyError | None):
                raise ContractError(
                    f"{_where(played.trial)}: a question ran too long, and swallowed being "
                    f"stopped; {rule} Do not catch every exception"
                )
            taken, question, round, world = played.watch.slowest
            if taken > self.seconds:
                raise ContractError(
                    f"{_where(played.trial, round, world)}: {question} took {taken:.1f} s; {rule}"
                )

    def leaves_the_view_alone(self) -> None:
        """It changes nothing of what its view shows."""
        self._no_problem(
            lambda p: _writes(p) or isinstance(cause_of(p), ViewChangedError),
            "what a view gives is read-only: change a copy, such as view.standing.copy()",
            "writes into its view",
        )

    def holds_no_state(self) -> None:
        """It holds no state: it and its class are the same after playing."""
        before, after = self._again.state
        self._finished(self._again.played)
        changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        if changed:
            raise ContractError(
                f"playing changed {', '.join(sorted(changed))} of it; a strategy holds no state, "
                "as worlds are played in any batches: keep it in view.memory"
            )

    def leaves_random_state_alone(self) -> None:
        """It moves neither numpy's nor Python's global random state."""
        self._no_problem(
            lambda problem: problem.reason.startswith("moved the global random state"),
            "a strategy has luck of its own",
        )
        if self._again.moved:
            raise ContractError(
                f"moves the global random state of {' and '.join(self._again.moved)}; the same "
                "seed would not be the same play: take random numbers from view.luck(n)"
            )

    def same_seed_same_play(self) -> None:
        """It plays the same when the same worlds are played again."""
        self._same(
            self._again.played, "when it is played again", "the same seed is the same play: "
            "take random numbers from view.luck(n), and keep what changes in view.memory",
        )  # fmt: skip

    def same_in_another_process(self) -> None:
        """It plays the same in another process."""
        said, given = self.said, self.given
        if not isinstance(said, str | Mapping):
            self.can_be_pickled()
            said, given = self._strategy, {}
        played_here = self._finished(self._rehearsal.plays())
        found = elsewhere.digests(said, given, self.directory, self.seconds)
        for played in played_here:
            if elsewhere.digest(played.watch.done) != found.get(played.trial.label):
                raise ContractError(
                    f"{_where(played.trial)}: plays otherwise in another process; it may depend on "
                    "nothing but its parameters and its view: not on hash(), the order of a set, "
                    "the clock or a file"
                )

    def same_in_any_batch(self) -> None:
        """It plays a world the same alone, in a small batch and among many."""
        for wanted in ("alone", "halves"):
            self._same(
                self._rehearsal.plays(wanted),
                "when the world is played alone" if wanted == "alone" else "in smaller batches",
                "a world plays the same whatever is played beside it: take nothing over the axis "
                "of worlds, such as a sum, a mean, max() or any(), and keep nothing outside "
                "view.memory",
            )

    def same_in_any_order(self) -> None:
        """It plays a world the same whatever the order of the worlds."""
        self._same(
            self._rehearsal.plays("shuffled"),
            "when the worlds stand in another order",
            "a world plays the same in any place: use no row numbers, view.worlds only for what "
            "is printed, and keep nothing outside view.memory",
        )

    def same_under_other_names(self) -> None:
        """It plays the same when countries and talks have other names."""
        plain, other = (self._rehearsal.plays(way) for way in ("plainly named", "renamed"))
        names = {new: old for old, new in NAMES.items()}
        for one, two in zip(plain, other, strict=True):
            if one.problem is not None or two.problem is not None:
                continue
            done = {(q, names.get(t, t), *rest): v for (q, t, *rest), v in two.watch.done.items()}
            _compare(
                one, done, "when countries and talks have other names",
                "what a strategy does depends on payoffs and parameters, not on names",
            )  # fmt: skip

    def signs_nothing_below_no_deal(self) -> None:
        """It neither offers nor accepts what is worth less than no deal, unless it says so."""
        if not type(self._strategy).rational:
            return
        for played in self._rehearsal.plays():
            for lapse in played.watch.lapses[:1]:
                done = "accepts" if lapse.question == "answer" else "offers"
                raise ContractError(
                    f"{_where(played.trial, lapse.round, lapse.world)}: {done} package "
                    f"{lapse.package}, worth {lapse.utility:.3f} to it, and no deal "
                    f"{lapse.reservation:.3f}; compare with view.reservation, or declare "
                    "rational: ClassVar[bool] = False"
                )

    def ends_against_every_strategy(self) -> None:
        """It comes to the end of a talk against every strategy of the library."""
        for played in self._rehearsal.against_library():
            if played.problem is not None:
                raise ContractError(_sentence(played, "a talk comes to its end"))

    # --- how they are made ------------------------------------------------------------------------

    @cached_property
    def _strategy(self) -> Strategy | BatchStrategy:
        try:
            return build(self.said, self.given, self.directory)
        except (ConfigError, TypeError, ValueError) as problem:
            raise UncheckedError("cannot be checked, as it cannot be built") from problem

    @cached_property
    def _rehearsal(self) -> Rehearsal:
        return Rehearsal(self._strategy, self.seconds)

    @cached_property
    def _again(self) -> "_Again":
        """Play everything once more, and look at what must not change by that."""
        self._rehearsal.plays()
        before, luck = _state(self._strategy), states()
        played = self._rehearsal.again()
        return _Again(played, (before, _state(self._strategy)), moved(luck))

    def _finished(self, played: list[Played]) -> list[Played]:
        """Give the trials that came to their end; without any there is nothing to check."""
        done = [one for one in played if one.problem is None]
        if not done:
            raise UncheckedError("cannot be checked, as it comes to the end of no talk")
        return done

    def _no_problem(self, concerned: Concerned, rule: str, done: str = "") -> None:
        """Check that no trial was stopped by a problem of a kind."""
        for played in self._rehearsal.plays():
            problem = played.problem
            if isinstance(problem, StrategyError) and concerned(problem):
                raise ContractError(_sentence(played, rule, done)) from problem

    def _same(self, others: list[Played], when: str, rule: str) -> None:
        """Check that trials were played as in the reference."""
        reference = {one.trial.label: one for one in self._rehearsal.plays()}
        for other in others:
            one = reference[other.trial.label]
            if one.problem is None and other.problem is None:
                _compare(one, other.watch.done, when, rule)
            elif one.problem is None:
                raise ContractError(_sentence(other, f"it has to play the same {when}"))


def _compare(one: Played, done: Mapping[Any, Any], when: str, rule: str) -> None:
    """Check that what was done is what was done before."""
    for key, value in done.items():
        before = one.watch.done.get(key)
        if before != value:
            question, _, _, round, world = key
            raise ContractError(
                f"{_where(one.trial, round, world)}: {question} gives {value} {when}, and "
                f"{before} otherwise; {rule}"
            )


def _sentence(played: Played, rule: str, done: str = "") -> str:
    """Say what stopped a trial: where, what was done, what the rule is."""
    problem = played.problem
    if not isinstance(problem, StrategyError):
        return f"{_where(played.trial)}: a question ran too long; {rule}"
    question = problem.reason.partition(" ")[0]
    reason = f"{question} {done}" if done else problem.reason
    return f"{_where(played.trial, problem.round, problem.world)}: {reason}; {rule}"


def _where(trial: Trial, round: int | None = None, world: int | None = None) -> str:
    seat = "the hub" if trial.side == "hub" else "a partner"
    place = f"as {seat} in '{trial.name}'"
    return place if round is None else f"{place}, round {round}, world {world}"


def _writes(problem: StrategyError) -> bool:
    cause = cause_of(problem)
    return isinstance(cause, ValueError) and "read-only" in str(cause)


def _state(made: Any) -> dict[str, str]:
    """Give what a strategy and its class hold, frozen as text."""
    held = {f"the field {key}": repr(value) for key, value in getattr(made, "__dict__", {}).items()}
    if is_dataclass(made):
        held |= {f"the field {f.name}": repr(getattr(made, f.name)) for f in fields(made)}
    for key, value in vars(type(made)).items():
        if not key.startswith("__") and not callable(value):
            held[f"the class attribute {key}"] = repr(value)
    return held

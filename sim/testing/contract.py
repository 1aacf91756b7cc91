"""The contract of a strategy, as named checks; each failure is a sentence."""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sim.errors import ConfigError, StrategyError
from sim.seats.global_luck import moved, states
from sim.seats.strategy import BatchStrategy, Strategy
from sim.testing import elsewhere
from sim.testing.building import build, kept_back
from sim.testing.rehearsal import Rehearsal
from sim.testing.told.traces import differences, traces
from sim.testing.told.verdicts import (
    Check,
    ContractError,
    UncheckedError,
    compare,
    held_by,
    sentence,
    where,
    writes,
)
from sim.testing.told.words import goes_by_hashes, texts
from sim.testing.trials import SHIFT, Played
from sim.testing.watch import ViewChangedError, cause_of

SECONDS = 2.0
"""Seconds that a question may take, if nothing else is said."""

Concerned = Callable[[StrategyError], bool]


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
        self._left: list[str] = []

    # --- the checks -------------------------------------------------------------------------------

    def can_be_built(self) -> None:
        """It is found, asks by the right names, and is a frozen dataclass with its parameters."""
        try:
            made = self._built()
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
        self._no_problem(
            lambda problem: (
                " raised " in problem.reason
                and not isinstance(cause_of(problem), ViewChangedError)
                and not writes(problem)
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
        self._rehearsal.plays()
        late = self._rehearsal.late
        if late is not None and late.swallowed:
            raise ContractError(
                f"{where(late.trial)}: a question ran too long, and swallowed being stopped; "
                f"{rule} Do not catch every exception"
            )
        if late is not None and late.problem is not None:
            raise ContractError(sentence(late, rule, "ran too long"))
        for played in self._rehearsal.plays():
            taken, question, round, world = played.watch.slowest
            if taken > self.seconds:
                raise ContractError(
                    f"{where(played.trial, round, world)}: {question} took {taken:.1f} s; {rule}"
                )

    def leaves_the_view_alone(self) -> None:
        """It changes nothing of what its view shows."""
        self._no_problem(
            lambda p: writes(p) or isinstance(cause_of(p), ViewChangedError),
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
        played_here = self._finished(self._plays())
        more = {"named": texts(self._strategy)}
        for hashes in (1, 2, 3) if goes_by_hashes(self._strategy) else (1,):
            try:
                found = elsewhere.digests(
                    said, given, self.directory, self.seconds, hashes=hashes, **more
                )
            except RuntimeError as problem:
                raise ContractError(f"cannot be played in another process: {problem}") from problem
            for played in played_here:
                if elsewhere.digest(played.watch.done) != found.get(played.trial.label):
                    raise ContractError(
                        f"{where(played.trial)}: plays otherwise in another process; it may depend "
                        "on nothing but its parameters and its view: not on hash(), the order of a "
                        "set, the environment, the clock or a file"
                    )

    def same_in_any_batch(self) -> None:
        """It plays a world the same alone, in a small batch and among many."""
        for wanted in ("alone", "halves"):
            self._same(
                self._plays(wanted),
                "when the world is played alone" if wanted == "alone" else "in smaller batches",
                "a world plays the same whatever is played beside it: take nothing over the axis "
                "of worlds, such as a sum, a mean, max() or any(), and keep nothing outside "
                "view.memory",
            )

    def same_in_any_order(self) -> None:
        """It plays a world the same whatever the order of the worlds."""
        self._same(
            self._plays("shuffled"),
            "when the worlds stand in another order",
            "a world plays the same in any place: use no row numbers, view.worlds only for what "
            "is printed, and keep nothing outside view.memory",
        )

    def same_under_other_names(self) -> None:
        """It plays the same when countries and talks have other names."""
        plain = {one.trial.label: one for one in self._plays("plainly named")}
        for number in range(self._rehearsal.namings):
            for two in self._plays(f"renamed {number}"):
                one, names = plain[two.trial.label], {v: k for k, v in two.names.items()}
                if one.problem is not None or two.problem is not None:
                    continue
                done = {
                    (q, names.get(t, t), *more): v for (q, t, *more), v in two.watch.done.items()
                }
                compare(
                    one, done, "when countries and talks have other names",
                    "what a strategy does depends on payoffs and parameters, not on names",
                )  # fmt: skip

    def same_under_other_numbers(self) -> None:
        """It plays a world the same when the worlds have other numbers."""
        reference = {one.trial.label: one for one in self._plays()}
        for two in self._plays("renumbered"):
            one = reference[two.trial.label]
            if one.problem is None and two.problem is None:
                done = {(*more, world - SHIFT): v for (*more, world), v in two.watch.done.items()}
                compare(
                    one, done, "when the worlds have other numbers",
                    "the number of a world is for what is printed: take luck from view.luck(n)",
                )  # fmt: skip

    def sees_no_more_than_its_view(self) -> None:
        """It plays the same whatever the other side wants that it cannot know."""
        for one, two in self._rehearsal.minds():
            if one.problem is None and two.problem is None:
                compare(
                    one, two.watch.done, "when the other side wants something else",
                    "what the other side wants is private here: ask view.their_utility, and leave "
                    "alone what begins with an underscore",
                )  # fmt: skip

    def leaves_its_process_alone(self) -> None:
        """It changes nothing of its process: directory, environment, handlers, modules, threads."""
        self._plays()
        found = [*dict.fromkeys([*self._left, *self._rehearsal.left])]
        if found:
            raise ContractError(
                f"changes {', '.join(found[:6])} of its process, and with it what else plays there;"
                " a strategy answers, and changes nothing"
            )

    def signs_nothing_below_no_deal(self) -> None:
        """It neither offers nor accepts what is worth less than no deal, unless it says so."""
        if not type(self._strategy).rational:
            return
        for played in self._plays():
            for lapse in played.watch.lapses[:1]:
                done = "accepts" if lapse.question == "answer" else "offers"
                raise ContractError(
                    f"{where(played.trial, lapse.round, lapse.world)}: {done} package "
                    f"{lapse.package}, worth {lapse.utility:.3f} to it, and no deal "
                    f"{lapse.reservation:.3f}; compare with view.reservation, or declare "
                    "rational: ClassVar[bool] = False"
                )

    def ends_against_every_strategy(self) -> None:
        """It comes to the end of a talk against every strategy of the library."""
        self._plays()
        for played in self._rehearsal.against_library():
            if played.problem is not None:
                raise ContractError(sentence(played, "a talk comes to its end"))

    # --- how they are made ------------------------------------------------------------------------

    def _built(self) -> Strategy | BatchStrategy:
        """Build it, and note what that changes of this process."""
        before = traces()
        try:
            return build(self.said, self.given, self.directory)
        finally:
            self._left += differences(before, traces())

    @cached_property
    def _strategy(self) -> Strategy | BatchStrategy:
        try:
            return self._built()
        except (ConfigError, TypeError, ValueError) as problem:
            raise UncheckedError("cannot be checked, as it cannot be built") from problem

    def _plays(self, way: str = "reference") -> list[Played]:
        """Give all trials, played in a way; none if a question ran too long."""
        played = self._rehearsal.plays(way)
        if self._rehearsal.late is not None:
            raise UncheckedError("is not checked, as a question ran too long")
        return played

    @cached_property
    def _rehearsal(self) -> Rehearsal:
        return Rehearsal(self._strategy, self.seconds)

    @cached_property
    def _again(self) -> "_Again":
        """Play everything once more, and look at what must not change by that."""
        self._plays()
        before, luck = held_by(self._strategy), states()
        played = self._rehearsal.again()
        return _Again(played, (before, held_by(self._strategy)), moved(luck))

    def _finished(self, played: list[Played]) -> list[Played]:
        """Give the trials that came to their end; without any there is nothing to check."""
        done = [one for one in played if one.problem is None]
        if not done:
            raise UncheckedError("cannot be checked, as it comes to the end of no talk")
        return done

    def _no_problem(self, concerned: Concerned, rule: str, done: str = "") -> None:
        """Check that no trial was stopped by a problem of a kind."""
        for played in self._plays():
            problem = played.problem
            if isinstance(problem, StrategyError) and concerned(problem):
                raise ContractError(sentence(played, rule, done)) from problem

    def _same(self, others: list[Played], when: str, rule: str) -> None:
        """Check that trials were played as in the reference."""
        reference = {one.trial.label: one for one in self._plays()}
        for other in others:
            one = reference[other.trial.label]
            if one.problem is None and other.problem is None:
                compare(one, other.watch.done, when, rule)
            elif one.problem is None:
                raise ContractError(sentence(other, f"it has to play the same {when}"))

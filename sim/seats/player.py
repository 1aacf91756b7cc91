"""A seat: asks the strategy of one side of a talk, and checks what it answers."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.chance.luck import uniforms
from sim.chance.spreads import Drawn
from sim.errors import StrategyError, is_ctrl_c, kind_of, said_of
from sim.protocol.docket import bits
from sim.protocol.state import HUB, Index, Ints, TalkState
from sim.seats import answers, asking
from sim.seats.answers import AnswerError
from sim.seats.global_luck import moved, states
from sim.seats.insides import gives_presents, is_foreign
from sim.seats.strategy import Answer, BatchStrategy, SideMove, Strategy, WorldError, as_batch
from sim.seats.views.seat import Seat
from sim.seats.views.view import View

S = TypeVar("S")
T = TypeVar("T")

_LAST_ANSWER = int(max(Answer))


@dataclass(frozen=True)
class Play:
    """What a seat does in its turn in the worlds `at`.

    Attributes:
        at: (n,) worlds.
        move: the side move, whole numbers (n,) in each part; None for none. Measures as bit sets:
            those that the rule has lost by it, and those that it has opened.
        offer: (n,) package, -1 passes.
        answer: (n,) of `Answer`.
        standing: (n,) what the answer is about.
        scope: (2, n) measures requested and withdrawn (partner), or admitted and refused (hub).
        anew: (n,) whether the answer is about an agreement in principle that is judged anew.
    """

    seat: "Player"
    at: Index
    move: SideMove | None
    offer: Ints
    answer: Ints
    standing: Ints
    scope: tuple[Ints, Ints]
    anew: NDArray[np.bool_]


class Player:
    """One country in one talk."""

    def __init__(self, place: Seat, strategy: Strategy | BatchStrategy) -> None:
        self.place, self.side = place, place.side
        self.state: TalkState = place.state
        self.strategy = as_batch(strategy)
        self.strategy_name = type(strategy).__name__
        self._guarded = is_foreign(strategy)
        self._presents = self.side == HUB or gives_presents(strategy)
        self._round = 0

    def turn(self, half: int, round: int) -> Play | None:
        """Take this seat's turns in one half of a round: side move, scope, offer, answer."""
        at = self.state.movers(half, self.side)
        if not len(at):
            return None
        self._round = round
        before = states() if self._guarded else {}
        mine, theirs = round - 1, round - 1 + half
        seen = (mine, theirs) if self.side == HUB else (theirs, mine)
        move = self._side_move(View(self.place, at, round, seen))
        scope = self._scope(View(self.place, at, round, seen), move)
        view = View(self.place, at, round, seen)
        offer = self._offer(view)
        answer = self._answer(view, offer)
        if self.state.rules.scope and not self._presents:
            offer = asking.without_presents(view, offer)
        if before:
            self._unmoved(view, moved(before))
        return Play(self, at, move, offer, answer, view.standing, scope, view.anew)

    def _unmoved(self, view: View, modules: list[str]) -> None:
        """Check that the turn left the global random states alone."""
        if modules:
            self._fail(
                view,
                f"moved the global random state of {' and '.join(modules)}; the same seed would "
                "not be the same play: take random numbers from view.luck(n)",
            )

    def _side_move(self, view: View) -> SideMove | None:
        move = self._ask("side_move", view)
        if move is None:
            return None
        if not isinstance(move, SideMove):
            self._fail(view, f"side_move returned {kind_of(move)}; return a SideMove or None")
        message, extend, threat = (
            self._integers(view, "side_move", part)
            for part in (move.message, move.extend, move.threat)
        )
        self._check_extension(view, extend)
        self._check_threat(view, threat)
        relent, opens = (
            bits(self._flags(view, f"side_move {part}", getattr(move, part)))
            for part in ("relent", "opens")
        )
        self._check_rule(view, relent)
        self._check_opening(view, opens)
        return SideMove(
            message, extend, threat, self.state.relent(view.rows, relent), self._open(view, opens)
        )

    def _open(self, view: View, wanted: Ints) -> Ints:
        """Open what the hub opens although nobody asks for it; give what was closed, (n,)."""
        if not wanted.any():
            return wanted
        opened = self.state.docket.unlock(view.rows, wanted, self._round)
        self.state.changes += 1
        return opened

    def _check_rule(self, view: View, dropped: Ints) -> None:
        """Check that the rule is dropped by its owner, where that has a price."""
        bad = (dropped != 0) & ~np.isfinite(view.audience_cost)
        if not bad.any():
            return
        k, country = int(np.argmax(bad)), self.place.country
        why = (
            "the review rule is the partner's, and a hub cannot give it up"
            if self.side == HUB
            else f"this rule cannot be given up: payoffs.weights.{country}.audience says at what "
            "cost it can"
        )
        self._fail(view, f"side_move relents; {why}; see view.may_relent", k)

    def _check_opening(self, view: View, opened: Ints) -> None:
        if self.side != HUB and opened.any():
            self._fail(
                view,
                "side_move opens measures; only a hub does that, a partner requests them (scope)",
                int(np.argmax(opened != 0)),
            )

    def _check_extension(self, view: View, rounds: Ints) -> None:
        longest = view.longest_extension
        bad = (rounds < 0) | (rounds > longest) | ((rounds > 0) & ~view.may_extend)
        if bad.any():
            k = int(np.argmax(bad))
            self._fail(
                view,
                f"side_move extends the pause by {rounds[k]} rounds; a hub may do that by 1 to "
                f"{longest} rounds where view.may_extend says so",
                k,
            )

    def _check_threat(self, view: View, threat: Ints) -> None:
        allowed = threat == -1
        for name, number in view.threats.items():
            allowed |= (threat == number) & view.may_threaten(name)
        if not allowed.all():
            k = int(np.argmin(allowed))
            known = ", ".join(f"{name} = {number}" for name, number in view.threats.items())
            self._fail(
                view,
                f"side_move makes the threat {threat[k]}; this country can make "
                f"{known or 'none'}, where view.may_threaten says so",
                k,
            )

    def _scope(self, view: View, move: SideMove | None) -> tuple[Ints, Ints]:
        nothing = np.zeros(len(view), dtype=np.int64)
        if not self.state.rules.scope:
            return nothing, nothing
        wanted = bits(self._flags(view, "scope", self._ask("scope", view)))
        at, docket = view.rows, self.state.docket
        if self.side == HUB:
            before = 0 if move is None else np.bitwise_count(np.asarray(move.opens))
            moved = docket.admit(at, wanted, self._round, before)
        else:
            held = self.state.touched(at, self.side)
            moved = docket.request(at, wanted, held, self._round)
        if self.side == HUB and moved[0].any():
            self.state.changes += 1
        return moved

    def _offer(self, view: View) -> Ints:
        asked = self._asked(view)
        return self._proposal(view) if asked is None else asking.offer(view, asked, self._proposal)

    def _asked(self, view: View) -> Ints | None:
        """Give the closed measures that a partner's offer asks for, as bits; None for none at all.

        It is asked only where a measure is closed.
        """
        if self.side == HUB or not self.state.rules.scope:
            return None
        asked = self.state.every & ~self.state.docket.open[view.rows]
        some = asked != 0
        if some.all():
            asked &= bits(self._flags(view, "ask", self._ask("ask", view)))
        elif some.any():
            where = view.narrow(some)
            asked[some] &= bits(self._flags(where, "ask", self._ask("ask", where)))
        return asked if asked.any() else None

    def _proposal(self, view: View) -> Ints:
        offer = self._integers(view, "propose", self._ask("propose", view))
        size = view.space.size
        if offer.min() < -1 or offer.max() >= size:
            k = int(np.argmax((offer < -1) | (offer >= size)))
            self._fail(
                view,
                f"propose returned package {offer[k]}; packages are numbered 0 to {size - 1}, "
                "and -1 passes",
                k,
            )
        offer = self.state.without_barred(offer)
        opened = None if self.side == HUB else self.state.every
        good = self.state.on_menu(view.rows, offer, opened)
        good |= offer < 0
        if not good.all():
            k = int(np.argmin(good))
            self._fail(view, self._not_on_menu(view, int(offer[k]), k), k)
        return offer

    def _not_on_menu(self, view: View, package: int, k: int) -> str:
        lowered = self.state.rules.space.lowered[package]
        opened = self.state.docket.open[view.rows[k]]
        closed = [m for i, m in enumerate(view.measures) if (lowered & ~opened) >> i & 1]
        if self.side == HUB and closed:
            return (
                f"propose returned package {package}, which lowers {', '.join(closed)}: not open; "
                "a hub offers only from the menu: use at_least, near, below or best_package, "
                "or admit the measure first"
            )
        if package == 0:
            return (
                "propose returned package 0, which lowers nothing and gives nothing; "
                "it is on no menu: return -1 to pass"
            )
        if self.state.rules.is_barred(package, self._round):
            return (
                f"propose returned package {package}, which keeps a rate above the ceiling that "
                "the partners have committed to; offer from the menu"
            )
        named = self.state.named[view.rows[k]]
        wanted = ", ".join(m for i, m in enumerate(view.measures) if named >> i & 1)
        return (
            f"propose returned package {package}, which keeps a measure that the review test "
            f"{self.state.rules.test} wants lowered ({wanted}); offer from the menu"
        )

    def _answer(self, view: View, offer: Ints) -> Ints:
        offer.flags.writeable = False
        answer = self._integers(view, "answer", self._ask("answer", view, offer))
        if answer.min() < 0 or answer.max() > _LAST_ANSWER:
            k = int(np.argmax((answer < 0) | (answer > _LAST_ANSWER)))
            self._fail(
                view,
                f"answer returned {answer[k]}; return Answer.REJECT, Answer.ACCEPT or Answer.WALK",
                k,
            )
        accepted = np.flatnonzero(answer == Answer.ACCEPT)
        if not len(accepted):
            return answer
        good = self.state.on_menu(view.rows[accepted], view.standing[accepted])
        if not good.all():
            k = int(accepted[np.argmin(good)])
            what = (
                "although no offer stands"
                if view.standing[k] < 0
                else f"of package {view.standing[k]}, which touches measures that are not open"
            )
            self._fail(
                view,
                f"answer returned Answer.ACCEPT {what}; accept only what view.on_menu tells "
                "could be signed",
                k,
            )
        return answer

    def _ask(self, question: str, view: View, *rest: Any) -> Any:
        """Ask the strategy; whatever it raises is told, but for a real Ctrl-C."""
        try:
            return getattr(self.strategy, question)(view, *rest)
        except WorldError as problem:
            cause = problem.__cause__
            raise self._error(problem.world, f"{question} raised {said_of(cause)}") from cause
        except BaseException as problem:
            if is_ctrl_c(problem):
                raise
            world = int(view.worlds[0])
            raise self._error(world, f"{question} raised {said_of(problem)}") from problem

    def _integers(self, view: View, question: str, given: Any) -> Ints:
        return self._read(view, question, lambda: answers.integers(given, len(view)))

    def _flags(self, view: View, question: str, given: Any) -> NDArray[np.bool_]:
        shape = (len(view), len(view.measures))
        return self._read(view, question, lambda: answers.flags(given, shape))

    def _read(self, view: View, question: str, read: Callable[[], T]) -> T:
        """Read an answer; what it should not be is told."""
        try:
            return read()
        except AnswerError as problem:
            world = int(view.worlds[problem.row])
            raise self._error(world, f"{question} returned {problem.reason}") from problem.__cause__

    def _fail(self, view: View, reason: str, k: int = 0) -> None:
        raise self._error(int(view.worlds[k]), reason)

    def _error(self, world: int, reason: str) -> StrategyError:
        rules = self.state.rules
        return StrategyError(
            self.place.country, rules.name, self._round, world, self.strategy_name, reason
        )


def name_drawn(strategy: S) -> S:
    """Name every drawn field of a strategy by its dotted path, and its luck by its leaf.

    The leaf is the name of the field alone, so that a wrapper changes no luck; one that a strategy
    has more than once is counted from the inside: `until`, then `until 2`.
    """
    return _named(strategy, "", Counter())


def _named(strategy: S, prefix: str, seen: Counter[str]) -> S:
    if not is_dataclass(strategy):
        return strategy
    held = {item.name: getattr(strategy, item.name) for item in fields(strategy)}
    changed: dict[str, Any] = {}
    for name, value in held.items():
        if is_dataclass(value) and not isinstance(value, Drawn):
            changed[name] = _named(value, f"{prefix}{name}.", seen)
    for name, value in held.items():
        if isinstance(value, Drawn):
            seen[name] += 1
            leaf = name if seen[name] == 1 else f"{name} {seen[name]}"
            changed[name] = replace(value, name=prefix + name, leaf=leaf)
    given: Any = strategy
    named: S = replace(given, **changed) if changed else given
    return named


def drawn_fields(strategy: Any) -> list[Drawn]:
    """List the drawn fields of a strategy and of those inside it."""
    if not is_dataclass(strategy):
        return []
    found = []
    for item in fields(strategy):
        value = getattr(strategy, item.name)
        found += [value] if isinstance(value, Drawn) else drawn_fields(value)
    return found


def drawn_values(
    strategy: Any, seat: str, seed: int, worlds: int, first: int = 0
) -> dict[str, NDArray[np.float64]]:
    """Draw the fields of a strategy that are drawn once per world, by name, (W,) each.

    Args:
        strategy: with its drawn fields named, as `name_drawn` does.
        seat: name of the seat, the owner of its luck.
        seed: of all luck.
        worlds: number of worlds, W.
        first: number of the first world.
    """
    return {
        drawn.name: drawn.quantile(
            uniforms(seed, seat, f"parameter {drawn.leaf}", worlds, first=first)[:, 0]
        )
        for drawn in drawn_fields(strategy)
    }

"""The seam: what a strategy is asked, and what it may answer.

A strategy is a frozen dataclass. Its fields are its parameters; it holds no state (what it has to
remember goes into `view.memory`). It is asked up to five questions a turn; only `propose` must be
written. A `BatchStrategy` answers for all worlds with arrays (W,), a `Strategy` for one world with
plain numbers.
"""

from collections.abc import Callable, Iterable
from dataclasses import FrozenInstanceError, dataclass
from difflib import get_close_matches
from enum import IntEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import is_ctrl_c
from sim.protocol.state import SIDES
from sim.seats import parameters
from sim.seats.answers import column, rows
from sim.seats.asking import usual, usual_in_world
from sim.seats.views.sheet import Sheet
from sim.seats.views.view import View
from sim.seats.views.world import WorldView, has_drawn

QUESTIONS = ("side_move", "scope", "ask", "propose", "answer")


class Answer(IntEnum):
    """What a side says to a standing offer.

    Under an agreement in principle ACCEPT stands by it and REJECT reopens it, also where it is
    judged anew (`view.anew`).
    """

    REJECT = 0
    ACCEPT = 1
    WALK = 2


@dataclass(frozen=True)
class SideMove:
    """A move beside the table; each part is (W,), or one number for all, if nothing else is said.

    Attributes:
        message: whole number for the other side's inbox; -1 sends nothing.
        extend: rounds by which the hub moves the deadline of all its talks; 0 leaves it.
        threat: number of a threat (`view.threats`); -1 for none.
        relent: measures that the partner drops from the rule for good, where `view.audience_cost`
            is finite: flags that broadcast to (W, M); what the rule does not name stays as it is.
        opens: measures that the hub opens although nobody asks for them: flags as `relent`; what
            is open stays as it is.
    """

    message: ArrayLike = -1
    extend: ArrayLike = 0
    threat: ArrayLike = -1
    relent: ArrayLike = False
    opens: ArrayLike = False


def check_names(cls: type, questions: Iterable[str]) -> None:
    """Refuse a method whose name is nearly that of a question: it would never be asked.

    Raises:
        TypeError: there is one.
    """
    asked = tuple(questions)
    for name, member in vars(cls).items():
        if name.startswith("_") or not callable(member) or name in asked:
            continue
        alike = [question for question in asked if question[0] == name[0].lower()]
        near = get_close_matches(name, alike, n=1, cutoff=0.75)
        if near:
            raise TypeError(
                f"{cls.__name__}.{name} is never asked: the questions are "
                f"{', '.join(asked)}; did you mean '{near[0]}'? "
                "(a helper of another meaning begins with an underscore)"
            )


class BatchStrategy:
    """Plays all worlds at once: every answer is an array with an axis of worlds.

    Attributes:
        seats: where it can sit: `"hub"`, `"partner"`, or both.
        rational: whether it never signs what it knows to be worth less than no deal.
        aims: whether it looks at what the other side wants, through a model that it is given.
        presents: whether its offers as a partner may give and lower nothing while a request of its
            own is pending; without, such an offer is a pass.
    """

    seats: ClassVar[tuple[str, ...]] = SIDES
    rational: ClassVar[bool] = True
    aims: ClassVar[bool] = True
    presents: ClassVar[bool] = False

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        check_names(cls, QUESTIONS)

    def __post_init__(self) -> None:
        parameters.check(self)

    def __setattr__(self, name: str, value: Any) -> None:
        raise FrozenInstanceError(f"cannot assign to '{name}'")

    def side_move(self, view: View) -> SideMove | None:
        """Make a side move; none by default."""
        return None

    def scope(self, view: View) -> ArrayLike:
        """Say which measures are wanted on the table, flags that broadcast to (W, M).

        A partner requests them and withdraws its other requests; the hub admits those of them
        that are requested. Default: the seat's position.
        """
        return view.is_in(view.position)

    def ask(self, view: View) -> ArrayLike:
        """Say which closed measures a partner's offer asks for, flags that broadcast to (W, M).

        Only a partner is asked, where a measure is closed. In the worlds with a flag `propose` gets
        the view with that open, too (`view.wide`), and the seat lowers what is asked for at least
        to its next level unless that is worth less. Default: what its rule names, until that was
        refused or cannot be reviewed any longer; where the menu holds nothing better than no deal
        its position and what its rule names, or everything if that would not help.
        """
        return usual(view)

    def propose(self, view: View) -> ArrayLike:
        """Propose a package for the view that is given, (W,); -1 passes."""
        raise TypeError(f"{type(self).__name__} does not say what it proposes: write propose")

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Answer the standing offer, (W,) of `Answer`; `mine` is what would be proposed.

        Default: accept what is on the menu and worth at least `mine` and the reservation value;
        stand by an agreement in principle that is worth the reservation value.
        """
        wanted = np.maximum(view.utility(mine), view.reservation)
        if view.waiting:
            wanted = np.where(view.agreed >= 0, view.reservation, wanted)
        good = view.on_menu(view.standing) & (view.utility(view.standing) >= wanted)
        return good.astype(np.int64)


class Strategy:
    """Plays one world at a time, in plain Python numbers.

    Attributes:
        seats: where it can sit: `"hub"`, `"partner"`, or both.
        rational: whether it never signs what it knows to be worth less than no deal.
        aims: whether it looks at what the other side wants, through a model that it is given.
        presents: whether its offers as a partner may give and lower nothing while a request of its
            own is pending; without, such an offer is a pass.
    """

    seats: ClassVar[tuple[str, ...]] = SIDES
    rational: ClassVar[bool] = True
    aims: ClassVar[bool] = True
    presents: ClassVar[bool] = False

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        check_names(cls, QUESTIONS)

    def __post_init__(self) -> None:
        parameters.check(self)

    def __setattr__(self, name: str, value: Any) -> None:
        raise FrozenInstanceError(f"cannot assign to '{name}'")

    def side_move(self, view: WorldView) -> SideMove | None:
        """Make a side move; none by default."""
        return None

    def scope(self, view: WorldView) -> Any:
        """Say which measures are wanted on the table: M flags. Default: the seat's position."""
        return view.is_in(view.position)

    def ask(self, view: WorldView) -> Any:
        """Say which closed measures a partner's offer asks for: M flags. Default as for a batch."""
        return usual_in_world(view)

    def propose(self, view: WorldView) -> int:
        """Propose a package for the view that is given; -1 passes."""
        raise TypeError(f"{type(self).__name__} does not say what it proposes: write propose")

    def answer(self, view: WorldView, mine: int) -> Answer:
        """Answer the standing offer; `mine` is what would be proposed. Default as for a batch."""
        floor = max(view.utility(mine), view.reservation)
        wanted = view.reservation if view.agreed >= 0 else floor
        good = view.on_menu(view.standing) and view.utility(view.standing) >= wanted
        return Answer.ACCEPT if good else Answer.REJECT


class WorldError(Exception):
    """A one-world strategy failed in a world; the cause is attached."""

    def __init__(self, world: int) -> None:
        self.world = world
        super().__init__(f"world {world}")


@dataclass(frozen=True)
class EachWorld(BatchStrategy):
    """Asks a one-world strategy world by world."""

    strategy: Strategy

    def side_move(self, view: View) -> SideMove | None:
        """Collect the messages of all worlds."""
        if type(self.strategy).side_move is Strategy.side_move:
            return None
        given = self._each(view, lambda one, player: player.side_move(one))
        moves, width = [SideMove() if move is None else move for move in given], len(view.measures)
        odd: Any = [move for move in moves if not isinstance(move, SideMove)]
        if odd:
            return column(odd)  # type: ignore[return-value]  # whoever asked says what it is
        return SideMove(
            message=column([move.message for move in moves]),
            extend=column([move.extend for move in moves]),
            threat=column([move.threat for move in moves]),
            relent=rows([move.relent for move in moves], width),
            opens=rows([move.opens for move in moves], width),
        )

    def scope(self, view: View) -> ArrayLike:
        """Collect the wanted measures of all worlds."""
        if type(self.strategy).scope is Strategy.scope:
            return view.is_in(view.position)
        return rows(self._each(view, lambda one, player: player.scope(one)), len(view.measures))

    def ask(self, view: View) -> ArrayLike:
        """Collect what is asked for in all worlds."""
        if type(self.strategy).ask is Strategy.ask:
            return usual(view)
        return rows(self._each(view, lambda one, player: player.ask(one)), len(view.measures))

    def propose(self, view: View) -> ArrayLike:
        """Collect the proposals of all worlds."""
        return column(self._each(view, lambda one, player: player.propose(one)))

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Collect the answers of all worlds."""
        if type(self.strategy).answer is Strategy.answer:
            return super().answer(view, mine)
        offers = iter(mine.tolist())
        return column(self._each(view, lambda one, player: player.answer(one, next(offers))))

    def _each(self, view: View, ask: Callable[[WorldView, Strategy], Any]) -> list[Any]:
        sheet, answers, player = Sheet(view), [], self.strategy
        drawn = has_drawn(player)
        k = 0
        try:
            for k in range(len(view)):
                one = WorldView(sheet, k)
                answers.append(ask(one, one.resolve(player) if drawn else player))
        except BaseException as problem:
            if is_ctrl_c(problem):
                raise
            raise WorldError(int(view.worlds[k])) from problem
        return answers


def as_batch(strategy: Strategy | BatchStrategy) -> BatchStrategy:
    """Give a strategy that plays all worlds at once."""
    return strategy if isinstance(strategy, BatchStrategy) else EachWorld(strategy)


@dataclass(frozen=True)
class Wrapper(BatchStrategy):
    """Hands every question that it does not answer itself to another strategy.

    Attributes:
        inner: the strategy inside.
    """

    aims: ClassVar[bool] = False
    inner: Strategy | BatchStrategy

    @property
    def _inner(self) -> BatchStrategy:
        return as_batch(self.inner)

    def side_move(self, view: View) -> SideMove | None:
        """Ask the strategy inside."""
        return self._inner.side_move(view)

    def scope(self, view: View) -> ArrayLike:
        """Ask the strategy inside."""
        return self._inner.scope(view)

    def ask(self, view: View) -> ArrayLike:
        """Ask the strategy inside."""
        return self._inner.ask(view)

    def propose(self, view: View) -> ArrayLike:
        """Ask the strategy inside."""
        return self._inner.propose(view)

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Ask the strategy inside."""
        return self._inner.answer(view, mine)

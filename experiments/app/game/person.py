"""A person at the table, as a strategy: the moves are given, and are played as they stand.

The same class plays a finished game from a config and a game that is going on: there it stops the
model, at the snapshot of its turn, where no move is given yet.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.app.moves import Move, read_move
from sim.protocol.docket import OFF
from sim.seats.strategy import Answer, BatchStrategy, SideMove
from sim.seats.views.view import View

_ANSWERS = {
    "reject": Answer.REJECT,
    "reopen": Answer.REJECT,
    "accept": Answer.ACCEPT,
    "walk": Answer.WALK,
}


@dataclass(frozen=True)
class Person(BatchStrategy):
    """Plays the moves that it is given, and passes where none is given.

    Attributes:
        moves: one line a turn, as `experiments.app.moves` says.
    """

    presents: ClassVar[bool] = True
    moves: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._given()

    def side_move(self, view: View) -> SideMove | None:
        """Extend the deadline, threaten, give up the rule or open, as the move says."""
        move = self._now(view)
        if not (move.extend or move.threat or move.drop or move.open):
            return None
        if move.threat and move.threat not in view.threats:
            known = ", ".join(view.threats) or "none"
            raise ValueError(f"moves make the threat '{move.threat}'; those of this seat: {known}")
        threat = view.threats[move.threat] if move.threat else -1
        drop, opens = view.is_in(move.drop), view.is_in(move.open)
        return SideMove(-1, move.extend, threat, drop, opens)

    def scope(self, view: View) -> ArrayLike:
        """Want what the move says; without a move, leave the docket as it is."""
        move = self._given().get((view.talk, view.round))
        if move is None:
            return view.open if view.is_hub else view.docket != OFF
        return view.is_in(move.want)

    def ask(self, view: View) -> ArrayLike:
        """Offer as the move says: it may touch what is closed."""
        return False

    def propose(self, view: View) -> ArrayLike:
        """Offer what the move says, or pass."""
        return self._now(view).package(view.space)

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Answer as the move says.

        An agreement in principle stands unless the move reopens it, offers, or walks away.
        """
        move = self._now(view)
        answer = np.full(len(view), int(_ANSWERS[move.reply]))
        if move.reply == "reject" and move.offer is None:
            answer[(view.agreed >= 0) | view.anew] = int(Answer.ACCEPT)
        return answer

    def _given(self) -> dict[tuple[str, int], Move]:
        read = [read_move(line) for line in self.moves]
        return {(move.talk, move.round): move for move in read}

    def _now(self, view: View) -> Move:
        nothing = Move(view.talk, view.round)
        return self._given().get((view.talk, view.round), nothing)


class WaitingForMove(BaseException):
    """The model is at a turn of the person that has no move yet.

    It stops the model as a failure of a strategy does, and is the cause of that.

    Attributes:
        view: what the person may know.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        super().__init__()


@dataclass(frozen=True)
class PersonAtTable(Person):
    """Plays the moves that it is given, and stops the model where none is given."""

    def side_move(self, view: View) -> SideMove | None:
        """Stop here if there is no move for this turn."""
        if (view.talk, view.round) not in self._given():
            raise WaitingForMove(view)
        return super().side_move(view)

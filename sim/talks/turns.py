"""The log of a talk: one row for every turn of every world, and for what ends a round."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.protocol.state import HUB, SIDES, Index, Ints, Status, TalkState
from sim.seats.player import Play
from sim.seats.strategy import Answer
from sim.seats.views.seat import Seat

COLUMNS = (
    "world", "round", "mover", "side", "shocks", "extended", "threat", "relented", "opened",
    "requested", "withdrawn", "admitted", "refused", "answer", "offer", "own_utility",
    "other_utility", "reviewed", "event",
)  # fmt: skip
"""Columns of a log. `mover`: 1 or 2, 3 for the end of a round. Measures as bit sets."""


ANEW = "judged anew"
"""Event of standing by or reopening an agreement that is judged anew."""

TO_JUDGE = "agreement in principle, to be judged anew"
"""Event of an acceptance where something has opened that the other side has not seen open."""


class TurnLog:
    """Collects the turns of one talk; each entry holds columns of equal length."""

    def __init__(self, state: TalkState, places: tuple[Seat, Seat]) -> None:
        self.state, self.places = state, places
        self.entries: list[dict[str, NDArray[Any]]] = []

    def turn(self, play: Play, round: int, agreed_before: NDArray[np.bool_]) -> None:
        """Log a committed play."""
        state, side, at = self.state, play.seat.side, play.at
        nothing = np.zeros(len(at), dtype=np.int64)
        first, second = play.scope
        hub = side == HUB
        accepted = play.answer == Answer.ACCEPT
        offer = np.where(accepted | (play.answer == Answer.WALK), -1, play.offer)
        self._add(
            at,
            round,
            mover=np.where(state.first_mover[at] == side, 1, 2),
            side=np.full(len(at), SIDES[side]),
            extended=nothing if play.move is None else np.asarray(play.move.extend),
            threat=nothing - 1 if play.move is None else np.asarray(play.move.threat),
            relented=nothing if play.move is None else np.asarray(play.move.relent),
            opened=nothing if play.move is None else np.asarray(play.move.opens),
            requested=nothing if hub else first,
            withdrawn=nothing if hub else second,
            admitted=first if hub else nothing,
            refused=second if hub else nothing,
            answer=_answers(play, agreed_before),
            offer=offer,
            own_utility=self._utility(side, at, offer),
            other_utility=self._utility(1 - side, at, offer),
            event=self._events(play, accepted, agreed_before),
        )

    def reviewed(self, at: Index, reviewed: Ints, round: int) -> None:
        """Log the reviews that a round settled."""
        some = reviewed != 0
        self._add(at[some], round, reviewed=reviewed[some])

    def event(self, at: Index, event: str, round: int) -> None:
        """Log what happened at the end of a round."""
        self._add(at, round, event=np.full(len(at), event, dtype=object))

    def _add(self, at: Index, round: int, **columns: NDArray[Any]) -> None:
        n = len(at)
        if not n:
            return
        zero, text = np.zeros(n, dtype=np.int64), np.full(n, "", dtype=object)
        empty = np.full(n, np.nan)
        entry: dict[str, NDArray[Any]] = dict.fromkeys(COLUMNS, zero)
        entry |= {"side": text, "answer": text, "event": text, "offer": zero - 1}
        entry |= {"threat": zero - 1}
        entry |= {"own_utility": empty, "other_utility": empty, "mover": np.full(n, 3)}
        entry |= {"world": self.state.worlds[at], "round": np.full(n, round)}
        entry |= {"shocks": self.places[0].weather.bits[at]}
        self.entries.append(entry | columns)

    def _events(
        self, play: Play, accepted: NDArray[np.bool_], agreed_before: NDArray[np.bool_]
    ) -> NDArray[Any]:
        at, state = play.at, self.state
        words = np.full(len(at), "", dtype=object)
        words[play.anew] = ANEW
        words[state.status[at] == Status.WALKED] = "walked"
        fresh = accepted & ~agreed_before & (state.agreed[at] >= 0)
        words[fresh] = "agreement in principle"
        words[fresh & (state.unheard(at, 1 - play.seat.side) != 0)] = TO_JUDGE
        words[accepted & (self.state.ratifying[at] >= 0)] = "signed"
        words[self.state.status[at] == Status.DEAL] = "deal"
        return words

    def _utility(self, side: int, at: Index, package: Ints) -> NDArray[np.float64]:
        appraisal = self.places[side].exact[side]
        utility = appraisal.look(at).utility(appraisal.value_of(at, package))
        return np.where(package < 0, np.nan, utility)


def _answers(play: Play, agreed_before: NDArray[np.bool_]) -> NDArray[Any]:
    words = np.array(["reject", "accept", "walk"], dtype=object)[play.answer]
    words[(play.standing < 0) & (play.answer == Answer.REJECT)] = ""
    words[agreed_before & (play.answer == Answer.ACCEPT)] = "stand"
    words[agreed_before & (play.answer == Answer.REJECT)] = "reopen"
    return words

"""The rules of one talk: what the plays of its seats do to the table."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.seat import Play
from sim.state import HUB, PARTNER, Index, Ints, Status, TalkState
from sim.strategy import Answer
from sim.turn_log import TurnLog
from sim.view import Place


class Talk:
    """Hub and partner at one table, in every world.

    Attributes:
        state: what lies on the table.
        places: of the hub and of the partner.
        log: every turn, if it is kept.
    """

    def __init__(self, state: TalkState, places: tuple[Place, Place], log: TurnLog | None) -> None:
        self.state, self.places, self.log = state, places, log

    def commit(self, play: Play, round: int) -> None:
        """Carry out a play: answer first, then the offer of those who did not accept."""
        state, side, at = self.state, play.seat.side, play.at
        rejects = play.answer == Answer.REJECT
        agreed_before = state.agreed[at] >= 0 if state.waiting else np.zeros(len(at), dtype=bool)
        self._send(side, at, play.message)
        state.refusals.add(at, rejects & (play.standing >= 0))
        if state.waiting:
            state.agreed[at[rejects]] = -1
        if rejects.all():
            self._offer(at, side, play.offer, round)
        else:
            self._end_or_agree(play, agreed_before, round)
            self._offer(at, side, np.where(rejects, play.offer, -1), round)
        state.history[side, round - 1][at] = state.standing[side][at]
        if self.log is not None:
            self.log.turn(play, round, agreed_before)

    def _end_or_agree(self, play: Play, agreed_before: NDArray[np.bool_], round: int) -> None:
        """Carry out walking away, standing by an agreement, and accepting."""
        walks, accepts = play.answer == Answer.WALK, play.answer == Answer.ACCEPT
        self._walk(play.at[walks], play.seat.side, round)
        self.state.docket.offered(play.at[accepts], play.seat.side)
        fresh = accepts & ~agreed_before
        self._accept(play.at[fresh], play.standing[fresh], round)

    def settle(self, round: int) -> None:
        """End a round: settle reviews, then turn agreements whose reviews are done into deals."""
        state = self.state
        at = np.flatnonzero(state.status == Status.OPEN)
        reviewed = state.docket.settle(at, round)
        if self.log is not None:
            self.log.reviewed(at, reviewed, round)
        agreed = at[state.agreed[at] >= 0] if state.waiting else at[:0]
        if len(agreed):
            self._conclude(agreed, round)

    def close(self, round: int) -> None:
        """End what is still open at the deadline; an agreement in principle lapses."""
        at = np.flatnonzero(self.state.status == Status.OPEN)
        self.state.agreed[at] = -1
        self.state.end(at, Status.EXPIRED, round)
        if self.log is not None:
            self.log.event(at, "expired", round)

    def see(self, others: Ints) -> None:
        """Take note of what the other talks have agreed."""
        if not np.array_equal(self.state.others, others):
            self.state.others = others
            self.state.changes += 1

    def _send(self, side: int, at: Index, message: Ints) -> None:
        sent = message >= 0
        if sent.any():
            self.state.inbox[1 - side, at[sent]] = message[sent]

    def _walk(self, at: Index, side: int, round: int) -> None:
        if len(at):
            self.state.walked_by[at] = side
            self.state.agreed[at] = -1
            self.state.end(at, Status.WALKED, round)

    def _accept(self, at: Index, package: Ints, round: int) -> None:
        """Make a deal of an accepted package, or an agreement in principle."""
        if not len(at):
            return
        state = self.state
        lowered = state.rules.space.lowered[package]
        done = state.docket.unreviewed(at, state.named, lowered) == 0
        self._sign(at[done], package[done], round)
        waiting = at[~done]
        state.waiting |= bool(len(waiting))
        state.agreed[waiting] = package[~done]
        fresh = waiting[state.agreed_in[waiting] == 0]
        state.agreed_in[fresh] = round

    def _sign(self, at: Index, package: Ints, round: int) -> None:
        if len(at):
            self.state.docket.sign(at, self.state.rules.space.lowered[package])
            self.state.package[at] = package
            self.state.agreed[at] = -1
            self.state.end(at, Status.DEAL, round)

    def _offer(self, at: Index, side: int, package: Ints, round: int) -> None:
        """Put offers on the table; a pass (-1) leaves the own last offer standing."""
        state, made = self.state, package >= 0
        state.offers[side].add(at, made)
        if not made.all():
            at, package = at[made], package[made]
        state.standing[side][at] = package
        state.docket.offered(at, side)
        if side == PARTNER and state.rules.scope:
            touched = state.rules.space.lowered[package]
            state.docket.request(at, touched | state.docket.requested[at], touched, round)

    def _conclude(self, at: Index, round: int) -> None:
        """Sign agreements whose reviews are done, unless one side would no longer sign."""
        state = self.state
        package = state.agreed[at]
        lowered = state.rules.space.lowered[package]
        done = state.docket.unreviewed(at, state.named, lowered) == 0
        at, package = at[done], package[done]
        if not len(at):
            return
        good = self._worth(HUB, at, package) & self._worth(PARTNER, at, package)
        state.agreed[at[~good]] = -1
        self._sign(at[good], package[good], round)
        if self.log is not None:
            self.log.event(at[good], "deal", round)
            self.log.event(at[~good], "reopened", round)

    def _worth(self, side: int, at: Index, package: Ints) -> NDArray[Any]:
        appraisal = self.places[side].appraisals[side]
        none = np.full(len(at), -1)
        return appraisal.value_of(at, package) >= appraisal.value_of(at, none)

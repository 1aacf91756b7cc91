"""The rules of one talk: what the plays of its seats do to the table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chance.luck import uniforms
from sim.errors import ModelError
from sim.protocol.state import HUB, PARTNER, Index, Ints, Status, TalkState
from sim.seats.player import Play
from sim.seats.ratifiers import Ratifier
from sim.seats.strategy import Answer
from sim.seats.views.seat import Seat
from sim.talks.turns import TurnLog

FALLS_DUE, IS_VOID = "threat falls due: ", "threat is void: "
"""Beginnings of the events that say what became of a threat with an unless; its name follows."""


class Talk:
    """Hub and partner at one table, in every world.

    Attributes:
        state: what lies on the table.
        places: of the hub and of the partner.
        log: every turn, if it is kept.
        ratifiers: who has to agree before a signed package takes effect, of both countries.
    """

    def __init__(
        self,
        state: TalkState,
        places: tuple[Seat, Seat],
        log: TurnLog | None = None,
        ratifiers: Sequence[Ratifier] = (),
    ) -> None:
        self.state, self.places, self.log = state, places, log
        self.ratifiers = tuple(ratifiers)
        self._ballots: dict[int, tuple[Index, NDArray[np.bool_]]] = {}

    def judge_anew(self) -> None:
        """Let both sides judge every package anew: from now on it meets another bar at home."""
        self.state.changes += 1

    def commit(self, play: Play, round: int) -> None:
        """Carry out a play: answer first, then the offer of those who did not accept."""
        state, side, at = self.state, play.seat.side, play.at
        rejects = play.answer == Answer.REJECT
        state.note(side, at)
        agreed_before = state.agreed[at] >= 0 if state.waiting else np.zeros(len(at), dtype=bool)
        if play.move is not None:
            self._send(side, at, np.asarray(play.move.message))
        state.refusals.add(at, rejects & (play.standing >= 0))
        if state.waiting:
            state.agreed[at[rejects]] = -1
        if rejects.all():
            self._offer(at, side, play.offer, round)
        else:
            self._end_or_agree(play, agreed_before, round)
            self._offer(at, side, np.where(rejects, play.offer, -1), round)
        if self.log is not None:
            self.log.turn(play, round, agreed_before)

    def _end_or_agree(self, play: Play, agreed_before: NDArray[np.bool_], round: int) -> None:
        """Carry out walking away, standing by an agreement, and accepting."""
        walks, accepts = play.answer == Answer.WALK, play.answer == Answer.ACCEPT
        self._walk(play.at[walks], play.seat.side, round)
        touched = self.state.rules.space.lowered[play.standing[accepts]]
        self.state.docket.accepted(play.at[accepts], play.seat.side, touched)
        fresh = accepts & ~agreed_before
        self._accept(play.at[fresh], play.standing[fresh], play.seat.side, round)

    def settle(self, round: int) -> None:
        """End a round: settle reviews, and sign agreements whose reviews are done."""
        state = self.state
        at = np.flatnonzero(state.status == Status.OPEN)
        reviewed = state.docket.settle(at, round)
        if self.log is not None:
            self.log.reviewed(at, reviewed, round)
        agreed = at[state.agreed[at] >= 0] if state.waiting else at[:0]
        if len(agreed):
            self._conclude(agreed, round)

    def vote(self, ratifier: int, round: int) -> tuple[Index, NDArray[np.bool_]]:
        """Take the vote of a ratifier on what was signed and is due; give worlds and votes, (n,).

        Raises:
            ModelError: it has voted in this round.
        """
        if ratifier in self._ballots:
            key = self.ratifiers[ratifier].key
            raise ModelError(f"{key} has voted in round {round}; it is activated once a round")
        state, law = self.state, self.ratifiers[ratifier]
        at = np.flatnonzero((state.ratifying >= 0) & (state.signed_in + law.delay == round))
        yes = np.ones(len(at), dtype=bool)
        if len(at):
            place = next(p for p in self.places if p.country == law.country)
            yes = law.approves(place, at, state.ratifying[at], round)
        self._ballots[ratifier] = at, yes
        return at, yes

    def count(self, round: int) -> None:
        """Count the votes of a round; what all have approved takes effect.

        Of several that say no the first in the scenario has vetoed, in whatever order they voted.

        Raises:
            ModelError: a ratifier has not voted.
        """
        state = self.state
        for number, ratifier in enumerate(self.ratifiers):
            if number not in self._ballots:
                raise ModelError(
                    f"{ratifier.key} was not activated in round {round}; every ratifier votes: "
                    "model.ratifiers.do('step')"
                )
            at, yes = self._ballots.pop(number)
            no = at[~yes]
            self._veto(no[state.ratifying[no] >= 0], number, round)
        last = max(ratifier.delay for ratifier in self.ratifiers)
        at = np.flatnonzero((state.ratifying >= 0) & (state.signed_in + last <= round))
        if len(at):
            self._take_effect(at, state.ratifying[at], round)
            if self.log is not None:
                self.log.event(at, "ratified", round)

    def deadline(self, round: int) -> None:
        """End what is still open at the deadline; an agreement in principle lapses then.

        A package that waits for its ratification holds the snap-back.
        """
        state, clock = self.state, self.state.clock
        open_still = state.bargaining
        goes_on = open_still & clock.snaps_back & ~clock.over
        lapsed = np.flatnonzero(goes_on & (state.agreed >= 0))
        state.agreed[lapsed] = -1
        expired = np.flatnonzero(open_still & clock.over)
        mute = self._silent(expired)
        state.end(expired[~mute], Status.EXPIRED, round)
        state.end(expired[mute], Status.SILENT, round)
        if self.log is not None:
            self.log.event(lapsed, "lapsed", round)
            self.log.event(expired[~mute], "expired", round)
            self.log.event(expired[mute], "silent", round)

    def _silent(self, at: Index) -> NDArray[np.bool_]:
        """Tell where a side that could have offered never did, nor agreed to anything.

        It could have where at the end a package is worth more than no deal to it: of its menu, or,
        to a partner, of all, as it may offer what is not open.
        """
        state, mute = self.state, np.zeros(len(at), dtype=bool)
        if not len(at):
            return mute
        for side, place in enumerate(self.places):
            never = state.offers[side].counts()[at] == 0
            never &= (state.agreed_in[at] == 0) & (state.vetoes[at] == 0)
            some = at[never]
            if len(some):
                own = place.appraisals[side]
                menu = own.menu(some) if side == HUB else own.wide_menu(some)
                mute[never] |= menu.best > own.look(some).reservation
        return mute

    def fall_due(
        self, name: str, holds: NDArray[np.bool_], void: NDArray[np.bool_], round: int
    ) -> None:
        """Take note of a threat that fell due where this talk goes on: it holds, or is void."""
        if self.log is not None:
            still = self.state.status == Status.OPEN
            self.log.event(np.flatnonzero(holds & still), f"{FALLS_DUE}{name}", round)
            self.log.event(np.flatnonzero(void & still), f"{IS_VOID}{name}", round)

    def see(self, side: int, outlook: Ints) -> None:
        """Let a side take note of what lies outside this talk."""
        if not np.array_equal(self.state.outlook[side], outlook):
            self.state.outlook[side] = outlook
            self.state.changes += 1

    def break_down(self, round: int) -> None:
        """Break off talks that are still open, with the probability that the rules say."""
        state, hazard = self.state, self.state.rules.breakdown
        if not hazard:
            return
        worlds, name = len(state.draw), state.rules.name
        luck = uniforms(state.seed, name, "breakdown", worlds, first=state.first, turn=round)
        broken = np.flatnonzero(state.bargaining & (luck[:, 0] < hazard))
        state.end(broken, Status.BROKEN_DOWN, round)
        if self.log is not None:
            self.log.event(broken, "broken_down", round)

    def _send(self, side: int, at: Index, message: Ints) -> None:
        sent = message >= 0
        if sent.any():
            self.state.inbox[1 - side, at[sent]] = message[sent]

    def _walk(self, at: Index, side: int, round: int) -> None:
        if len(at):
            self.state.walked_by[at] = side
            self.state.end(at, Status.WALKED, round)

    def _accept(self, at: Index, package: Ints, side: int, round: int) -> None:
        """Make a deal of a package that a side accepts, or an agreement in principle.

        Whoever offered it knew of the measures that it touches, open or not.
        """
        if not len(at):
            return
        state, maker = self.state, 1 - side
        lowered = state.rules.space.lowered[package]
        state.seen_open[maker, at] |= lowered
        done = state.docket.unreviewed(at, state.named[at], lowered) == 0
        done &= state.unheard(at, maker) == 0
        self._sign(at[done], package[done], round)
        waiting = at[~done]
        state.waiting |= bool(len(waiting))
        state.agreed[waiting] = package[~done]
        fresh = waiting[state.agreed_in[waiting] == 0]
        state.agreed_in[fresh] = round

    def _sign(self, at: Index, package: Ints, round: int) -> None:
        """Sign packages: they take effect now, or wait for their ratification."""
        if not len(at):
            return
        self.state.signed_in[at] = round
        if not self.ratifiers:
            self._take_effect(at, package, round)
            return
        self.state.agreed[at] = -1
        self.state.ratifying[at] = package
        self.state.regroup()

    def _take_effect(self, at: Index, package: Ints, round: int) -> None:
        self.state.docket.sign(at, self.state.rules.space.lowered[package])
        self.state.package[at] = package
        self.state.ratifying[at] = -1
        self.state.end(at, Status.DEAL, round)

    def _veto(self, at: Index, ratifier: int, round: int) -> None:
        """Return vetoed packages to bargaining, once and while there is time; else end the talk."""
        if not len(at):
            return
        state = self.state
        state.vetoes[at] += 1
        state.vetoed[at], state.vetoed_by[at] = state.ratifying[at], ratifier
        state.ratifying[at], state.signed_in[at] = -1, 0
        state.standing[:, at] = -1
        state.docket.hold(at, np.zeros_like(at), round)
        over = (state.vetoes[at] > 1) | state.clock.over[at]
        state.end(at[over], Status.VETOED, round)
        state.regroup()
        if self.log is not None:
            self.log.event(at, f"vetoed by {self.ratifiers[ratifier].key}", round)

    def _offer(self, at: Index, side: int, package: Ints, round: int) -> None:
        """Put offers on the table; a pass (-1) leaves the own last offer standing."""
        state, made = self.state, package >= 0
        state.offers[side].add(at, made)
        kept = state.history[side, round - 1]
        if not made.all():
            kept[at] = state.standing[side][at]
            at, package = at[made], package[made]
        state.standing[side][at] = package
        kept[at] = package
        state.docket.offered(at, side, self._spoken_of(at, side, package))
        if side == PARTNER and state.rules.scope:
            state.docket.hold(at, state.rules.space.lowered[package], round)

    def _spoken_of(self, at: Index, side: int, package: Ints) -> Ints | int:
        """Give the measures on which an offer takes a position: what the test by answer asks for.

        Those that it lowers. A hub that makes an offer while one of the partner lies before it that
        it could sign at no loss says with it what it thinks of the measures which that one lowers.
        """
        state = self.state
        if not state.docket.test.by_position:
            return 0
        lowered = state.rules.space.lowered
        if side == PARTNER:
            return lowered[package]
        theirs = state.standing[PARTNER, at]
        fair = state.on_menu(at, theirs) & self._worth(HUB, at, theirs)
        return np.where(fair, lowered[package] | lowered[theirs], lowered[package])

    def _conclude(self, at: Index, round: int) -> None:
        """Sign agreements whose reviews are done, unless one side would no longer sign.

        While a side has not been asked about what has opened since, nothing is signed.
        """
        state = self.state
        package = state.agreed[at]
        lowered = state.rules.space.lowered[package]
        done = state.docket.unreviewed(at, state.named[at], lowered) == 0
        done &= (state.unheard(at, HUB) | state.unheard(at, PARTNER)) == 0
        at, package = at[done], package[done]
        if not len(at):
            return
        good = self._worth(HUB, at, package) & self._worth(PARTNER, at, package)
        state.agreed[at[~good]] = -1
        self._sign(at[good], package[good], round)
        if self.log is not None:
            self.log.event(at[good], "signed" if self.ratifiers else "deal", round)
            self.log.event(at[~good], "reopened", round)

    def _worth(self, side: int, at: Index, package: Ints) -> NDArray[Any]:
        appraisal = self.places[side].appraisals[side]
        none = np.full(len(at), -1)
        return appraisal.value_of(at, package) >= appraisal.value_of(at, none)

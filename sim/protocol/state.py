"""What lies on the table of one talk, in every world."""

from enum import IntEnum
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.chance.luck import uniforms
from sim.protocol.calendar import Clock
from sim.protocol.docket import Docket, mask
from sim.protocol.rules import TalkRules

Ints = NDArray[np.int64]
Index = NDArray[np.intp]

T = TypeVar("T")

_GROUPS = 4
"""Groups of worlds of which something is kept: those whose hub moves first, the others, parts."""

HUB, PARTNER = 0, 1
SIDES = ("hub", "partner")


class Status(IntEnum):
    """How a talk stands or ended; the names in results are the lower-case ones."""

    OPEN = 0
    DEAL = 1
    EXPIRED = 2
    WALKED = 3
    BROKEN_DOWN = 4
    VETOED = 5
    SILENT = 6


class Recent(Generic[T]):
    """What was worked out for the groups of worlds that were asked about last.

    The same groups take turns round after round: what was found holds until something changes.
    """

    def __init__(self) -> None:
        self._known: tuple[tuple[Index, int, T], ...] = ()

    def get(self, at: Index, changes: int) -> T | None:
        """Give what is known of this very group since these changes; None if nothing is."""
        for group, when, found in self._known:
            if group is at and when == changes:
                return found
        return None

    def keep(self, at: Index, changes: int, found: T) -> T:
        """Keep what was found, in the place of the oldest."""
        others = [known for known in self._known if known[0] is not at]
        self._known = (at, changes, found), *others[: _GROUPS - 1]
        return found


class Tally:
    """Counts something in every world.

    As a rule it happens in all worlds of a group, turn after turn: then the group is counted, and
    the counts of its worlds are written when there are many, or when they are read.
    """

    def __init__(self, worlds: int) -> None:
        self._counts = np.zeros(worlds, dtype=np.int64)
        self._groups: list[tuple[Index, list[None]]] = []

    def add(self, at: Index, flags: NDArray[np.bool_]) -> None:
        """Count one in those of the worlds `at` where the flag is set."""
        if not flags.all():
            self._counts[at] += flags
            return
        for group, times in self._groups:
            if group is at:
                times.append(None)
                return
        if len(self._groups) == _GROUPS:
            self.counts()
        self._groups.append((at, [None]))

    def counts(self) -> Ints:
        """Give the counts, (W,)."""
        for at, times in self._groups:
            self._counts[at] += len(times)
        self._groups.clear()
        return self._counts


class TalkState:
    """The arrays of a talk; every one has an axis of worlds (W).

    Attributes:
        number: number of the talk.
        clock: deadline and time; the same for all talks.
        worlds: (W,) numbers of the worlds.
        draw: (W,) draw of the payoffs.
        first_mover: (W,) side that moves first.
        docket: review states.
        named: (W,) measures that the review rule names, as bits.
        seen_open: (2, W) what was open in the latest turn of the hub and of the partner, as bits.
        standing: (2, W) latest offer of the hub and of the partner; -1 before any.
        agreed: (W,) package agreed in principle, else -1.
        status: (W,) of `Status`.
        package: (W,) package of the deal, else -1.
        ended_in, signed_in, agreed_in: (W,) round in which the talk ended, in which the package
            of the deal was signed, and of the first agreement in principle; 0 for never.
        ratifying: (W,) package that is signed and waits for its ratification, else -1.
        vetoes: (W,) how often a package was vetoed.
        vetoed, vetoed_by: (W,) the package that was vetoed last and the ratifier that did it,
            else -1.
        walked_by: (W,) side that walked away, else -1.
        offers: offers made by each side; refusals: standing offers rejected by either.
        waiting: whether any world has ever had an agreement in principle.
        inbox: (2, W) latest message to each side, else -1.
        outlook: (2, W) what each side knows of all that lies outside this talk, as one integer
            (`Payoffs.encode`).
        weather: (W,) shocks in force, as bits; kept as they were when the talk ended.
        left: by round, what lay there at its end; only kept if somebody sees it later.
        history: (2, R, W) each side's standing offer after each of its turns.
        relented: (W,) measures that the partner has dropped from the rule, as bits.
        phase: which packages are allowed now (`TalkRules.phases`).
        touches: (P + 1,) measures that a package lowers, as bits, and above them those that it
            keeps of `TalkRules.cuts`; all bits for what is on no menu, and for -1.
        changes: counts changes of dockets, of rules and of outlooks.
    """

    def __init__(
        self, rules: TalkRules, clock: Clock, number: int, draw: Ints, seed: int, first: int
    ) -> None:
        self.rules, self.clock, self.number = rules, clock, number
        self.seed, self.first = seed, first
        worlds = len(draw)
        self.draw = draw
        self.worlds = first + np.arange(worlds)
        names = [measure.name for measure in rules.space.measures]
        self.named = np.full(worlds, mask(rules.review, names), dtype=np.int64)
        self.relented = np.zeros(worlds, dtype=np.int64)
        self.every, self.width = (1 << len(names)) - 1, len(names)
        self.docket = Docket(
            worlds,
            len(names),
            test=rules.test,
            period=rules.period,
            cooldown=rules.cooldown,
            silence=rules.silence,
            moves=rules.moves,
            all_open=not rules.scope,
        )
        self.seen_open = np.tile(self.docket.open, (2, 1))
        self.first_mover = self._first_movers(worlds)
        self.standing = np.full((2, worlds), -1, dtype=np.int64)
        self.agreed, self.package, self.ratifying = np.full((3, worlds), -1, dtype=np.int64)
        self.status, self.ended_in, self.signed_in = np.zeros((3, worlds), dtype=np.int64)
        self.agreed_in, self.vetoes, self.weather = np.zeros((3, worlds), dtype=np.int64)
        self.vetoed, self.vetoed_by = np.full((2, worlds), -1, dtype=np.int64)
        self.outlook = np.zeros((2, worlds), dtype=np.int64)
        self.waiting = False
        self.offers = (Tally(worlds), Tally(worlds))
        self.refusals = Tally(worlds)
        self.walked_by = np.full(worlds, -1, dtype=np.int64)
        self.inbox = np.full((2, worlds), -1, dtype=np.int64)
        self.history = np.full((2, clock.calendar.last, worlds), -1, dtype=np.int32)
        self.left: list[Ints] = []
        self.phase = 0
        self.touches = self._touched_bits()
        self.changes = 0
        self._movers: tuple[Index, Index] | None = None
        self._shut: Recent[Ints] = Recent()
        self._noted: tuple[Recent[bool], ...] = Recent(), Recent()

    @property
    def country(self) -> tuple[str, str]:
        """The two countries, by side."""
        return self.rules.hub, self.rules.partner

    def movers(self, half: int, side: int) -> Index:
        """Give the worlds in which a side has its turn in this half of a round."""
        if self._movers is None:
            first, bargaining = self.first_mover == HUB, self.bargaining
            self._movers = np.flatnonzero(first & bargaining), np.flatnonzero(~first & bargaining)
        return self._movers[side if half == 0 else 1 - side]

    @property
    def bargaining(self) -> NDArray[np.bool_]:
        """(W,) where the sides take turns: the talk is open and nothing waits to be ratified."""
        flags: NDArray[np.bool_] = (self.status == Status.OPEN) & (self.ratifying < 0)
        return flags

    def on_menu(
        self, at: Index, package: Ints, wider: Ints | int | None = None
    ) -> NDArray[np.bool_]:
        """Tell whether packages could be signed with today's docket, or are on a wider menu."""
        touched = self.touches.take(package)
        touched &= self._closed(at) if wider is None else self.shut(at, wider)
        off: NDArray[np.bool_] = touched == 0
        demanded = 0 if wider is None else np.asarray(wider) >> self.width
        if np.any(demanded):
            off &= demanded & ~self.rules.space.lowered.take(package) == 0
        return off

    def menus(self, at: Index, wider: Ints | None = None, dropped: Ints | int = 0) -> Ints:
        """Give what menus depend on, (n,), as bits.

        From the lowest on: open measures; what the rule has lost, where a package has to lower what
        the rule names (`TalkRules.cuts`); what a package has to lower on a wider menu; which
        packages are allowed now (`TalkRules.phases`).

        Args:
            at: (n,) worlds.
            wider: (n,) measures that are open on a wider menu, and above them, as bits, what a
                package has to lower; None for today's menu.
            dropped: measures that the rule has lost beside those that it has.
        """
        held = self.docket.open[at] if wider is None else wider & self.every
        cuts = self.rules.cuts
        if cuts:
            held = held | ((cuts & (~self.named[at] | dropped)) << self.width)
        if self.phase:
            held = held | (self.phase << 3 * self.width)
        return held if wider is None else held | ((wider >> self.width) << 2 * self.width)

    def shut(self, at: Index, wider: Ints | int | None = None) -> Ints:
        """Give the bits that what a package touches may not have, (n,), on this menu."""
        opened = self.docket.open[at] if wider is None else wider & self.every
        shut = np.full(len(at), ~opened)
        cuts = self.rules.cuts
        if cuts:
            shut &= ~(self.every << self.width)
            shut |= (self.named[at] & cuts) << self.width
        return shut

    def _closed(self, at: Index) -> Ints:
        """Give what is shut today; the same worlds ask again and again."""
        known = self._shut.get(at, self.changes)
        return self._shut.keep(at, self.changes, self.shut(at)) if known is None else known

    def note(self, side: int, at: Index) -> None:
        """Remember what a side has seen open; where nothing has changed since, it is known."""
        if not self._noted[side].get(at, self.changes):
            self._noted[side].keep(at, self.changes, True)
            self.seen_open[side, at] = self.docket.open[at]

    def unheard(self, at: Index, side: int) -> Ints:
        """Give what has opened since a side's latest turn and undoes what it agreed to, as bits.

        That is what the review rule names, and what was opened on the partner's request; nothing
        else that the hub opens.
        """
        docket = self.docket
        news: Ints = docket.open[at] & ~self.seen_open[side, at]
        return news & (self.named[at] | docket.wished[at])

    def begin(self, round: int) -> None:
        """Let other packages be barred from now on; agreements on one that is now barred lapse."""
        phase = self.rules.phase(round)
        if phase != self.phase:
            self.phase = phase
            self.touches = self._touched_bits()
            self.changes += 1
            barred = (self.agreed >= 0) & ~self.rules.phases[phase][self.agreed]
            self.agreed[barred] = -1

    def without_barred(self, package: Ints) -> Ints:
        """Give offers, (n,), with a pass (-1) for what could be signed once and is barred now."""
        if not self.phase:
            return package
        phases = self.rules.phases
        lost = phases[: self.phase].any(axis=0) & ~phases[self.phase]
        return np.where((package >= 0) & lost[package], -1, package)

    def relent(self, at: Index, wanted: Ints) -> Ints:
        """Drop measures from the rule; give what it has lost by that, (n,)."""
        dropped = self.named[at] & wanted
        if dropped.any():
            self.named[at] &= ~dropped
            self.relented[at] |= dropped
            self.changes += 1
        return dropped

    @property
    def lying(self) -> Ints:
        """(2, W) standing offers that others see: -1 once a talk has ended."""
        return np.where(self.status == Status.OPEN, self.standing, -1)

    def touched(self, at: Index, side: int) -> Ints:
        """Give the measures that a side's standing offer lowers, as bits."""
        package = self.standing[side][at]
        return np.where(package < 0, 0, self.rules.space.lowered[package])

    def end(self, at: Index, status: Status, round: int) -> None:
        """End the talk in these worlds."""
        if not len(at):
            return
        self.agreed[at] = -1
        self.status[at] = status
        self.ended_in[at] = round
        self.regroup()

    def regroup(self) -> None:
        """Find anew who takes turns: a talk has ended, waits for ratification, or goes on."""
        self._movers = None

    def _touched_bits(self) -> Ints:
        """Give what packages touch; all bits for -1 (last) and off every menu."""
        rules, lowered = self.rules, self.rules.space.lowered
        touches = np.append(lowered | (rules.cuts & ~lowered) << self.width, -1)
        touches[:-1][~rules.phases[self.phase]] = -1
        return touches

    def _first_movers(self, worlds: int) -> Ints:
        rules = self.rules
        if rules.first_mover != "draw":
            return np.full(worlds, SIDES.index(rules.first_mover), dtype=np.int64)
        luck = uniforms(self.seed, rules.name, "first mover", worlds, first=self.first)
        return (luck[:, 0] < 0.5).astype(np.int64)

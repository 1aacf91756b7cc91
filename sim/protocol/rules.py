"""The rules of a talk and its calendar: frozen data, no behaviour beyond look-ups."""

import datetime
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.protocol.issues import OutcomeSpace
from sim.protocol.reviews import TESTS

Silence = Literal["pending", "refuse"]
FirstMover = Literal["draw", "hub", "partner"]
DeadlineMode = Literal["hard", "overtime", "extension"]

_FINEST = 10_000
"""Largest denominator of the days a round: 2/3 of a day is that, and no number close to it."""


@dataclass(frozen=True)
class Calendar:
    """Rounds, their dates, and what happens at the deadline.

    Attributes:
        rounds: number of rounds to the deadline as it is announced at first.
        start: date of round 1; None for talks without dates.
        days: days a round; a round that begins within a day has the date of that day.
        deadline: date of the snap-back, for figures and transcripts.
        mode: at the deadline talks end (`"hard"`), go on for some rounds (`"overtime"`), or end
            unless the hub has moved it (`"extension"`).
        overtime: rounds after the deadline in the mode overtime.
        extension: most rounds that one extension adds in the mode extension.
        extensions: most extensions.
    """

    rounds: int
    start: datetime.date | None = None
    days: float = 1
    deadline: datetime.date | None = None
    mode: DeadlineMode = "hard"
    overtime: int = 0
    extension: int = 0
    extensions: int = 0

    @property
    def after(self) -> int:
        """Rounds that are played after a deadline."""
        return self.overtime if self.mode == "overtime" else 0

    @property
    def last(self) -> int:
        """The last round that any world can reach at the table."""
        longer = self.extension * self.extensions if self.mode == "extension" else 0
        return self.rounds + self.after + longer

    @cached_property
    def _each(self) -> Fraction:
        """Days a round, as an exact number."""
        return Fraction(self.days).limit_denominator(_FINEST)

    def days_before(self, round: Any) -> Any:
        """Give the whole days before the beginning of a round, or of rounds (n,)."""
        return (round - 1) * self._each.numerator // self._each.denominator

    def date(self, round: int) -> datetime.date | None:
        """Give the day on which a round begins."""
        if self.start is None:
            return None
        return self.start + datetime.timedelta(self.days_before(round))

    def last_by(self, day: datetime.date) -> int:
        """Give the last round that begins on a day or before it; 0 if there is none.

        Raises:
            ValueError: the calendar has no dates.
        """
        if self.start is None:
            raise ValueError("the calendar has no dates")
        return max(0, ceil(((day - self.start).days + 1) / self._each))

    def round_of(self, day: datetime.date) -> int:
        """Give the first round that begins on a day or after it; 1 for earlier days.

        Raises:
            ValueError: the calendar has no dates.
        """
        if self.start is None:
            raise ValueError("the calendar has no dates")
        return 1 + max(0, ceil((day - self.start).days / self._each))


@dataclass(frozen=True)
class TalkRules:
    """Everything that is fixed about one talk.

    Attributes:
        name: name of the talk.
        hub, partner: the two countries.
        space: what can be agreed.
        review: names of the measures that must be reviewed before a deal (the review rule); its
            owner, the partner, may drop some of them at a cost (`SideMove.relent`).
        test: what counts as reviewed.
        period: rounds that a measure has to be open (review test by exchange).
        cooldown: rounds after a refusal before the measure may be requested again.
        silence: what a hub that does not admit a request says: nothing, or a refusal.
        scope: whether there is scope play; without it every measure is open from the start.
        first_mover: who moves first in a round.
        null_deal: whether the package equal to no deal may be signed.
        positions: measures that the hub admits, and that the partner requests, by default.
        moves: most scope moves of a side in a turn; None for any number.
        breakdown: probability that a talk which is still open breaks down at the end of a round.
        clause: most-favoured clause: from its deal on the partner's total rates fall to those
            that another partner gets.
        barred: (P,) packages that may not be signed whatever is open; None for none.
        bars: rounds from which on others are barred instead, rising, with these (P,).
        band: width of the band above a target in which an offer is chosen, if a strategy says no
            other; None for `BAND`.
        in_money: whether bands are counted in USD bn a year; else in utility.
    """

    name: str
    hub: str
    partner: str
    space: OutcomeSpace
    review: tuple[str, ...] = ()
    test: str = "by_exchange"
    period: int = 2
    cooldown: int = 3
    silence: Silence = "pending"
    scope: bool = True
    first_mover: FirstMover = "draw"
    null_deal: bool = False
    positions: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    moves: int | None = None
    breakdown: float = 0.0
    clause: bool = False
    barred: NDArray[np.bool_] | None = field(default=None, compare=False)
    bars: tuple[tuple[int, NDArray[np.bool_]], ...] = field(default=(), compare=False)
    band: float | None = None
    in_money: bool = False

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """(P,): what could be signed in the end if everything were open and nothing named."""
        return np.asarray(self.phases[-1])

    @cached_property
    def phases(self) -> NDArray[np.bool_]:
        """(F, P): the packages that are allowed at first, and from each round of `bars` on."""
        allowed = np.ones((1 + len(self.bars), self.space.size), dtype=bool)
        allowed[:, 0] &= self.null_deal
        if self.barred is not None:
            allowed[0] &= ~self.barred
        for phase, (_, barred) in enumerate(self.bars, 1):
            allowed[phase] &= ~barred
        allowed.flags.writeable = False
        return allowed

    def phase(self, round: int) -> int:
        """Give which row of `phases` holds in a round."""
        return sum(since <= round for since, _ in self.bars)

    def is_barred(self, package: int, round: int) -> bool:
        """Tell whether a package may not be signed in a round, whatever is open."""
        phase = self.phase(round)
        barred = self.bars[phase - 1][1] if phase else self.barred
        return barred is not None and bool(barred[package])

    @cached_property
    def cuts(self) -> int:
        """Measures that every package has to lower while the rule names them, as bits."""
        names = enumerate(measure.name for measure in self.space.measures)
        named = sum(1 << m for m, name in names if name in self.review)
        return named if TESTS[self.test].by_cut else 0

    @cached_property
    def signable(self) -> NDArray[np.bool_]:
        """(P,): the packages that could be signed in the end if everything were open."""
        signable: NDArray[np.bool_] = self.allowed & (self.cuts & ~self.space.lowered == 0)
        signable.flags.writeable = False
        return signable

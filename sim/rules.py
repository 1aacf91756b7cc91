"""The rules of a talk and its calendar: frozen data, no behaviour beyond look-ups."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sim.outcomes import OutcomeSpace

ReviewTest = Literal["by_exchange", "by_admission", "by_change"]
Silence = Literal["pending", "refuse"]
FirstMover = Literal["draw", "hub", "partner"]


@dataclass(frozen=True)
class Calendar:
    """Rounds and their dates.

    Attributes:
        rounds: number of rounds to the deadline.
        start: date of round 1; None for talks without dates.
        days: days a round.
        deadline: date of the snap-back, for figures and transcripts.
    """

    rounds: int
    start: date | None = None
    days: int = 1
    deadline: date | None = None

    def date(self, round: int) -> date | None:
        """Give the day on which a round begins."""
        return None if self.start is None else self.start + timedelta(self.days * (round - 1))

    def time(self, round: int) -> float:
        """Give the relative time of a round: 0 in the first, 1 in the last."""
        return 1.0 if self.rounds == 1 else (round - 1) / (self.rounds - 1)


@dataclass(frozen=True)
class TalkRules:
    """Everything that is fixed about one talk.

    Attributes:
        name: name of the talk.
        hub, partner: the two countries.
        space: what can be agreed.
        review: names of the measures that must be reviewed before a deal (the review rule).
        test: what counts as reviewed.
        period: rounds that a measure has to be open (review test by exchange).
        cooldown: rounds after a refusal before the measure may be requested again.
        silence: what a hub that does not admit a request says: nothing, or a refusal.
        scope: whether there is scope play; without it every measure is open from the start.
        first_mover: who moves first in a round.
        null_deal: whether the package equal to no deal may be signed.
        positions: measures that the hub admits, and that the partner requests, by default.
    """

    name: str
    hub: str
    partner: str
    space: OutcomeSpace
    review: tuple[str, ...] = ()
    test: ReviewTest = "by_exchange"
    period: int = 2
    cooldown: int = 3
    silence: Silence = "pending"
    scope: bool = True
    first_mover: FirstMover = "draw"
    null_deal: bool = False
    positions: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

"""Bars: what the ratifiers of a talk have announced, as a seat sees it."""

from dataclasses import dataclass, replace
from typing import Any

from sim.protocol.votes import Ints, Vote


@dataclass(frozen=True, eq=False)
class Bar:
    """An announced bar: it concerns both sides, whoever's home it is.

    Attributes:
        country: whose home.
        name: of the ratifier.
        threshold: (W,) gain of that country from which it says yes, if a package were signed now,
            USD bn a year; a plain number in the view of one world.
        sd: standard deviation of the noise around it.
        tariffs, concessions: weight in that gain of what the rates bring, and of what the
            concessions do.
    """

    country: str
    name: str
    threshold: Any
    sd: float
    tariffs: float
    concessions: float

    @classmethod
    def of(cls, vote: Vote, draw: Ints, round: int) -> "Bar":
        """Read the bar that a package signed in a round meets, in worlds with these draws."""
        threshold = vote.bar(draw, round + vote.delay)
        threshold.flags.writeable = False
        return cls(
            vote.country, vote.name, threshold, vote.sd, vote.tariffs, vote.concessions
        )  # fmt: skip

    def one(self, row: int) -> "Bar":
        """Give the same in one world."""
        return replace(self, threshold=float(self.threshold[row]))

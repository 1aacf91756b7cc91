"""Where a seat sits: what its views read and nobody else's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.appraisal import Appraisal
from sim.protocol.shocks import ShocksInForce
from sim.protocol.state import Index, Ints, TalkState
from sim.protocol.votes import Vote
from sim.seats.views.visibility import Other, Visibility, offers, signed, terms

Floats = NDArray[np.float64]


@dataclass
class Seat:
    """One side of one talk, and all that belongs to it.

    Attributes:
        appraisals: what the hub and the partner decide by.
        exact: what things are worth to both, as they are: other than what a side decides by only
            where its ratifiers have announced their bars.
        others: the states of the other talks, and how much is seen of them.
        complete: whether a side knows the other's payoffs.
        weather: shocks in force, and threats.
        review_cost: (D, M) what a review costs this seat; None: nothing.
        discounts: discount factors a round, of the hub and of the partner.
        votes: of the ratifiers of both sides that have announced their bars.
        parameters: drawn parameters of the strategy, by name, (W,) each.
        memory: store of `Memory`.
        mirrors: packages of other talks in the own space, by talk.
        audience: (D,) what dropping a measure from the rule costs this seat, USD bn a year; None
            where it cannot.
    """

    side: int
    state: TalkState
    appraisals: tuple[Appraisal, Appraisal]
    exact: tuple[Appraisal, Appraisal]
    others: tuple[tuple[TalkState, Visibility], ...]
    complete: bool
    weather: ShocksInForce
    review_cost: Floats | None = None
    discounts: tuple[float, float] = (1.0, 1.0)
    votes: tuple[Vote, ...] = ()
    parameters: dict[str, Floats] = field(default_factory=dict)
    memory: dict[str, NDArray[Any]] = field(default_factory=dict)
    mirrors: Mapping[str, Ints] = field(default_factory=dict)
    audience: Floats | None = None

    @property
    def country(self) -> str:
        """The country that sits here."""
        return self.state.country[self.side]

    @property
    def name(self) -> str:
        """Name of the seat; the owner of its luck."""
        return f"{self.country}:{self.state.rules.name}"

    @property
    def threats(self) -> dict[str, int]:
        """Names of the threats that this country can make, with their numbers."""
        listed = enumerate(self.weather.threats.listed)
        return {threat.name: k for k, threat in listed if threat.country == self.country}

    def other(self, state: TalkState, sight: Visibility, at: Index, round: int) -> Other:
        """Give what is seen of another talk."""
        package = terms(state, sight, at, round)
        lying = offers(state, sight, self.country, at, round)
        mirrors = self.mirrors[state.rules.name]
        return Other(
            signed=signed(state, sight, at, round),
            package=package,
            mirror=np.where(package >= 0, mirrors[package], -1),
            offers=lying,
            mirrors=np.where(lying >= 0, mirrors[lying], -1),
        )

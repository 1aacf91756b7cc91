"""What is around the tables: who sees what, who ratifies, what may strike, who is patient."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.protocol.shocks import Shock
from sim.protocol.threats import Threat
from sim.seats.ratifiers import Ratifier
from sim.seats.views.visibility import Visibility

Floats = NDArray[np.float64]


def usual_sight(*, hub: bool) -> Visibility:
    """Give how much a country sees of another talk if nothing is said."""
    return Visibility("offers" if hub else "terms")


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Everything around the tables; by default there is nothing.

    Attributes:
        sights: by country and talk, how much it sees; the hub sees everything and a partner the
            terms of the others, if nothing is said.
        ratifiers: by talk.
        shocks, threats: in their order; `Payoffs.shocks` has the effects.
        common: correlation of the shocks through a common factor, 0 to 1.
        discounts: discount factor of a round by country, 1 if not given.
        announcements: rounds in which a further step of the path of no-deal rates becomes known.
        extension_cost: (D,) USD bn a year that the first extension costs the hub; the k-th costs k
            times as much.
        threat_cost: (K, D) USD bn a year that each threat costs who makes it.
    """

    sights: Mapping[tuple[str, str], Visibility] = field(default_factory=dict)
    ratifiers: Mapping[str, tuple[Ratifier, ...]] = field(default_factory=dict)
    shocks: tuple[Shock, ...] = ()
    threats: tuple[Threat, ...] = ()
    common: float = 0.0
    discounts: Mapping[str, float] = field(default_factory=dict)
    announcements: tuple[int, ...] = ()
    extension_cost: Floats | None = None
    threat_cost: Floats | None = None

    def sight(self, country: str, talk: str, *, hub: bool) -> Visibility:
        """Give how much a country sees of a talk in which it has no seat at the same table."""
        return self.sights.get((country, talk), usual_sight(hub=hub))

    def step(self, round: int) -> int:
        """Give the step of the path of no-deal rates that is known in a round."""
        return sum(announced <= round for announced in self.announcements)

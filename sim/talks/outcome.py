"""What one talk leaves behind in every world."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.protocol.state import Ints, TalkState

_KEPT = (
    "worlds", "draw", "first_mover", "status", "package", "ended_in", "signed_in", "agreed_in",
    "walked_by", "vetoes", "vetoed_by", "weather", "relented",
)  # fmt: skip
_COUNTED = ("offers", "refusals", "deadline", "extensions")


@dataclass(frozen=True, eq=False)
class TalkRecord:
    """How one talk ended in every world; the arrays of `TalkState`, its clock and docket (W, M)."""

    worlds: Ints
    draw: Ints
    first_mover: Ints
    status: Ints
    package: Ints
    ended_in: Ints
    signed_in: Ints
    agreed_in: Ints
    walked_by: Ints
    vetoes: Ints
    vetoed_by: Ints
    weather: Ints
    relented: Ints
    offers: Ints
    refusals: Ints
    deadline: Ints
    extensions: Ints
    docket: NDArray[np.int8]

    @classmethod
    def of(cls, state: TalkState) -> "TalkRecord":
        """Copy what a talk leaves."""
        kept = {name: getattr(state, name).copy() for name in _KEPT}
        kept["offers"] = np.array([tally.counts() for tally in state.offers])
        kept["refusals"] = state.refusals.counts().copy()
        kept["deadline"] = state.clock.deadline.copy()
        kept["extensions"] = state.clock.extensions.copy()
        return cls(**kept, docket=state.docket.states(np.arange(len(state.draw))))

    @classmethod
    def joined(cls, parts: Sequence["TalkRecord"]) -> "TalkRecord":
        """Join the records of consecutive worlds."""
        joined = {
            name: np.concatenate([getattr(p, name) for p in parts], axis=-1)
            for name in (*_KEPT, *_COUNTED)
        }
        return cls(**joined, docket=np.concatenate([p.docket for p in parts]))

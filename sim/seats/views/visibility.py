"""What a country sees of a talk that is not at hand: nothing, outcome, terms, or offers."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.chance.luck import uniforms
from sim.protocol.state import Index, Ints, Status, TalkState

Flags = NDArray[np.bool_]
Level = Literal["nothing", "outcome", "terms", "offers"]
LEVELS: tuple[Level, ...] = ("nothing", "outcome", "terms", "offers")


@dataclass(frozen=True)
class Visibility:
    """How much a country sees of a talk.

    Attributes:
        level: `"nothing"`; `"outcome"`: whether it is signed; `"terms"`: what was signed, too;
            `"offers"`: what lies on its table, too.
        lag: rounds after which it sees that: in round n what lay there at the end of round n − lag.
        leak: probability that in a round the offers are seen all the same.
    """

    level: Level = "terms"
    lag: int = 0
    leak: float = 0.0

    def at_least(self, level: Level) -> bool:
        """Tell whether so much is seen."""
        return LEVELS.index(self.level) >= LEVELS.index(level)


@dataclass(frozen=True)
class Other:
    """What a seat sees of another talk.

    A mirror is the package of the own space with the same terms: measures at the nearest level that
    is not higher, concessions at the nearest that is not more.

    Attributes:
        signed: (W,) whether there is a deal.
        package: (W,) its package in that talk's space, -1 if none is seen.
        mirror: (W,) mirror of that package, else -1.
        offers: (2, W) standing offers of the hub and of the partner there, -1 if none is seen.
        mirrors: (2, W) their mirrors, else -1.
    """

    signed: Flags
    package: Ints
    mirror: Ints
    offers: Ints
    mirrors: Ints


def signed(state: TalkState, sight: Visibility, at: Index, round: int) -> Flags:
    """Tell where a deal of a talk is seen, (n,)."""
    if not sight.at_least("outcome"):
        return np.zeros(len(at), dtype=bool)
    seen: Flags = (state.status[at] == Status.DEAL) & (state.ended_in[at] + sight.lag <= round)
    return seen


def terms(state: TalkState, sight: Visibility, at: Index, round: int) -> Ints:
    """Give the packages of the deals whose terms are seen, (n,), else -1."""
    if not sight.at_least("terms"):
        return np.full(len(at), -1, dtype=np.int64)
    return np.where(signed(state, sight, at, round), state.package[at], -1)


def offers(state: TalkState, sight: Visibility, country: str, at: Index, round: int) -> Ints:
    """Give the standing offers that a country sees, (2, n), else -1."""
    if sight.level == "offers":
        seen = np.ones(len(at), dtype=bool)
    elif sight.leak > 0:
        purpose = f"leak {state.rules.name}"
        worlds = len(state.draw)
        luck = uniforms(state.seed, country, purpose, worlds, first=state.first, turn=round)
        seen = luck[at, 0] < sight.leak
    else:
        return np.full((2, len(at)), -1, dtype=np.int64)
    if sight.lag == 0:
        return np.where(seen, state.lying[:, at], -1)
    if round <= sight.lag:
        return np.full((2, len(at)), -1, dtype=np.int64)
    return np.where(seen, state.left[round - sight.lag - 1][:, at], -1)

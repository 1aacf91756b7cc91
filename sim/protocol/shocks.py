"""Shocks to what no deal is worth; threats make them likelier."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.chance.luck import uniforms
from sim.protocol.threats import Threat, Threats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OWNER = "shocks"
"""Owner of the luck of shocks."""


@dataclass(frozen=True)
class Shock:
    """Something that changes what no deal is worth for some rounds; `Payoffs.shocks` says by what.

    Attributes:
        name: key.
        label: name for readers.
        hazard: probability that it strikes at the beginning of a round.
        round: round in which it strikes for certain; 0 for none.
        rounds: rounds for which it is in force; struck again meanwhile, it begins anew.
    """

    name: str
    label: str = ""
    hazard: float = 0.0
    round: int = 0
    rounds: int = 1


class ShocksInForce:
    """Which shocks are in force in every world.

    Attributes:
        bits: (W,) shocks in force, as bits.
        chances: (W, S) chance of each to be in force at the end of the talks as announced now,
            given what is in force and until when, its day or hazard, and the threats made so far.
        threats: what was threatened.
    """

    def __init__(
        self,
        shocks: Sequence[Shock],
        threats: Sequence[Threat],
        common: float,
        worlds: int,
        seed: int,
        first: int,
        talks: int = 1,
    ) -> None:
        self.shocks, self.common = shocks, common
        self.threats = Threats(threats, worlds, talks)
        self.seed, self.first, self.round = seed, first, 0
        self.chances = np.zeros((worlds, len(shocks)))
        self.bits = np.zeros(worlds, dtype=np.int64)
        self._until = np.zeros((len(shocks), worlds), dtype=np.int64)

    def strike(self, round: int) -> None:
        """Let the shocks strike that have their day in a round, before it begins."""
        for s, shock in enumerate(self.shocks):
            if shock.round == round:
                self._until[s] = round + shock.rounds - 1

    def begin(self, round: int) -> None:
        """Let shocks strike with their hazards at the beginning of a round, and others pass."""
        self.round = round
        for s, shock in enumerate(self.shocks):
            strikes = self._luck(s, round) < self._hazard(s, round)
            self._until[s, strikes] = round + shock.rounds - 1
            self.bits = self.bits & ~(1 << s) | (self._until[s] >= round).astype(np.int64) << s

    def look_ahead(self, end: Ints) -> None:
        """Work out what is expected of every shock in the last round of each world, (W,)."""
        if self.shocks:
            each = [self._chance(s, end) for s in range(len(self.shocks))]
            self.chances = np.stack(each, axis=1)

    def _chance(self, s: int, end: Ints) -> Floats:
        """Give the chance that a shock is in force in round `end`, (W,)."""
        spared = np.where(self._until[s] >= end, 0.0, 1.0)
        rounds = min(self.shocks[s].rounds, int(end.max(initial=0)) - self.round)
        for back in range(rounds):
            ahead = end - back
            hazard = np.minimum(self._hazard(s, ahead), 1.0)
            hazard = np.where(self.shocks[s].round == ahead, 1.0, hazard)
            spared *= np.where(ahead > self.round, 1 - hazard, 1.0)
        return 1 - spared

    def _hazard(self, s: int, round: int | Ints) -> Floats:
        """Give the probability that a shock strikes in a round, (W,), as threatened so far."""
        return self.shocks[s].hazard + self.threats.adds(s, round)

    def _luck(self, s: int, round: int) -> Floats:
        """Draw uniforms; with a common factor, those of a one-factor Gaussian copula (Vasicek)."""
        own = self._uniform(f"shock {self.shocks[s].name}", round)
        if not self.common:
            return own
        from scipy.special import ndtr, ndtri  # takes long to load, and most scenarios do without

        normal = np.sqrt(self.common) * ndtri(self._uniform("common factor", round))
        mixed: Floats = ndtr(normal + np.sqrt(1 - self.common) * ndtri(own))
        return mixed

    def _uniform(self, purpose: str, round: int) -> Floats:
        worlds = len(self.bits)
        luck = uniforms(self.seed, OWNER, purpose, worlds, first=self.first, turn=round)
        return luck[:, 0]

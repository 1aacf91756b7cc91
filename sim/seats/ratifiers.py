"""Ratification: a signed package takes effect if those at home agree; Putnam (1988)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.chance.luck import uniforms
from sim.protocol.state import Index, Ints
from sim.protocol.votes import Floats, Vote
from sim.seats.views.seat import Seat


@dataclass(frozen=True, eq=False)
class Ratifier(Vote):
    """Somebody at home without whom a signed package does not take effect.

    It votes by the values as they are, whatever it has announced.
    """

    def approves(self, place: Seat, at: Index, package: Ints, round: int) -> NDArray[np.bool_]:
        """Vote on signed packages in some worlds, (n,)."""
        bar = self.bar(place.state.draw[at], round) + self.sd * self._noise(place, at, round)
        yes: NDArray[np.bool_] = self.counted(place, at, package) >= bar
        return yes

    def counted(self, place: Seat, at: Index, package: Ints) -> Floats:
        """Give what packages are worth to the ratifier against no deal, (n,) USD bn a year."""
        appraisal = place.exact[place.side]
        nothing = np.full_like(package, -1)
        bare = package - package % place.state.rules.space.parts[1]
        none, kept, full = (appraisal.value_of(at, p) for p in (nothing, bare, package))
        return self.gain(none, kept, full, appraisal.situations.grid)

    def _noise(self, place: Seat, at: Index, round: int) -> Floats:
        from scipy.special import ndtri  # takes long to load, and most scenarios do without

        state, purpose = place.state, f"ratifier {self.name}"
        worlds = len(state.draw)
        luck = uniforms(state.seed, place.name, purpose, worlds, first=state.first, turn=round)
        noise: Floats = ndtri(np.maximum(luck[at, 0], 2.0**-54))
        return noise

"""Ratification: a signed package takes effect if those at home agree; Putnam (1988)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.luck import uniforms
from sim.place import Place
from sim.state import Index, Ints

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ratifier:
    """Somebody at home without whom a signed package does not take effect.

    It approves if what it counts as the gain of its country, against no deal as things stand on the
    day of the vote, reaches a threshold with normal noise.

    Attributes:
        name, label: for keys and for readers.
        country: whose home.
        threshold: (D,) USD bn a year.
        sd: standard deviation of the noise, drawn anew in every vote, USD bn a year.
        delay: rounds from the signature to the vote.
        tariffs, concessions: weight of what the rates bring, and of what the concessions do.
        events: rounds from which the threshold is shifted, and by what, (D,).
    """

    name: str
    country: str
    threshold: Floats
    sd: float = 1.0
    delay: int = 0
    tariffs: float = 1.0
    concessions: float = 1.0
    events: tuple[tuple[int, Floats], ...] = ()
    label: str = ""

    @property
    def key(self) -> str:
        """Country and name, for results."""
        return f"{self.country}.{self.name}"

    def approves(self, place: Place, at: Index, package: Ints, round: int) -> NDArray[np.bool_]:
        """Vote on signed packages in some worlds, (n,)."""
        state = place.state
        draw = state.draw[at]
        bar = self.threshold[draw] + self.sd * self._noise(place, at, round)
        for since, shift in self.events:
            if round >= since:
                bar = bar + shift[draw]
        yes: NDArray[np.bool_] = self.gain(place, at, package) >= bar
        return yes

    def gain(self, place: Place, at: Index, package: Ints) -> Floats:
        """Give what packages are worth to the ratifier against no deal, (n,) USD bn a year."""
        appraisal = place.appraisals[place.side]
        nothing = np.full_like(package, -1)
        bare = package - package % place.state.rules.space.parts[1]
        none, kept, full = (appraisal.value_of(at, p) for p in (nothing, bare, package))
        gain: Floats = self.tariffs * (kept - none) + self.concessions * (full - kept)
        return gain * appraisal.situations.grid

    def _noise(self, place: Place, at: Index, round: int) -> Floats:
        state, purpose = place.state, f"ratifier {self.name}"
        worlds = len(state.draw)
        luck = uniforms(state.seed, place.name, purpose, worlds, first=state.first, turn=round)
        noise: Floats = ndtri(np.maximum(luck[at, 0], 2.0**-54))
        return noise

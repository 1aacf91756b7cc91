"""Votes: what a ratifier counts, where its bar lies, and how likely it says yes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Steps = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Vote:
    """How somebody at home votes on a signed package; Putnam (1988).

    It says yes if what it counts as the gain of its country, against no deal as things stand on the
    day of the vote, reaches its bar with normal noise. The bar is a threshold, shifted by events.

    Attributes:
        name, label: for keys and for readers.
        country: whose home.
        threshold: (D,) USD bn a year.
        sd: standard deviation of the noise, drawn anew in every vote, USD bn a year.
        delay: rounds from the signature to the vote.
        tariffs, concessions: weight of what the rates bring, and of what the concessions do.
        events: rounds from which the threshold is shifted, and by what, (D,) USD bn a year.
        announced: whether both sides of the talk know the bar before they sign.
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
    announced: bool = False

    @property
    def key(self) -> str:
        """Country and name, for results."""
        return f"{self.country}.{self.name}"

    @property
    def turns(self) -> tuple[int, ...]:
        """Rounds from which a package that is signed meets another bar than before, rising."""
        return tuple(sorted({since - self.delay for since, _ in self.events}))

    def bar(self, draw: Ints, round: int) -> Floats:
        """Give the gain from which it says yes in a round but for noise, (n,) USD bn a year."""
        bar = self.threshold[draw]
        for since, shift in self.events:
            if round >= since:
                bar = bar + shift[draw]
        return bar

    def gain(self, none: Steps, bare: Steps, full: Steps, grid: float) -> Floats:
        """Give what packages are worth to it against no deal, USD bn a year.

        Args:
            none, bare, full: what no deal, the package without its concessions, and the package
                are worth to its country, in steps of the grid.
            grid: USD bn a year.
        """
        gain: Floats = self.tariffs * (bare - none) + self.concessions * (full - bare)
        return gain * grid

    def chance(self, gain: Floats, bar: Floats) -> Floats:
        """Give how likely it says yes to gains; without noise 0 or 1."""
        if self.sd == 0:
            return (gain >= bar).astype(np.float64)
        from scipy.special import ndtr  # takes long to load, and most scenarios do without

        likely: Floats = ndtr((gain - bar) / self.sd)
        return likely

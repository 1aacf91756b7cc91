"""What the packages of a talk are worth to a country while all outside the talk stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim import Scenario
from sim.payoffs.frontier import pareto

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Values:
    """Gains of a country over no deal in a talk, in the unit of the payoffs.

    Attributes:
        heads: (1 + H,) value of no deal and of every tariff part.
        tails: (n,) what concession parts add.
    """

    heads: Floats
    tails: Floats

    @classmethod
    def of(cls, game: Scenario, country: str, talk: int, draw: int, outlook: int) -> "Values":
        """Read the values of one draw in one situation (`sim.payoffs.tables.Payoffs.encode`)."""
        number = game.countries.index(country)
        rows = game.payoffs.row(number, talk, np.array([draw]), np.array([outlook]))
        return cls(rows[0], game.payoffs.tail[number][talk][draw])

    def gain(self, packages: ArrayLike) -> Floats:
        """Give what packages are worth against no deal, (n,); 0 for -1."""
        numbers = np.asarray(packages, dtype=np.int64)
        head, tail = np.divmod(np.maximum(numbers, 0), len(self.tails))
        gains = self.heads[1 + head] - self.heads[0] + self.tails[tail]
        return np.where(numbers < 0, 0.0, gains)

    def one(self, package: int) -> float:
        """Give what a package is worth against no deal."""
        return float(self.gain([package])[0])


def frontier(hub: Values, partner: Values, packages: Ints) -> Ints:
    """Give those of some packages that no other dominates, by rising gain of the hub."""
    if not len(packages):
        return packages
    points = np.stack([hub.gain(packages), partner.gain(packages)], axis=1)
    return packages[pareto(points)]


def best_for(mine: Values, theirs: Values, packages: Ints, least: float = 0.0) -> tuple[int, float]:
    """Give the package that is worth most to one side while the other gets at least so much.

    Returns:
        The package and its gain; -1 and 0 if there is none.
    """
    good = packages[theirs.gain(packages) >= least]
    if not len(good):
        return -1, 0.0
    gains = mine.gain(good)
    return int(good[np.argmax(gains)]), float(gains.max())


def best_or_none(mine: Values, theirs: Values, packages: Ints) -> tuple[int, float]:
    """Give what is best for one side while the other loses nothing: a package, or no deal.

    Returns:
        The package and its gain; -1 and 0 where no deal is worth as much as any.
    """
    package, gain = best_for(mine, theirs, packages)
    return (package, gain) if gain > 0 else (-1, 0.0)


def outlook_of(
    game: Scenario, talk: int, packages: Sequence[int], round: int, chances: Floats
) -> int:
    """Write the situation of a talk as it is, whoever sees it, as one integer.

    `chances` (1, S): of every shock to be in force at the end.
    """
    states = game.payoffs.states([np.array([package]) for package in packages])
    step = game.surroundings.step(round)
    forecast = game.payoffs.forecasts.number(chances)
    return int(game.payoffs.encode(talk, states, step, forecast)[0])

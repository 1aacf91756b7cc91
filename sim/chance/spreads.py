"""Ranges and distributions: what a config says of a number that nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.luck import uniforms

Floats = NDArray[np.float64]

Sampling = Literal["latin_hypercube", "independent"]
Shape = Literal["two_piece", "triangular", "uniform"]

_SUM = 1e-9
"""How far the probabilities of a choice may be from summing to one."""

_HALVINGS = 60
"""Of the interval in which a share of the mass is looked for."""

_BELOW_ONE = float(np.nextafter(1.0, 0.0))


def shares(
    seed: int, owner: str, name: str, draws: int, sampling: Sampling = "latin_hypercube"
) -> Floats:
    """Draw the shares of the mass below the values of an uncertain number, (D,) in [0, 1).

    Every number has a stream of its own: adding one moves no other.

    Args:
        seed: seed of the payoff draws.
        owner: whose number it is.
        name: what it is used for.
        draws: how many.
        sampling: `"latin_hypercube"`: one draw in each of D equal parts, in an order of its own
            (McKay, Beckman and Conover 1979); `"independent"`: draw d is the same however many
            there are. One draw is the same under both.
    """
    columns: Floats = uniforms(seed, owner, name, draws, n=2)
    within = columns[:, 0]
    if sampling == "independent":
        return within
    part = np.argsort(np.argsort(columns[:, 1], kind="stable"), kind="stable")
    stratified: Floats = np.minimum((part + within) / draws, _BELOW_ONE)
    return stratified


@dataclass(frozen=True)
class Spread:
    """A number that nobody knows: what is below `central` and above is for a shape to say.

    Attributes:
        low, central, high: in this order. Three equal values make a known number.
    """

    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        if not all(isfinite(x) for x in (self.low, self.central, self.high)):
            raise ValueError("low, central and high have to be finite")
        if not self.low <= self.central <= self.high:
            raise ValueError("low, central and high have to be in this order")

    @property
    def known(self) -> bool:
        """Whether there is only one value."""
        return self.low == self.high

    def quantile(self, u: ArrayLike) -> Floats:
        """Give the value below which the share u of the mass lies, elementwise."""
        raise NotImplementedError

    def below(self, value: ArrayLike) -> Floats:
        """Give the share of the mass below a value, elementwise; `quantile` the other way round."""
        wanted = np.asarray(value, dtype=np.float64)
        low, high = np.zeros_like(wanted), np.ones_like(wanted)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            less = self.quantile(middle) < wanted
            low, high = np.where(less, middle, low), np.where(less, high, middle)
        return high

    def sample(
        self,
        seed: int,
        owner: str,
        name: str,
        draws: int,
        sampling: Sampling = "latin_hypercube",
    ) -> Floats:
        """Draw (D,) values; the arguments are those of `shares`."""
        return self.quantile(shares(seed, owner, name, draws, sampling))


@dataclass(frozen=True)
class TwoPiece(Spread):
    """Half of the mass uniform on low to central, half on central to high: the median."""

    def quantile(self, u: ArrayLike) -> Floats:
        """Give the value below which the share u of the mass lies, elementwise."""
        share = 2.0 * np.asarray(u, dtype=np.float64)
        below = self.low + (self.central - self.low) * share
        above = self.central + (self.high - self.central) * (share - 1.0)
        return np.where(share <= 1.0, below, above)


@dataclass(frozen=True)
class Triangular(Spread):
    """A triangle from low over central, the likeliest value, to high."""

    def quantile(self, u: ArrayLike) -> Floats:
        """Give the value below which the share u of the mass lies, elementwise."""
        share = np.asarray(u, dtype=np.float64)
        width = self.high - self.low
        below = self.low + np.sqrt(share * width * (self.central - self.low))
        above = self.high - np.sqrt((1.0 - share) * width * (self.high - self.central))
        return np.where(share * width <= self.central - self.low, below, above)


@dataclass(frozen=True)
class Uniform(Spread):
    """Uniform on low to high; the central value stands for it where one value has to."""

    def quantile(self, u: ArrayLike) -> Floats:
        """Give the value below which the share u of the mass lies, elementwise."""
        return self.low + (self.high - self.low) * np.asarray(u, dtype=np.float64)


@dataclass(frozen=True)
class Listed(Spread):
    """Values that were drawn elsewhere, one for each draw, such as those of a posterior.

    Attributes:
        values: (D,) in the order of the draws.
    """

    values: tuple[float, ...] = ()

    @classmethod
    def of(cls, values: Sequence[float]) -> "Listed":
        """Give the values with their ends and their median.

        Raises:
            ValueError: there is none, or one is not finite.
        """
        if not len(values):
            raise ValueError("there is no value")
        low, central, high = np.quantile(np.array(values), [0.0, 0.5, 1.0]).tolist()
        return cls(low, central, high, tuple(float(value) for value in values))

    def quantile(self, u: ArrayLike) -> Floats:
        """Give the value below which the share u of the listed values lies, elementwise."""
        share = np.asarray(u, dtype=np.float64)
        found: Floats = np.quantile(np.array(self.values), share, method="inverted_cdf")
        return found

    def sample(
        self,
        seed: int,
        owner: str,
        name: str,
        draws: int,
        sampling: Sampling = "latin_hypercube",
    ) -> Floats:
        """Give the listed values, (D,); nothing is drawn.

        Raises:
            ValueError: another number of draws is wanted than there are values.
        """
        if draws != len(self.values):
            raise ValueError(f"{draws} draws are wanted of {len(self.values)} listed values")
        return np.array(self.values)


SHAPES: dict[Shape, type[Spread]] = {
    "two_piece": TwoPiece,
    "triangular": Triangular,
    "uniform": Uniform,
}


@dataclass(frozen=True)
class Drawn:
    """A strategy's parameter that is drawn once per world.

    Attributes:
        kind: `"uniform"` or `"choice"`.
        args: the two ends of a uniform; the values of a choice.
        p: probabilities of the values of a choice; equal ones if empty.
        name: dotted path of the field in the seat's strategy, as in configs and reports.
        leaf: what keys its luck: the last word of the path, counted from the inside where a
            strategy has it more than once, so that what is wrapped keeps its luck.
    """

    kind: Literal["uniform", "choice"]
    args: tuple[float, ...]
    p: tuple[float, ...] = ()
    name: str = ""
    leaf: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("uniform", "choice"):
            raise ValueError("the kind of a distribution is 'uniform' or 'choice'")
        if not all(isfinite(x) for x in (*self.args, *self.p)):
            raise ValueError("the numbers of a distribution have to be finite")
        if self.kind == "uniform":
            self._check_uniform()
        else:
            self._check_choice()

    def _check_uniform(self) -> None:
        if len(self.args) != 2 or self.args[0] > self.args[1]:
            raise ValueError("a uniform has two ends, the lower one first")
        if self.p:
            raise ValueError("a uniform has no p; only a choice has")

    def _check_choice(self) -> None:
        if not self.args:
            raise ValueError("a choice has at least one value")
        if self.p and len(self.p) != len(self.args):
            raise ValueError("a choice has as many p as values")
        if self.p and (min(self.p) < 0 or abs(sum(self.p) - 1) > _SUM):
            raise ValueError("the p of a choice are not negative and sum to 1")

    @classmethod
    def uniform(cls, low: float, high: float) -> "Drawn":
        """Give a uniform from low to high."""
        return cls("uniform", (low, high))

    @classmethod
    def choice(cls, values: Sequence[float], p: Sequence[float] = ()) -> "Drawn":
        """Give a choice among values, with probabilities p (equal ones if not given)."""
        return cls("choice", tuple(values), tuple(p))

    def quantile(self, u: ArrayLike) -> Floats:
        """Turn uniforms in [0, 1) into draws, elementwise."""
        share = np.asarray(u, dtype=np.float64)
        if self.kind == "uniform":
            low, high = self.args
            return low + (high - low) * share
        values = np.array(self.args, dtype=np.float64)
        p = np.array(self.p) if self.p else np.full(len(values), 1.0 / len(values))
        picked = np.searchsorted(np.cumsum(p), share, side="right")
        last = np.flatnonzero(p > 0)[-1]
        taken: Floats = values[np.minimum(picked, last)]
        return taken

"""A negotiation domain: two sides with given utilities over named values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from math import isfinite, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.protocol.issues import Issue
from sim.scenario.scenario import Scenario

Floats = NDArray[np.float64]

DECIMALS = 9
"""Utilities are rounded to this many decimals: sums that are equal on paper are equal here."""

SIDES = ("A", "B")
"""What the sides are called; the first is the hub of a scenario."""


@dataclass(frozen=True)
class Profile:
    """What one side wants: the utility of a package is the sum of weight times value utility.

    Attributes:
        weights: by issue, 0 to 1; they add up to 1.
        values: by issue and value the utility, 0 to 1.
        reservation: utility of no deal, 0 to 1.
    """

    weights: Mapping[str, float]
    values: Mapping[str, Mapping[str, float]]
    reservation: float = 0.0


@dataclass(frozen=True)
class Domain:
    """Two profiles over the same issues and values.

    A package is a number: the last issue of the first profile varies fastest, as in
    `sim.protocol.issues.OutcomeSpace`.

    Attributes:
        name: for readers.
        profiles: of side A and of side B.

    Raises:
        ValueError: the profiles differ in an issue or a value.
    """

    name: str
    profiles: tuple[Profile, Profile]

    def __post_init__(self) -> None:
        first, second = (
            {issue: set(values) for issue, values in profile.values.items()}
            for profile in self.profiles
        )
        if first != second:
            raise ValueError("the profiles of a domain have the same issues and values")

    @cached_property
    def issues(self) -> dict[str, tuple[str, ...]]:
        """The values of every issue, in the order of the first profile."""
        return {issue: tuple(values) for issue, values in self.profiles[0].values.items()}

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values of every issue."""
        return tuple(len(values) for values in self.issues.values())

    @property
    def size(self) -> int:
        """Number of packages, P."""
        return prod(self.shape)

    @cached_property
    def utilities(self) -> Floats:
        """(P, 2): utility of every package to both sides, rounded to `DECIMALS`."""
        table = np.stack([self._utilities(profile) for profile in self.profiles], axis=1)
        table.flags.writeable = False
        return table

    @property
    def reservation(self) -> Floats:
        """(2,): utility of no deal, rounded to `DECIMALS`."""
        return np.array([profile.reservation for profile in self.profiles]).round(DECIMALS)

    def package(self, **values: str) -> int:
        """Give the number of the package with these values, one for every issue.

        Raises:
            KeyError: an issue is missing.
            ValueError: an issue does not have the value.
        """
        numbers = [named.index(values[issue]) for issue, named in self.issues.items()]
        return int(np.ravel_multi_index(numbers, self.shape))

    def decode(self, package: int) -> dict[str, str]:
        """Give the value of every issue in a package."""
        numbers = np.unravel_index(package, self.shape)
        return {
            issue: values[n]
            for (issue, values), n in zip(self.issues.items(), numbers, strict=True)
        }

    def scenario(self, strategies: tuple[Any, Any], rounds: int, **more: Any) -> Scenario:
        """Give one talk over this domain: side A is the hub, side B the partner.

        Every value is a level, numbered as the domain numbers it. If all values of an issue are
        different numbers, the levels are these numbers, else 0, 1, 2, …

        Args:
            strategies: of side A and of side B, as in `Scenario.bilateral`.
            rounds: rounds to the deadline.
            more: further arguments of `Scenario.bilateral`.

        Raises:
            ConfigError: a strategy or another argument is wrong.
        """
        issues = [
            Issue(name, "concession", _levels(values), label=name)
            for name, values in self.issues.items()
        ]
        game = Scenario.bilateral(
            issues,
            (self.utilities[:, 0], self.utilities[:, 1]),
            strategies,
            rounds,
            reservation=(self.reservation[0], self.reservation[1]),
            **more,
        )
        return replace(game, name=self.name, title=self.name)

    def _utilities(self, profile: Profile) -> Floats:
        worth = [
            profile.weights[issue] * np.array([profile.values[issue][value] for value in values])
            for issue, values in self.issues.items()
        ]
        table: Floats = reduce(np.add.outer, worth).ravel().round(DECIMALS)
        return table


def _levels(values: tuple[str, ...]) -> tuple[float, ...]:
    """Read values as numbers, if all are different ones; else count them."""
    try:
        numbers = tuple(float(value) for value in values)
    except ValueError:
        numbers = ()
    if len(set(numbers)) == len(values) and all(isfinite(number) for number in numbers):
        return numbers
    return tuple(float(n) for n in range(len(values)))

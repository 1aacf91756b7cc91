"""Nash in Nash: packages of several talks, each the Nash point of its own talk given the others.

Every talk takes the deals of the others as they are and divides what its own deal adds for the hub
and for its partner, by the (weighted) product of gains over no deal. A fixed point is the solution
of Horn and Wolinsky (1988), which Collard-Wexler, Gowrisankaran and Lee (2019) call Nash in Nash.
Nobody in a talk counts what its deal does to the partners of the others: there the rivalry of
partners shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.frontier import Planes, nash
from sim.payoffs.tables import Payoffs
from sim.protocol.rules import TalkRules

Ints = NDArray[np.int64]
Packages = tuple[int, ...]


@dataclass(frozen=True)
class Answered:
    """Where the talks end up when each answers the others again and again.

    Attributes:
        start: packages at first, one a talk; -1 for no deal.
        packages: a fixed point, or some point of the cycle.
        period: sweeps after which the packages come again: 1 at a fixed point, more in a cycle, 0
            if nothing came again.
        sweeps: how often all talks answered, the last time without a change.
    """

    start: Packages
    packages: Packages
    period: int
    sweeps: int

    @property
    def converged(self) -> bool:
        """Whether the packages are a fixed point."""
        return self.period == 1


def nash_in_nash(
    payoffs: Payoffs,
    talks: Sequence[TalkRules],
    starts: Sequence[Packages] | None = None,
    *,
    draw: int = 0,
    weight: float = 0.5,
    most: int = 1_000,
) -> list[Answered]:
    """Let the talks answer each other, one after the other in every sweep, from several starts.

    Review rules, review costs and shocks are left out; the no-deal rates are the last ones that are
    known, and outside options count.

    Args:
        payoffs: of every end state.
        talks: their rules, of which the signable packages count.
        starts: packages, one a talk (-1: no deal). If not given: no deal anywhere, in every talk
            the package that is best for the hub, and the one that is best for the partner.
        draw: number of the draw.
        weight: bargaining weight of the hub in every talk, 0 to 1.
        most: sweeps after which a start is given up.
    """
    found = []
    for start in _corners(payoffs, talks, draw) if starts is None else starts:
        packages, met = tuple(start), {tuple(start): 0}
        period = sweeps = 0
        while not period and sweeps < most:
            packages, sweeps = _sweep(payoffs, talks, packages, draw, weight), sweeps + 1
            period = sweeps - met.setdefault(packages, sweeps)
        found.append(Answered(tuple(start), packages, period, sweeps))
    return found


def response(
    payoffs: Payoffs,
    talks: Sequence[TalkRules],
    talk: int,
    packages: Sequence[int],
    *,
    draw: int = 0,
    weight: float = 0.5,
) -> int:
    """Give the Nash point of a talk while the others have these packages (-1: no deal).

    Args:
        payoffs, talks, draw, weight: as in `nash_in_nash`.
        talk: number of the talk.
        packages: one a talk; its own does not count.

    Returns:
        A signable package, -1 if none gives both sides what no deal is worth to them.
    """
    plane, signable = _plane(payoffs, talk, packages, draw), np.flatnonzero(talks[talk].signable)
    found = nash(plane.utilities(signable), plane.reservations[0], weight)
    return int(signable[found]) if found >= 0 else -1


def _sweep(
    payoffs: Payoffs, talks: Sequence[TalkRules], packages: Packages, draw: int, weight: float
) -> Packages:
    """Let every talk answer once, each knowing the answers of those before it."""
    now = list(packages)
    for talk in range(len(talks)):
        now[talk] = response(payoffs, talks, talk, now, draw=draw, weight=weight)
    return tuple(now)


def _corners(payoffs: Payoffs, talks: Sequence[TalkRules], draw: int) -> list[Packages]:
    """Give the starts: no deal, and what is best for the hub and for the partners."""
    none = (-1,) * len(talks)
    best = []
    for talk, rules in enumerate(talks):
        signable = np.flatnonzero(rules.signable)
        utilities = _plane(payoffs, talk, none, draw).utilities(signable)
        best.append(signable[utilities.argmax(axis=0)].tolist() if len(signable) else [-1, -1])
    hub, partner = zip(*best, strict=True)
    return [none, hub, partner]


def _plane(payoffs: Payoffs, talk: int, packages: Sequence[int], draw: int) -> Planes:
    """Give the utilities of a talk while the others have these packages."""
    states = payoffs.states([np.array([package]) for package in packages])
    outlook = payoffs.encode(talk, states, len(payoffs.steps) - 1)
    return Planes.of(payoffs, talk, (0, talk + 1), np.array([draw]), outlook)

"""What a domain is like: opposition, frontier, solutions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domains.domain import Domain, Floats
from sim.payoffs.frontier import egalitarian, gains, kalai_smorodinsky, nash, pareto, utilitarian

Ints = NDArray[np.int64]

SOLUTIONS = {
    "nash": nash,
    "kalai_smorodinsky": kalai_smorodinsky,
    "egalitarian": egalitarian,
    "utilitarian": utilitarian,
}
"""The solutions of an analysis, as `sim.payoffs.frontier` defines them."""


@dataclass(frozen=True, eq=False)
class DomainAnalysis:
    """What a domain is like.

    Attributes:
        size: number of packages.
        opposition: distance of `closest` to complete satisfaction (see `opposition`).
        closest: the package nearest to complete satisfaction.
        reservation: (2,) utility of no deal.
        acceptable: number of packages that give both sides at least that.
        frontier: (F,) Pareto-optimal packages by rising utility of side A, one for each pair of
            utilities.
        solutions: by name the package, among the acceptable ones of the frontier; -1 where there is
            none.
    """

    size: int
    opposition: float
    closest: int
    reservation: Floats
    acceptable: int
    frontier: Ints
    solutions: Mapping[str, int]


def analyse(domain: Domain) -> DomainAnalysis:
    """Look at every package of a domain."""
    points, reservation = domain.utilities, domain.reservation
    frontier = pareto(points)
    found = {name: solve(points[frontier], reservation) for name, solve in SOLUTIONS.items()}
    distance, closest = opposition(points)
    return DomainAnalysis(
        size=domain.size,
        opposition=distance,
        closest=closest,
        reservation=reservation,
        acceptable=int(gains(points, reservation)[1].sum()),
        frontier=frontier,
        solutions={name: int(frontier[k]) if k >= 0 else -1 for name, k in found.items()},
    )


def opposition(points: Floats) -> tuple[float, int]:
    """Give the opposition of a domain, and the first package that has this distance.

    The smallest Euclidean distance of the utilities of any package to (1, 1), complete satisfaction
    of both sides: 0 if both can have all they want; Baarslag, Fujita, Gerding, Hindriks, Ito,
    Jennings, Jonker, Kraus, Lin, Robu and Williams (2013), Evaluating practical negotiating agents:
    results and analysis of the 2011 international competition, Artificial Intelligence 198, 73–103.
    Reservation values play no part.

    Args:
        points: (P, 2) utilities, 0 to 1.
    """
    distance = np.hypot(1 - points[:, 0], 1 - points[:, 1])
    closest = int(np.argmin(distance))
    return float(distance[closest]), closest

"""Counterfactual equilibria of the trade model, many tariff vectors at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.economy.equilibrium.equations import Calibration, Competition, Equations, Floats
from sim.economy.equilibrium.steps import Arrival, damped, inverse_jacobian, quasi_newton
from sim.errors import ConvergenceError

_CHUNK = 128
"""Tariff vectors that are iterated together: what fits into the cache."""

TOLERANCE = 1e-11
"""Largest relative residual at which a vector is done."""

MAX_ITERATIONS = 20_000
"""Iterations after which a vector that is not done is an error."""


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """New equilibria for B tariff vectors; hats are new over old, money in the unit of the flows.

    Attributes:
        welfare: (B, N) hats.
        wages: (B, N) hats; the world's wage bill is the numeraire.
        profits: (B, N, S) hats (of output, under perfect competition) of what is made in a region.
        revenue: (B, N) tariff revenue.
        price_index: (B, N, S) hats.
        consumer_price: (B, N) hats of the Cobb-Douglas index over sectors.
        flows: (B, N, N, S) sales net of duty, by origin, destination and sector.
        expenditure: (B, N) hats.
        iterations: (B,) until each vector's own residual met the tolerance.
        residual: (B,) largest relative change that the equilibrium conditions still ask for.
    """

    welfare: Floats
    wages: Floats
    profits: Floats
    revenue: Floats
    price_index: Floats
    consumer_price: Floats
    flows: Floats
    expenditure: Floats
    iterations: NDArray[np.int64]
    residual: Floats


def solve(
    flows: Floats,
    tariffs: Floats,
    new_tariffs: Floats,
    sigma: Floats,
    *,
    competition: Competition = "monopolistic",
    pass_through: Floats | None = None,
    owners: Floats | None = None,
    held: float = 1.0,
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
) -> Equilibrium:
    """Solve for the equilibria under new tariffs.

    Every vector takes its own way, stops on its own residual and is then frozen, so that a result
    does not depend on the batch. Quasi-Newton steps from the base year do nearly always; a vector
    that they do not bring home is begun again with damped ones.

    Args:
        flows: (N, N, S) base sales net of duty by origin, destination and sector, own sales
            included.
        tariffs: (N, N, S) base tariffs, fractions.
        new_tariffs: (B, N, N, S) new tariffs, fractions.
        sigma: (S,) elasticities of substitution, above 1.
        competition: with sector profits, or without.
        pass_through: (S,) share of a change of duty that buyers pay, above 0 to 1; the seller's
            price takes the rest. All 1 if not given, as in the long run. Only with profits.
        owners: (N, N, S) share of the profits made in a region and sector (second and third axis)
            that belongs to a region (first axis); its own if not given.
        held: share of the trade imbalances that stays, in units of the numeraire.
        tolerance: largest relative residual at which a vector is done.
        max_iterations: after which a vector that is not done is an error.

    Raises:
        ConvergenceError: a vector did not converge; it is named by its number.
        ValueError: shapes do not fit, a flow, tariff or elasticity is out of range, or a region
            sells or buys nothing at all.
    """
    _check(flows, tariffs, new_tariffs, sigma)
    if pass_through is not None:
        _check_pass_through(pass_through, sigma, competition)
    if owners is not None:
        _check_owners(owners, flows)
    base = Calibration(flows, tariffs, sigma, competition, pass_through, owners, held)
    inverse = inverse_jacobian(base)
    parts = []
    for start in range(0, len(new_tariffs), _CHUNK):
        some = new_tariffs[start : start + _CHUNK]
        equations = Equations(base, some)
        arrival = _arrive(equations, some, inverse, tolerance, max_iterations, start)
        came = {
            "iterations": arrival.iterations[: len(some)],
            "residual": arrival.residual[: len(some)],
        }
        parts.append(equations.results(arrival.wages, arrival.spending) | came)
    return Equilibrium(**{name: np.concatenate([p[name] for p in parts]) for name in parts[0]})


def without_imbalances(
    flows: Floats,
    tariffs: Floats,
    sigma: Floats,
    *,
    competition: Competition = "monopolistic",
    owners: Floats | None = None,
) -> Floats:
    """Give the flows of the base year if every region spent what it earns, (N, N, S).

    As in Dekle, Eaton and Kortum (2007) and Ossa (2014): an equilibrium at the same tariffs, from
    which changes of tariffs then start.

    Raises:
        ConvergenceError, ValueError: as `solve`.
    """
    found = solve(
        flows, tariffs, tariffs[None], sigma, competition=competition, owners=owners, held=0.0
    )
    balanced: Floats = found.flows[0]
    return balanced


def _arrive(
    equations: Equations,
    new_tariffs: Floats,
    inverse: Floats,
    tolerance: float,
    most: int,
    first: int,
) -> Arrival:
    """Bring every vector home, or say which one does not come."""
    base, found = equations.base, quasi_newton(equations, inverse, tolerance, most)
    rest = np.flatnonzero(~found.done[: len(new_tariffs)])
    if not len(rest):
        return found
    again = damped(Equations(base, new_tariffs[rest]), tolerance, most)
    if not again.done.all():
        worst = int(np.argmax(np.nan_to_num(np.where(again.done, 0, again.residual), nan=np.inf)))
        raise ConvergenceError(
            first + int(rest[min(worst, len(rest) - 1)]),
            f"did not converge in {again.iterations[worst]} steps: its residual is "
            f"{again.residual[worst]:.2g} and has to be below {tolerance:.2g}; check its tariffs, "
            f"the elasticities (the largest is {base.sigma.max():g}) and the trade imbalances, "
            "which stay unless they are purged",
        )
    return _merged(found, again, rest)


def _merged(found: Arrival, again: Arrival, rest: NDArray[np.int64]) -> Arrival:
    """Put what was begun again in its place."""
    names = ("wages", "spending", "residual", "done")
    parts = {name: getattr(found, name).copy() for name in names}
    for name, part in parts.items():
        part[..., rest] = getattr(again, name)[..., : len(rest)]
    iterations = found.iterations.copy()
    iterations[rest] += again.iterations[: len(rest)]
    return Arrival(**parts, iterations=iterations)


def _check(flows: Floats, tariffs: Floats, new_tariffs: Floats, sigma: Floats) -> None:
    regions, sectors = flows.shape[0], flows.shape[-1]
    shape = (regions, regions, sectors)
    if flows.shape != shape or tariffs.shape != shape or new_tariffs.shape[1:] != shape:
        raise ValueError(
            f"flows {flows.shape}, tariffs {tariffs.shape} and new_tariffs {new_tariffs.shape} "
            "do not fit: they are (N, N, S), (N, N, S) and (B, N, N, S)"
        )
    if not len(new_tariffs):
        raise ValueError("new_tariffs holds no tariff vector; give at least one")
    if sigma.shape != (sectors,) or not (np.isfinite(sigma) & (sigma > 1)).all():
        raise ValueError(f"sigma has to be {sectors} elasticities above 1, not {sigma}")
    if not (np.isfinite(flows) & (flows >= 0)).all():
        raise ValueError("a flow is negative or not a number; give sales, 0 where there are none")
    if not (flows.sum(axis=(1, 2)) > 0).all() or not (flows.sum(axis=(0, 2)) > 0).all():
        raise ValueError("every region has to sell something and to buy something")
    for name, rates in (("tariffs", tariffs), ("new_tariffs", new_tariffs)):
        if not (np.isfinite(rates) & (rates > -1)).all():
            raise ValueError(f"{name} have to be finite fractions above -1 (-100 %)")


def _check_pass_through(passed: Floats, sigma: Floats, competition: Competition) -> None:
    if passed.shape != sigma.shape or not ((passed > 0) & (passed <= 1)).all():
        raise ValueError(f"pass_through has to be {len(sigma)} shares above 0 to 1, not {passed}")
    if competition == "perfect" and (passed != 1).any():
        raise ValueError(
            "pass_through has to be 1 under perfect competition: without profits nobody can bear "
            "a part of a duty"
        )


def _check_owners(owners: Floats, flows: Floats) -> None:
    if owners.shape != flows.shape or not (np.isfinite(owners) & (owners >= 0)).all():
        raise ValueError(f"owners has to be {flows.shape} shares that are not negative")
    if not np.allclose(owners.sum(axis=0), 1, rtol=0, atol=1e-9):
        raise ValueError("the owners of a region's profits in a sector have to add up to 1")

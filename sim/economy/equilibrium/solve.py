"""Counterfactual equilibria of the trade model, many tariff vectors at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.economy.data.options import Competition, Floats, Labour, Links, Revenue
from sim.economy.equilibrium.equations import Calibration, Equations
from sim.economy.equilibrium.givens import check, check_margins, check_numbers
from sim.economy.equilibrium.linked import LinkedEquations
from sim.economy.equilibrium.steps import (
    Arrival,
    continued,
    damped,
    inverse_jacobian,
    quasi_newton,
    together,
)
from sim.errors import ConvergenceError

TOLERANCE = 1e-11
"""Largest relative residual at which a vector is done."""

MAX_ITERATIONS = 20_000
"""Iterations after which a vector that is not done is an error."""


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """New equilibria for B tariff vectors; hats are new over old, money in the unit of the flows.

    Attributes:
        welfare: (B, N) hats of real final expenditure; with labour supply, of that less what hours
            cost.
        wages: (B, N) hats of what an hour is paid; the world's wage bill is the numeraire.
        profits: (B, N, S) hats (of output, where the markup is 0) of what is made in a region.
        revenue: (B, N) tariff revenue.
        price_index: (B, N, S) hats.
        consumer_price: (B, N) hats of the Cobb-Douglas index over sectors.
        flows: (B, N, N, S) sales net of duty, by origin, destination and sector.
        expenditure: (B, N) hats of final expenditure.
        labour: (B, N) hats of hours worked; 1 where they are fixed.
        net_of_tax: (B, N) hats of what is left of a wage after tax; 1 if revenue is a lump sum.
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
    labour: Floats
    net_of_tax: Floats
    iterations: NDArray[np.int64]
    residual: Floats


def solve(
    flows: Floats,
    tariffs: Floats,
    new_tariffs: Floats,
    sigma: Floats,
    *,
    competition: Competition = "monopolistic",
    markup: Floats | None = None,
    links: Links | None = None,
    labour: Labour | float | None = None,
    revenue: Revenue = "lump_sum",
    pass_through: Floats | None = None,
    owners: Floats | None = None,
    held: float = 1.0,
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
) -> Equilibrium:
    """Solve for the equilibria under new tariffs.

    Every vector takes its own way, stops on its own residual and is then frozen, so that a result
    does not depend on the batch. Quasi-Newton steps from the base year do nearly always; a vector
    that they do not bring home is begun again with damped ones, and then led there through tariffs
    in between.

    Args:
        flows: (N, N, S) base sales net of duty by origin, destination and sector, own sales
            included, in any unit of money.
        tariffs: (N, N, S) base tariffs, fractions.
        new_tariffs: (B, N, N, S) new tariffs, fractions.
        sigma: (S,) elasticities of substitution, above 1; a trade elasticity plus one.
        competition: with sector profits, or without.
        markup: (S,) profits per unit of sales, 0 to below 1; 1 / sigma if not given, 0 under
            perfect competition.
        links: shares of value added and of inputs; without them labour is the only cost.
        labour: how labour is supplied, or its elasticity alone; without it all labour is at work.
        revenue: goes to households ("lump_sum"), or cuts the tax on labour ("labour_tax"): by as
            many points as revenue rises as a share of the wage bill. Without labour supply that
            is the same.
        pass_through: (S,) share of a change of duty that buyers pay, above 0 to 1; the seller's
            price takes the rest. All 1 if not given, as in the long run. Only with profits.
        owners: (N, N, S) share of the profits made in a region and sector (second and third axis)
            that belongs to a region (first axis); its own if not given.
        held: share of the trade imbalances that stays, in units of the numeraire.
        tolerance: largest relative residual at which a vector is done.
        max_iterations: after which a vector that is not done is an error.

    Raises:
        ConvergenceError: a vector did not converge; it is named by its number.
        ValueError: shapes do not fit, a number is out of range, a region sells or buys nothing at
            all, some regions do not trade with the others, final demand is negative, or sellers
            who bear a part of a duty lose on every unit.
    """
    supply = Labour(labour) if isinstance(labour, int | float) else labour
    check(flows, tariffs, new_tariffs, sigma, pass_through, owners, links, supply, revenue)
    check_numbers(held, tolerance, max_iterations)
    linked = links is not None and bool((links.value_added != 1).any())
    base = Calibration(
        flows,
        tariffs,
        sigma,
        competition,
        pass_through,
        owners,
        held,
        markup=markup,
        links=links if linked else None,
        labour=supply,
        revenue=revenue,
    )
    check_margins(base, new_tariffs)
    kind = LinkedEquations if linked or supply is not None else Equations
    inverse, parts = inverse_jacobian(kind, base), []
    chunk = together(base)
    for start in range(0, len(new_tariffs), chunk):
        some = new_tariffs[start : start + chunk]
        equations = kind(base, some)
        arrival = _arrive(equations, some, inverse, tolerance, max_iterations, start)
        came = {
            "iterations": arrival.iterations[: len(some)],
            "residual": arrival.residual[: len(some)],
        }
        parts.append(equations.results(arrival.hats) | came)
    return Equilibrium(**{name: np.concatenate([p[name] for p in parts]) for name in parts[0]})


def without_imbalances(
    flows: Floats,
    tariffs: Floats,
    sigma: Floats,
    *,
    competition: Competition = "monopolistic",
    markup: Floats | None = None,
    links: Links | None = None,
    owners: Floats | None = None,
) -> Floats:
    """Give the flows of the base year if every region spent what it earns, (N, N, S).

    As in Dekle, Eaton and Kortum (2007) and Ossa (2014): an equilibrium at the same tariffs, from
    which changes of tariffs then start.

    Raises:
        ConvergenceError, ValueError: as `solve`.
    """
    found = solve(
        flows,
        tariffs,
        tariffs[None],
        sigma,
        competition=competition,
        markup=markup,
        links=links,
        owners=owners,
        held=0.0,
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
    base, kind = equations.base, type(equations)
    found = quasi_newton(equations, inverse, tolerance, most)
    rest = np.flatnonzero(~found.done[: len(new_tariffs)])
    if len(rest) and kind is Equations:
        again = damped(kind(base, new_tariffs[rest]), tolerance, most)
        found = _merged(found, again, rest)
        rest = rest[~again.done[: len(rest)]]
    for k in rest:
        again = continued(kind, base, new_tariffs[k], tolerance, most)
        found = _merged(found, again, np.array([k]))
        if not again.done[0]:
            raise ConvergenceError(first + int(k), _said(base, found, int(k), tolerance, most))
    return found


def _said(base: Calibration, found: Arrival, k: int, tolerance: float, most: int) -> str:
    steps = min(int(found.iterations[k]), most)
    return (
        f"did not converge in {steps} steps: its residual is "
        f"{found.residual[k]:.2g} and has to be below {tolerance:.2g}; check its tariffs, "
        f"the elasticities (the largest is {base.sigma.max():g}) and the trade imbalances, "
        "which stay unless they are purged"
    )


def _merged(found: Arrival, again: Arrival, rest: NDArray[np.int64]) -> Arrival:
    """Put what was begun again in its place."""
    parts = {name: getattr(found, name).copy() for name in ("hats", "residual", "done")}
    for name, part in parts.items():
        part[..., rest] = getattr(again, name)[..., : len(rest)]
    iterations = found.iterations.copy()
    iterations[rest] += again.iterations[: len(rest)]
    return Arrival(**parts, iterations=iterations)

"""Towards an equilibrium: quasi-Newton steps, and damped ones where these fail."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.economy.equilibrium.equations import Calibration, Equations, Floats

_MOST = 40
"""Quasi-Newton steps, after which a vector is left to the damped ones."""

_NUDGE = 1e-6
"""Relative change of wages and expenditures that gives the Jacobian at the base year."""

_BRAKE, _PUSH, _LEAST_STEP = 0.7, 1.05, 0.1
"""A vector's damped step shrinks when its residual grows, and lengthens while it falls.

It never falls below this part of the first: on the way to an equilibrium a residual may grow.
"""

_LEAST_SPENDING = 0.1
"""Part of a region's expenditure that is left after a step, also where its income is negative."""

_LOST = 1e6
"""Residual at which there is nothing to converge to."""


@dataclass(frozen=True, eq=False)
class Arrival:
    """Where the vectors of a batch came to, filled up to lanes.

    Attributes:
        wages, spending: (N, lanes) hats.
        iterations: (lanes,) times that a vector's conditions were computed.
        residual: (lanes,) largest relative change that they still ask for.
        done: (lanes,) whether that is below the tolerance.
    """

    wages: Floats
    spending: Floats
    iterations: NDArray[np.int64]
    residual: Floats
    done: NDArray[np.bool_]


def inverse_jacobian(base: Calibration) -> Floats:
    """Give the inverse of the Jacobian at the base year, (2N, 2N), by central differences."""
    still = 2 * len(base.expenditure)
    nudges = _NUDGE * np.concatenate([np.eye(still), -np.eye(still)], axis=1)
    equations = Equations(base, np.repeat(base.tariffs[None], 2 * still, axis=0))
    logs = np.zeros((still, equations.lanes))
    logs[:, : 2 * still] = nudges
    change = _change(equations, logs)
    slopes = (change[:, :still] - change[:, still : 2 * still]) / (2 * _NUDGE)
    return np.asarray(np.linalg.inv(slopes), dtype=np.float64)


def quasi_newton(equations: Equations, inverse: Floats, tolerance: float, most: int) -> Arrival:
    """Take steps of Broyden's (good) method from the base year, in logarithms.

    The Jacobian starts as that of the base year and is updated along the way of each vector; the
    recursion over the steps taken is that of Kelley (1995, section 7.3).
    """
    logs = np.zeros((len(inverse), equations.lanes))
    steps: list[Floats] = []
    with np.errstate(all="ignore"):
        change = _change(equations, logs)
        residual = np.abs(change).max(axis=0)
        iterations = np.ones(equations.lanes, dtype=np.int64)
        open_ = ~(residual < tolerance)
        while open_.any() and len(steps) < min(most, _MOST) - 1:
            steps.append(np.where(open_, _step(change, inverse, steps), 0.0))
            logs = logs + steps[-1]
            change = _change(equations, logs)
            residual = np.where(open_, np.abs(change).max(axis=0), residual)
            iterations += open_
            open_ &= ~(residual < tolerance)
        half = len(logs) // 2
        wages, spending = np.exp(logs[:half]), np.exp(logs[half:])
    return Arrival(wages, spending, iterations, residual, ~open_)


def _step(change: Floats, inverse: Floats, steps: list[Floats]) -> Floats:
    """Give the next step, (2N, lanes), from what the conditions ask for and the steps so far."""
    step: Floats = -np.einsum("kl,lb->kb", inverse, change)
    for k, last in enumerate(steps):
        size = np.where(last.any(axis=0), (last * last).sum(axis=0), 1.0)
        along = (last * step).sum(axis=0) / size
        step = step + steps[k + 1] * along if k + 1 < len(steps) else step / (1 - along)
    return step


def _change(equations: Equations, logs: Floats) -> Floats:
    """Give the relative changes that are asked for, (2N, lanes).

    One wage equation follows from the others; what is taken off each is the distance of the
    world's wage bill, the numeraire, from that of the base year. It is zero in an equilibrium.
    """
    half = len(logs) // 2
    wages, spending = np.exp(logs[:half]), np.exp(logs[half:])
    new_wages, new_spending = equations.ask(wages, spending)
    bill = equations.base.wage_bill
    numeraire = (bill[:, None] * wages).sum(axis=0) / bill.sum() - 1
    return np.concatenate([new_wages / wages - 1 - numeraire, new_spending / spending - 1])


def damped(equations: Equations, tolerance: float, most: int) -> Arrival:
    """Take damped steps on wages and expenditure, each vector at its own length."""
    base = equations.base
    wages, spending = np.ones((2, len(base.expenditure), equations.lanes))
    step = np.full(equations.lanes, 1 / base.sigma.max())
    least = _LEAST_STEP * step
    residual, last = np.full((2, equations.lanes), np.inf)
    iterations = np.zeros(equations.lanes, dtype=np.int64)
    open_ = np.ones(equations.lanes, dtype=bool)
    for _ in range(most):
        new_wages, new_spending = equations.ask(wages, spending)
        change = np.maximum(np.abs(new_wages / wages - 1), np.abs(new_spending / spending - 1))
        residual = np.where(open_, change.max(axis=0), residual)
        iterations += open_
        open_ &= ~(residual < tolerance)
        step = np.where(residual > last, step * _BRAKE, step * _PUSH).clip(least, 1.0)
        last = residual
        if not open_.any() or not (residual < _LOST).all():
            break
        moved = wages * (new_wages / wages) ** step
        moved *= base.wage_bill.sum() / (base.wage_bill[:, None] * moved).sum(axis=0)
        wages = np.where(open_, moved, wages)
        ratio = np.maximum(new_spending / spending, _LEAST_SPENDING)
        spending = np.where(open_, spending * ratio ** np.minimum(2 * step, 1.0), spending)
    return Arrival(wages, spending, iterations, residual, ~open_)

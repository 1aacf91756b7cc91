"""Towards an equilibrium: quasi-Newton steps, and damped ones where these fail."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.economy.data.options import Floats
from sim.economy.equilibrium.equations import LANES, Calibration, Equations

_MOST = 40
"""Quasi-Newton steps, after which a vector is left to the damped ones."""

_NUDGE = 1e-6
"""Relative change of wages and expenditures that gives the Jacobian at the base year."""

_TOGETHER = 128
"""Tariff vectors that are iterated together at most: what fits into the cache."""

_MEMORY, _ARRAYS = 128 * 2**20, 9
"""Bytes for the arrays of the size of all flows, of which there are so many at a time."""

_DAMPED = 2000
"""Damped steps, after which a vector is led through tariffs in between."""

_SHORTEST = 1e-3
"""Shortest part of the way to the new tariffs that is tried in one go."""

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
        hats: (unknowns, lanes).
        iterations: (lanes,) times that a vector's conditions were computed.
        residual: (lanes,) largest relative change that they still ask for.
        done: (lanes,) whether that is below the tolerance.
    """

    hats: Floats
    iterations: NDArray[np.int64]
    residual: Floats
    done: NDArray[np.bool_]


def together(base: Calibration) -> int:
    """Give how many tariff vectors are iterated together: what fits into the cache, or memory."""
    fit = _MEMORY // (_ARRAYS * base.flows.nbytes)
    return int(max(LANES, min(_TOGETHER, fit // LANES * LANES)))


def inverse_jacobian(kind: type[Equations], base: Calibration) -> Floats:
    """Give the inverse of the Jacobian at the base year, (unknowns, unknowns)."""
    lanes = together(base)
    equations = kind(base, np.broadcast_to(base.tariffs, (lanes, *base.tariffs.shape)))
    inverse = np.linalg.inv(slopes(equations, np.zeros(equations.unknowns)))
    return np.asarray(inverse, dtype=kind.precision)


def slopes(equations: Equations, logs: Floats) -> Floats:
    """Give the Jacobian at some logarithms (unknowns,), by central differences.

    Args:
        equations: with the same tariffs in every lane, as many as are computed at a time.
        logs: where.
    """
    size, lanes = len(logs), equations.lanes
    found = np.empty((size, 2 * size))
    for start in range(0, 2 * size, lanes):
        columns = np.arange(start, min(start + lanes, 2 * size))
        moved = np.repeat(logs[:, None], lanes, axis=1)
        moved[columns % size, columns - start] += np.where(columns < size, _NUDGE, -_NUDGE)
        found[:, columns] = equations.change(moved)[:, : len(columns)]
    return (found[:, :size] - found[:, size:]) / (2 * _NUDGE)


def quasi_newton(equations: Equations, inverse: Floats, tolerance: float, most: int) -> Arrival:
    """Take steps of Broyden's (good) method from the base year, in logarithms.

    The Jacobian starts as that of the base year and is updated along the way of each vector; the
    recursion over the steps taken is that of Kelley (1995, section 7.3).
    """
    logs = np.zeros((len(inverse), equations.lanes))
    steps: list[Floats] = []
    with np.errstate(all="ignore"):
        change = equations.change(logs)
        residual = np.abs(change).max(axis=0)
        iterations = np.ones(equations.lanes, dtype=np.int64)
        open_ = ~(residual < tolerance)
        while open_.any() and len(steps) < min(most, _MOST) - 1:
            steps.append(np.where(open_, _step(change, inverse, steps), 0.0))
            logs = logs + steps[-1]
            change = equations.change(logs)
            residual = np.where(open_, np.abs(change).max(axis=0), residual)
            iterations += open_
            open_ &= ~(residual < tolerance)
        hats = np.exp(logs)
    return Arrival(hats, iterations, residual, ~open_)


def _step(change: Floats, inverse: Floats, steps: list[Floats]) -> Floats:
    """Give the next step, (2N, lanes), from what the conditions ask for and the steps so far."""
    first = np.einsum("kl,lb->kb", inverse, change.astype(inverse.dtype, copy=False))
    step: Floats = -first.astype(np.float64, copy=False)
    for k, last in enumerate(steps):
        size = np.where(last.any(axis=0), (last * last).sum(axis=0), 1.0)
        along = (last * step).sum(axis=0) / size
        step = step + steps[k + 1] * along if k + 1 < len(steps) else step / (1 - along)
    return step


def damped(equations: Equations, tolerance: float, most: int) -> Arrival:
    """Take damped steps on wages and expenditure, each vector at its own length."""
    base = equations.base
    wages, spending = np.ones((2, len(base.expenditure), equations.lanes))
    step = np.full(equations.lanes, 1 / base.sigma.max())
    least = _LEAST_STEP * step
    residual, last = np.full((2, equations.lanes), np.inf)
    iterations = np.zeros(equations.lanes, dtype=np.int64)
    open_ = np.ones(equations.lanes, dtype=bool)
    for _ in range(min(most, _DAMPED)):
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
    return Arrival(np.concatenate([wages, spending]), iterations, residual, ~open_)


def continued(
    kind: type[Equations], base: Calibration, tariffs: Floats, tolerance: float, most: int
) -> Arrival:
    """Go to new tariffs, (N, N, S), through those in between, with Newton's steps at each.

    The part of the way that is gone at once is halved where Newton's steps fail, and doubled where
    they do not; between two rates lies their geometric mean (of one plus the rate).
    """
    ratio = (1 + tariffs) / (1 + base.tariffs)
    lanes = min(together(base), _TOGETHER)
    logs, gone, step, used = None, 0.0, 1.0, 0
    residual = np.inf
    while gone < 1 and step >= _SHORTEST:
        to = min(gone + step, 1.0)
        at = tariffs if to == 1 else (1 + base.tariffs) * ratio**to - 1
        equations = kind(base, np.broadcast_to(at, (lanes, *at.shape)))
        start = np.zeros(equations.unknowns) if logs is None else logs
        found, off, tries = _newton(equations, start, tolerance, most - used)
        used += tries
        if off < tolerance:
            logs, gone, step = found, to, 2 * step
        else:
            step /= 2
        residual = off if to == 1 else residual
    last = np.zeros(kind(base, tariffs[None]).unknowns) if logs is None else logs
    done = np.array([gone >= 1])
    return Arrival(np.exp(last)[:, None], np.array([used]), np.array([residual]), done)


def _newton(
    equations: Equations, logs: Floats, tolerance: float, most: int
) -> tuple[Floats, float, int]:
    """Take Newton's steps, halved as long as the residual does not fall.

    Returns:
        Where they lead to, the residual there, and how often the conditions were computed.
    """
    used = 1

    def change(at: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return equations.change(np.repeat(at[:, None], equations.lanes, axis=1))[:, 0]

    now = change(logs)
    while used <= most and not np.abs(now).max() < tolerance:
        if used + 2 * len(logs) > most or not np.isfinite(now).all():
            break
        used += 2 * len(logs)
        try:
            step = np.linalg.solve(slopes(equations, logs), -now)
        except np.linalg.LinAlgError:
            break
        part, better = 1.0, False
        while part > _SHORTEST and not better:
            asked = change(logs + part * step)
            used, better = used + 1, bool(np.abs(asked).max() < np.abs(now).max())
            part /= 2
        if not better:
            break
        logs, now = logs + 2 * part * step, asked
    off = float(np.nan_to_num(np.abs(now).max(), nan=np.inf))
    return logs, off, used

"""Samples of the unit cube, for designs: space filling, and for sensitivity analysis."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.config.shipped import install
from sim.errors import ConfigError

Floats = NDArray[np.float64]


def latin_hypercube(paths: int, points: int, seed: int) -> Floats:
    """Put one point into each of so many equal slices of every axis; McKay et al. (1979)."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(paths, rng=seed).random(points))


def sobol(paths: int, points: int, seed: int) -> Floats:
    """Take the first points of a scrambled Sobol sequence; Sobol (1967), Owen (1998).

    Raises:
        ConfigError: the number of points is no power of two, or there are too many paths.
    """
    from scipy.stats import qmc

    if points & (points - 1):
        near = 1 << (points.bit_length() - 1)
        raise ConfigError(
            f"design.points: {points} is no power of two, as a Sobol sequence needs; "
            f"take {near} or {2 * near}"
        )
    if paths > qmc.Sobol.MAXDIM:
        raise ConfigError(
            f"uncertainties: {paths} paths are more than the {qmc.Sobol.MAXDIM} of a Sobol "
            "sequence; use latin_hypercube"
        )
    return np.asarray(qmc.Sobol(paths, rng=seed).random(points))


def morris(paths: int, points: int, seed: int) -> Floats:
    """Take trajectories that change one path at a time, (points x (paths + 1), paths).

    Morris (1991), four levels; needs the extra `sensitivity`.
    """
    sample = _salib().morris.sample(_problem(paths), points, num_levels=4, seed=seed)
    return np.asarray(sample, dtype=np.float64)


def saltelli(paths: int, points: int, seed: int, pairs: bool = True) -> Floats:
    """Take the points of Sobol indices, (points x (2 paths + 2), paths).

    Saltelli (2002), Saltelli et al. (2010); needs the extra `sensitivity`. Without `pairs`, those
    of first and total indices alone, (points x (paths + 2), paths).

    Raises:
        ConfigError: the number of points is no power of two, or the extra is missing.
    """
    if points & (points - 1):
        raise ConfigError(
            f"design.points: {points} is no power of two, as a Saltelli sample needs; "
            f"take {1 << (points.bit_length() - 1)} or {1 << points.bit_length()}"
        )
    sample = _salib().sobol.sample(_problem(paths), points, calc_second_order=pairs, seed=seed)
    return np.asarray(sample, dtype=np.float64)


SAMPLES: dict[str, Callable[[int, int, int], Floats]] = {
    "latin_hypercube": latin_hypercube,
    "sobol": sobol,
    "morris": morris,
    "saltelli": saltelli,
}
"""By name: (paths, points, seed) -> (n, paths) in [0, 1]."""


def _problem(paths: int) -> dict[str, Any]:
    names = [f"x{k}" for k in range(paths)]
    return {"num_vars": paths, "names": names, "bounds": [[0.0, 1.0]] * paths}


def _salib() -> Any:
    if find_spec("SALib") is None:
        raise ConfigError(
            "design.uncertainties: a design for sensitivity analysis needs SALib; "
            f"install it with: {install('sensitivity')}"
        )
    import SALib.sample.morris
    import SALib.sample.sobol

    return SALib.sample

"""Sensitivity indices with intervals, and how they settle as the sample grows; by SALib.

SALib (MIT licence) is used because it computes both kinds from the samples that it makes; see
Herman and Usher (2017). Its intervals are those of a bootstrap over base points or trajectories,
and widened as their number needs.
"""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.sensitivity.answers import Answers
from experiments.results.clustered import stretch
from sim.config.shipped import install
from sim.errors import ConfigError

Floats = NDArray[np.float64]

RESAMPLES = 500
"""Of the bootstrap behind the intervals."""

_LEAST = 8
"""Base points, or trajectories, of the smallest part of a sample that is looked at."""

KINDS = {
    "saltelli": {
        "first": "share of the variance that the parameter explains alone",
        "total": "share of the variance that the parameter explains alone and together with others",
    },
    "morris": {
        "strength": "mean size of what a step of two thirds of the range changes, per whole range",
        "spread": "standard deviation of the effects: curvature, and interplay with others",
    },
}
"""By design, what is computed and what it says: Sobol (1993) and Saltelli et al. (2010); Morris
(1991), with the absolute effects of Campolongo, Cariboni and Saltelli (2007)."""


def indices(answers: Answers, seed: int = 0) -> pd.DataFrame:
    """Give the indices of every parameter, for parts of the sample that double in size.

    Args:
        answers: of a Saltelli or a Morris sample.
        seed: of the resampling.

    Returns:
        One row for each size of the sample, parameter and index: size (base points or
        trajectories), points (played), path, index (a key of `KINDS`), value, low, high (95 %, by
        bootstrap; not a number where SALib gives none). The last size is the whole sample.

    Raises:
        ConfigError: the design has no indices, the quantity is the same at every point, or SALib
            is missing.
    """
    analyses: dict[str, Analyse] = {
        "saltelli": partial(_sobol, answers.design.pairs),
        "morris": _morris,
    }
    if answers.design.uncertainties not in analyses:
        raise ConfigError(
            f"design.uncertainties: a {answers.design.uncertainties} sample has no sensitivity "
            "indices; run the config with 'saltelli' or 'morris'"
        )
    _check_salib()
    analyse = analyses[answers.design.uncertainties]
    unit, values = answers.unit, answers.means()
    if np.ptp(values) == 0:
        raise ConfigError(
            f"--quantity {answers.quantity.name}: is {values[0]:g} at every point, so that nothing "
            "explains it; choose another quantity"
        )
    step = len(values) // (answers.design.points or 1)
    parts = [
        analyse(unit[: size * step], values[: size * step], answers.paths, seed).assign(
            size=size, points=size * step
        )
        for size in _sizes(answers.design.points or 0)
        if np.ptp(values[: size * step]) > 0
    ]
    columns = ["size", "points", "path", "index", "value", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns]


Analyse = Callable[[Floats, Floats, list[str], int], pd.DataFrame]


def _sizes(points: int) -> list[int]:
    """Halve the size of a sample as long as enough is left; the smallest first."""
    sizes = [points]
    while sizes[-1] // 2 >= _LEAST:
        sizes.append(sizes[-1] // 2)
    return sizes[::-1]


def _sobol(second: bool, unit: Floats, values: Floats, paths: list[str], seed: int) -> pd.DataFrame:
    from SALib.analyze import sobol

    found = sobol.analyze(
        _problem(paths),
        values,
        calc_second_order=second,
        num_resamples=RESAMPLES,
        seed=seed + 1,
    )
    wider = stretch(len(values) // ((2 if second else 1) * len(paths) + 2))
    tables = [
        _table(paths, index, found[key], wider * found[f"{key}_conf"])
        for index, key in (("first", "S1"), ("total", "ST"))
    ]
    return pd.concat(tables, ignore_index=True)


def _morris(unit: Floats, values: Floats, paths: list[str], seed: int) -> pd.DataFrame:
    from SALib.analyze import morris

    found = morris.analyze(
        _problem(paths), unit, values, num_resamples=RESAMPLES, num_levels=4, seed=seed + 1
    )
    unsure = np.full(len(paths), np.nan)
    half = stretch(len(values) // (len(paths) + 1)) * np.asarray(found["mu_star_conf"], dtype=float)
    strength = _table(paths, "strength", found["mu_star"], half)
    return pd.concat([strength, _table(paths, "spread", found["sigma"], unsure)], ignore_index=True)


def _table(paths: list[str], index: str, value: Any, half: Any) -> pd.DataFrame:
    middle, apart = np.asarray(value, dtype=float), np.asarray(half, dtype=float)
    return pd.DataFrame(
        {
            "path": paths,
            "index": index,
            "value": middle,
            "low": middle - apart,
            "high": middle + apart,
        }
    )


def pairs(answers: Answers, seed: int = 0) -> pd.DataFrame:
    """Give the second-order indices: what two parameters do only together.

    Args:
        answers: of a Saltelli sample with pairs.
        seed: of the resampling.

    Returns:
        One row for each pair, the largest first: path, other, value, low, high.
    """
    from SALib.analyze import sobol

    paths = answers.paths
    found = sobol.analyze(_problem(paths), answers.means(), num_resamples=RESAMPLES, seed=seed + 1)
    first, second = np.triu_indices(len(paths), 1)
    wider = stretch(len(answers.points) // (2 * len(paths) + 2))
    value, half = found["S2"][first, second], wider * found["S2_conf"][first, second]
    table = pd.DataFrame(
        {
            "path": [paths[n] for n in first],
            "other": [paths[n] for n in second],
            "value": value,
            "low": value - half,
            "high": value + half,
        }
    )
    return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def _problem(paths: list[str]) -> dict[str, Any]:
    return {"num_vars": len(paths), "names": paths, "bounds": [[0.0, 1.0]] * len(paths)}


def _check_salib() -> None:
    if find_spec("SALib") is None:
        raise ConfigError(
            f"sensitivity indices need SALib; install it with: {install('sensitivity')}"
        )

"""How far a calibration moved each number: prior and posterior side by side.

The distance is that of Kolmogorov and Smirnov. What luck alone would do is found by dealing the
same weights to the draws in other orders.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.backtest.calibration import PatternMatch
from experiments.history.worlds import Floats, Ints

SHUFFLES = 4_999
"""How often the weights are dealt anew: enough for a correction for a hundred numbers."""

_STEPS = 200
"""Most steps in which distribution functions are compared."""

LEVEL = 0.05
"""Share of numbers that luck alone moves beyond the reference."""


def marginals(found: PatternMatch, seed: int = 0) -> pd.DataFrame:
    """Compare prior and posterior of every number that was drawn.

    Args:
        found: worlds, held against the patterns; at least one is accepted.
        seed: of the shuffles.

    Returns:
        A row for each number, those that moved most in front: columns number (dotted path; a star
        stands for the keys under which the same number is said several times), drawn
        (`draw` or `world`: how often), prior 5 %, prior 50 %, prior 95 %, posterior 5 %, posterior
        50 %, posterior 95 %, rank (mean share of the prior below the posterior; 0.5 if nothing
        moved), rank 5 %, rank 50 %, rank 95 %, sd ratio (standard deviation of the posterior
        over that of the prior), distance, reference (95 % quantile of it by luck alone), p (share
        of shuffles with at least that distance), p holm (corrected for the number of numbers, Holm
        1979). Empty if nothing is accepted.
    """
    if not found.accepted.any():
        return pd.DataFrame()
    kinds = [
        ("draw", found.numbers, found.counts),
        ("world", found.behaviour, found.accepted.astype(np.int64)),
    ]
    rows = [row for kind in kinds for row in _rows(*kind, seed)]
    table = pd.DataFrame(rows)
    table["p holm"] = holm(table["p"].to_numpy())
    order = ["p", "distance"]
    return table.sort_values(order, ascending=[True, False], ignore_index=True, kind="stable")


def identified(moved: pd.DataFrame) -> float:
    """Give how many numbers the patterns identify: the variance that is gone, summed over numbers.

    One for a number that is known afterwards, 0 for one that is as uncertain as before; for normal
    distributions the effective number of parameters of Spiegelhalter and others (2002).

    Args:
        moved: as from `marginals`.
    """
    return max(0.0, float((1 - moved["sd ratio"] ** 2).sum()))


def _rows(
    drawn: str, values: pd.DataFrame, weights: Ints, seed: int
) -> Iterator[dict[str, object]]:
    shuffled = shuffles(weights, seed)
    for number, path in _different(values).items():
        column = values[path].to_numpy(np.float64)
        spread, moved = _spread("prior", column), _moved(column, weights, shuffled)
        yield {"number": number, "drawn": drawn, **spread, **moved}


def _different(values: pd.DataFrame) -> dict[str, str]:
    """Give the columns that are different numbers, by name: equal ranks are one, said twice."""
    same: dict[bytes, list[str]] = {}
    for path in values:
        order = ranked(values[path].to_numpy(np.float64)).tobytes()
        same.setdefault(order, []).append(str(path))
    elasticities = "economy.sigma."
    found: dict[str, str] = {}
    for paths in same.values():
        several = len(paths) > 1 and not paths[0].startswith(elasticities)
        found |= {_starred(paths): paths[0]} if several else {path: path for path in paths}
    return found


def _starred(paths: list[str]) -> str:
    """Join paths of the same number: `talks.*.concessions.pledge.worth`."""
    keys = zip(*(path.split(".") for path in paths), strict=True)
    return ".".join(key[0] if len(set(key)) == 1 else "*" for key in keys)


def _spread(name: str, values: Floats) -> dict[str, float]:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {f"{name} 5 %": low, f"{name} 50 %": middle, f"{name} 95 %": high}


def _moved(values: Floats, weights: Ints, shuffled: tuple[Ints, Ints]) -> dict[str, float]:
    posterior, ranks = np.repeat(values, weights), np.repeat(ranked(values), weights)
    here, reference = distances(values, weights, shuffled)
    beyond = (reference >= here - 1e-12).sum()
    return {
        **_spread("posterior", posterior),
        "rank": float(ranks.mean()),
        **_spread("rank", ranks),
        "sd ratio": float(posterior.std() / values.std()),
        "distance": here,
        "reference": float(np.quantile(reference, 1 - LEVEL)),
        "p": float((1 + beyond) / (1 + len(reference))),
    }


def ranked(values: Floats) -> Floats:
    """Give the share of values below each, half of its equals counted in, (D,) in 0..1."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    upto = np.searchsorted(ordered, values, side="right")
    middle: Floats = (below + upto) / (2 * len(values))
    return middle


def shuffles(weights: Ints, seed: int) -> tuple[Ints, Ints]:
    """Deal weights to other draws: places (S, m), and the weights (m,) that go there."""
    given = weights[weights > 0]
    luck = np.random.Generator(np.random.Philox(seed))
    places = [luck.choice(len(weights), len(given), replace=False) for _ in range(SHUFFLES)]
    return np.array(places), given


def distances(values: Floats, weights: Ints, shuffled: tuple[Ints, Ints]) -> tuple[float, Floats]:
    """Give the largest gap between the two distribution functions, and that of every shuffle.

    Args:
        values: (D,) of a number.
        weights: (D,) of the posterior.
        shuffled: as from `shuffles`.
    """
    distinct = np.unique(values)
    if len(distinct) > _STEPS:
        distinct = np.quantile(distinct, np.linspace(0, 1, _STEPS), method="inverted_cdf")
    step = np.searchsorted(distinct, values)
    prior = np.cumsum(np.bincount(step, minlength=len(distinct))) / len(values)
    places, given = shuffled
    here = _posterior(step[np.flatnonzero(weights)][None], given, len(distinct))
    there = _posterior(step[places], given, len(distinct))
    gaps = [np.abs(each - prior).max(axis=1) for each in (here, there)]
    return float(gaps[0][0]), gaps[1]


def _posterior(step: Ints, given: Ints, steps: int) -> Floats:
    """Give distribution functions, (S, steps), of weights that lie on these steps, (S, m)."""
    rows = np.arange(len(step))[:, None] * steps
    weights = np.broadcast_to(given, step.shape)
    heaps = np.bincount((rows + step).ravel(), weights.ravel(), minlength=len(step) * steps)
    found: Floats = np.cumsum(heaps.reshape(len(step), steps), axis=1) / given.sum()
    return found


def holm(p: Floats) -> Floats:
    """Correct p values for their number; Holm (1979)."""
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(steps, 1.0)
    return corrected

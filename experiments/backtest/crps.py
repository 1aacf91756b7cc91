"""A proper score of a forecast by samples, and its central intervals.

The continuous ranked probability score, CRPS(F, y) = ∫ (F(x) − 1{y ≤ x})² dx, of a weighted sample
(Matheson and Winkler 1976; Gneiting and Raftery 2007). In the unit of the number, 0 at best. Of a
forecast that is a single value it is the absolute error; of a yes or no it is the score of Brier
(1950), (p − y)². The formula is short and libraries with it compile themselves when imported.
"""

import numpy as np

from experiments.history.worlds import Floats


def crps(values: Floats, weights: Floats, observed: float) -> Floats:
    """Give the score of a forecast, or of several with the same values.

    Args:
        values: (U,) that are possible.
        weights: (…, U) of each, not negative, at least one above 0.
        observed: what happened.

    Returns:
        (…) scores.
    """
    points = np.append(values, observed)
    order = np.argsort(points, kind="stable")
    mass = np.concatenate([weights, np.zeros((*np.shape(weights)[:-1], 1))], axis=-1)[..., order]
    below = np.cumsum(mass, axis=-1)[..., :-1]
    below = below / mass.sum(axis=-1, keepdims=True)
    happened = points[order][:-1] >= observed
    score: Floats = ((below - happened) ** 2 * np.diff(points[order])).sum(axis=-1)
    return score


def central(values: Floats, weights: Floats, share: float) -> tuple[float, float]:
    """Give the ends of the interval between the quantiles (1 − share) / 2 and (1 + share) / 2.

    Both are values of the sample, so that on a few levels the interval holds at least its share.
    """
    return quantile(values, weights, (1 - share) / 2), quantile(values, weights, (1 + share) / 2)


def quantile(values: Floats, weights: Floats, share: float) -> float:
    """Give the lowest value with at least this share of the weight at or below it."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order]) / weights.sum()
    place = int(np.searchsorted(below, share - 1e-12))
    return float(values[order][min(place, len(values) - 1)])

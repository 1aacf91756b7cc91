"""How exactly means and shares are computed, where rows of one draw are not independent.

Worlds of one draw share its payoffs, and cells of one run share their worlds. So intervals count
draws, not rows: draws are the clusters of a sandwich variance (Liang and Zeger 1986) with the
quantile of Student's t for their number; where there is a single draw, worlds are, and the interval
speaks of luck within that draw only. Shares have the interval of Wilson (1927) for an effective
number of rows (Korn and Graubard 1998), so that it stays within 0 and 1 and does not collapse at
the ends. The mean change of a yes or no is told with the same number, around the mean.

Such an interval shrinks with the number of draws: it is the error of a simulation, not what is
known. How far a difference lies apart over draws is a band of its own.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


_NORMAL = 1.959964
"""The quantile of the normal distribution for a two-sided 95 % interval."""

_ONE_SIDED = 1.644854
"""The quantile of the normal distribution for 95 % on one side."""

_MANY = 1e9
"""Degrees of freedom with which Student's t is the normal distribution."""

_ROUNDING = 1e-8
"""Squared sums of clusters below which they do not differ."""


def quantile(clusters: Any) -> Any:
    """Give the quantile of Student's t for a two-sided 95 % interval; not a number below two."""
    from scipy.special import stdtrit  # takes long to load, and playing does without

    freedom = np.asarray(clusters, dtype=np.float64) - 1
    return np.where(freedom > 0, stdtrit(np.maximum(freedom, 1), 0.975), np.nan)


def stretch(groups: Any) -> Any:
    """Give how much wider a bootstrap interval over groups has to be; not a number below two.

    With few groups the bootstrap is too narrow (Hesterberg 2015): it knows nothing of Student's t,
    and its variance lacks the factor G / (G - 1).
    """
    number = np.maximum(np.asarray(groups, dtype=np.float64), 2)
    return quantile(groups) / _NORMAL * np.sqrt(number / (number - 1))


def clusters(frame: pd.DataFrame) -> pd.Series:
    """Give what rows share: their draw, or their world if there is one draw only."""
    return frame["draw"] if frame["draw"].nunique() > 1 else frame["world"]


def told(frame: pd.DataFrame) -> str:
    """Say what `computed to ±` means in a table of outcomes."""
    half = "computed to ±: half of the 95 % interval"
    if frame["draw"].nunique() > 1:
        return f"{half}, clustered by draw"
    return f"{half} of luck within the one draw of the payoffs; other draws may differ"


def clustered_mean(
    values: Floats, cluster: Floats, *, step: float = 0.0
) -> tuple[float, float, float]:
    """Give a mean and its interval; numbers that are none are left out.

    Args:
        values: (n,).
        cluster: (n,) what they share; with one cluster the interval is not a number.
        step: as in `mean_of`.
    """
    keep = ~np.isnan(values)
    values, cluster = values[keep], cluster[keep]
    if not len(values):
        return np.nan, np.nan, np.nan
    mean = float(values.mean())
    _, back = np.unique(cluster, return_inverse=True)
    sums = np.bincount(back, values - mean)
    if len(sums) < 2:
        return mean, np.nan, np.nan
    found = (mean, len(values), (sums**2).sum(), len(sums), (values**2).sum())
    low, high = interval(*(np.array([each], dtype=float) for each in found), step=step)
    return mean, float(low[0]), float(high[0])


def mean_of(
    frame: pd.DataFrame,
    values: pd.Series,
    by: Sequence[str],
    *,
    share: bool = False,
    step: float = 0.0,
) -> pd.DataFrame:
    """Estimate the mean of values, one for each row, in every group of rows.

    Args:
        frame: rows with `draw` and `world`.
        values: one for each row; rows without a number are left out.
        by: columns to group by.
        share: whether the values are yes (1) or no (0).
        step: what a yes or no changes by, such as 100 points, if the values are changes of one; 0
            for all other numbers.

    Returns:
        Columns: those of `by`, worlds (that have the number), mean, low, high.
    """
    keys = list(by)
    data = frame[[*keys, "draw"]].assign(cluster=clusters(frame), value=values)
    data = data[data["value"].notna()]
    data["power"] = data["value"] ** 2
    if not keys:
        data, keys = data.assign(all=0), ["all"]
    grouped = data.groupby([*keys, "cluster"], sort=False, observed=True)
    sums = grouped.agg(
        sum=("value", "sum"), count=("value", "count"), power=("power", "sum")
    ).reset_index()
    total = sums.groupby(keys, sort=False, observed=True)[["sum", "count", "power"]].sum()
    total["mean"] = total["sum"] / total["count"]
    sums = sums.merge(total["mean"].reset_index(), on=keys)
    sums["square"] = (sums["sum"] - sums["count"] * sums["mean"]) ** 2
    total["square"] = sums.groupby(keys, sort=False, observed=True)["square"].sum()
    total["clusters"] = sums.groupby(keys, sort=False, observed=True).size()
    table = total.reset_index()
    found = (
        table[name].to_numpy(float) for name in ("mean", "count", "square", "clusters", "power")
    )
    low, high = interval(*found, share=share, step=step)
    table = table.assign(low=low, high=high).rename(columns={"count": "worlds"})
    return table[[*by, "worlds", "mean", "low", "high"]]


def band_of(frame: pd.DataFrame, values: pd.Series, by: Sequence[str]) -> pd.DataFrame:
    """Give between what 5 and 95 % of the draws lie, in every group of rows.

    A draw counts with the mean of its rows, whatever their number. Quantiles are of type 8 of
    Hyndman and Fan (1996), which few draws do not draw together; of fewer than 13 draws they are
    the least and the largest.

    Args:
        frame: rows with `draw`.
        values: one for each row; rows without a number are left out.
        by: columns to group by.

    Returns:
        Columns: those of `by`, draws (that have the number), p5, p95; the latter are not numbers
        where there is a single draw.
    """
    keys = list(by) or ["_all"]
    data = frame.assign(_all=0)[[*keys, "draw"]].assign(value=values)
    data = data[data["value"].notna()]
    means = data.groupby([*keys, "draw"], sort=False, observed=True)["value"].mean().reset_index()
    grouped = means.groupby(keys, sort=False, observed=True)["value"]
    ends = grouped.agg(draws="size", p5=_quantile(0.05), p95=_quantile(0.95))
    table = ends.reset_index()
    table.loc[table["draws"] < 2, ["p5", "p95"]] = np.nan
    return table[[*by, "draws", "p5", "p95"]]


def _quantile(share: float) -> Callable[[pd.Series], float]:
    return lambda values: float(np.quantile(values, share, method="median_unbiased"))


def shares(frame: pd.DataFrame, keys: Sequence[str], value: str) -> pd.DataFrame:
    """Give which share of every group's rows has each value of a column.

    Args:
        frame: rows with `draw` and `world`.
        keys: columns to group by.
        value: the column; rows without a value count in the total only.

    Returns:
        Columns: the keys, the value, count, total, share, low, high.
    """
    names = list(keys) or ["_all"]
    data = frame.assign(_all=0)[[*names, value]].assign(cluster=clusters(frame))
    held = data.groupby([*names, "cluster"], sort=False, observed=True).size().rename("held")
    hits = data.groupby([*names, value, "cluster"], sort=False, observed=True).size().rename("hits")
    pairs = hits.reset_index().merge(held.reset_index(), on=[*names, "cluster"])
    pairs = pairs.assign(square=pairs["hits"] ** 2, cross=pairs["hits"] * pairs["held"])
    found = pairs.groupby([*names, value], sort=False, observed=True)[["hits", "square", "cross"]]
    total = held.reset_index().assign(spread=lambda rows: rows["held"] ** 2)
    sums = total.groupby(names, sort=False, observed=True)[["held", "spread"]].sum()
    sums["clusters"] = total.groupby(names, sort=False, observed=True).size()
    table = found.sum().reset_index().merge(sums.reset_index(), on=names)
    share = (table["hits"] / table["held"]).to_numpy(float)
    apart = table["square"] - 2 * share * table["cross"] + share**2 * table["spread"]
    count, groups = table["held"].to_numpy(float), table["clusters"].to_numpy(float)
    square = np.maximum(apart.to_numpy(float), 0.0)
    low, high = interval(share, count, square, groups, share * count, share=True)
    table = table.assign(count=table["hits"], total=table["held"], share=share, low=low, high=high)
    return table[[*keys, value, "count", "total", "share", "low", "high"]]


def interval(
    mean: Floats,
    count: Floats,
    square: Floats,
    groups: Floats,
    power: Floats,
    *,
    share: bool = False,
    step: float = 0.0,
) -> tuple[Floats, Floats]:
    """Give low and high of means, from the squared sums of their clusters; (n,) each.

    Args:
        mean: the means.
        count: of the values.
        square: sums of squares of the clusters' sums, less their part of the mean.
        groups: of the clusters.
        power: sums of squares of the values.
        share: whether the values are yes (1) or no (0).
        step: as in `mean_of`.
    """
    factor = np.divide(groups, groups - 1, out=np.full_like(groups, np.nan), where=groups > 1)
    variance = square * factor / count**2
    if not (share or step):
        half = quantile(groups) * np.sqrt(variance)
        return mean - half, mean + half
    scale = step or 1.0
    alone = np.maximum(power / count - mean**2, 0.0) / scale**2
    variance = np.where(square > _ROUNDING, variance / scale**2, np.nan)
    trials = effective(alone, variance, count, groups)
    if share:
        return wilson(mean, trials)
    half = scale * _of_changes(np.abs(mean) / scale, alone, trials)
    return mean - half, mean + half


def crossed(values: Floats, one: Floats, other: Floats) -> tuple[float, float, float]:
    """Give a share and its interval, where rows have two things in common with other rows.

    The variance is that of Cameron, Gelbach and Miller (2011): of the one clusters and of the
    others, less that of rows which share both. Student's t counts the fewer of the two.

    Args:
        values: (n,) yes (1) or no (0).
        one, other: (n,) what they share; if all share one value, it is left out, and the interval
            speaks of that value only. With one value of both it is not a number.
    """
    if not len(values):
        return np.nan, np.nan, np.nan
    share = float(values.mean())
    kinds = [back for each in (one, other) if len(back := _numbered(each)) and back.max() > 0]
    if not kinds:
        return share, np.nan, np.nan
    squares = [_squared(values - share, kind) for kind in kinds]
    groups = min(int(kind.max()) + 1 for kind in kinds)
    square = max(squares)
    if len(kinds) == 2:
        both = _numbered(kinds[0] * (int(kinds[1].max()) + 1) + kinds[1])
        square = max(square, sum(squares) - _squared(values - share, both))
    sums = (np.array([number], dtype=float) for number in (
        share, len(values), square * (groups - 1) / groups, groups, values.sum(),
    ))  # fmt: skip
    low, high = interval(*sums, share=True)
    return share, float(low[0]), float(high[0])


def _numbered(values: Any) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = np.unique(np.asarray(values), return_inverse=True)[1]
    return numbers


def _squared(gaps: Floats, cluster: NDArray[np.int64]) -> float:
    """Give the squared sums of clusters, for their number."""
    sums = np.bincount(cluster, gaps)
    return float((sums**2).sum() * len(sums) / (len(sums) - 1))


def effective(alone: Floats, variance: Floats, count: Floats, groups: Floats) -> Floats:
    """Give as how many independent rows of a yes or no the rows of clusters count; (n,).

    As many as there are clusters if all rows of a cluster are alike, as many as there are rows if
    they have nothing in common, and between the two as the variance says (Korn and Graubard 1998).
    A variance of few clusters is not known well, for which Student's t allows. But as it lies
    between two ends it cannot be off by more than half of what they are apart (Popoviciu 1935):
    with two rows a cluster as little as a variance with 18 degrees of freedom.

    Args:
        alone: variance of one row.
        variance: of the mean, by clusters; not a number if no cluster differs from another, which
            counts as rows that are alike.
        count: of the rows.
        groups: of the clusters; with one the answer is not a number.
    """
    from scipy.special import stdtrit  # takes long to load, and playing does without

    rows = count / groups
    apart = np.divide(rows + 1, rows - 1, out=np.full_like(rows, np.inf), where=rows > 1)
    freedom = np.minimum(np.maximum(groups - 1, 2 * apart**2), _MANY)
    allowed = (_NORMAL / stdtrit(np.maximum(freedom, 1), 0.975)) ** 2
    said = np.divide(alone, variance, out=np.full_like(rows, np.nan), where=variance > 0)
    trials = np.where(np.isnan(said), groups, np.clip(said * allowed, groups, count))
    return np.where(groups > 1, trials, np.nan)


def _of_changes(share: Floats, alone: Floats, trials: Floats) -> Floats:
    """Give half of the interval of a mean change of a yes or no, around the mean; (n,).

    As wide as Wilson's is before it is moved inwards. Near an end, and where nothing changes, only
    the far side can miss, so that it reaches at least as far as Wilson's for 95 % of one side.

    Args:
        share: the mean change, without its sign.
        alone: variance of one change.
        trials: as how many independent ones they count.
    """
    both = np.where(alone > 0, _reach(alone, trials, _NORMAL), 0.0)
    end = _ONE_SIDED**2 / trials
    far = (np.abs(0.5 - share) * end + _reach(alone, trials, _ONE_SIDED)) / (1 + end)
    return np.maximum(both, far)


def wilson(share: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Give the 95 % interval of shares of independent rows; Wilson (1927)."""
    end = _NORMAL**2 / trials
    middle, half = share + end / 2, _reach(share * (1 - share), trials, _NORMAL)
    low = np.where(share > 0, np.maximum((middle - half) / (1 + end), 0.0), 0.0)
    return low, np.where(share < 1, np.minimum((middle + half) / (1 + end), 1.0), 1.0)


def _reach(alone: Floats, trials: Floats, z: float) -> Floats:
    half: Floats = z * np.sqrt(alone / trials + (z / (2 * trials)) ** 2)
    return half

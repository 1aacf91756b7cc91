"""How exactly means and shares are computed, where rows of one draw are not independent.

Worlds of one draw share its payoffs, and cells of one run share their worlds. So intervals count
draws, not rows: draws are the clusters of a sandwich variance (Liang and Zeger 1986) with the
quantile of Student's t for their number; where there is a single draw, worlds are, and the interval
speaks of luck within that draw only. Shares have the interval of Wilson (1927) with the effective
number of rows (Kish 1965), so that it stays within 0 and 1 and does not collapse at the ends; few
clusters cover less than they say (Dean and Pagano 2015). The mean change of a yes or no is as wide
as Wilson's half, too: where few rows change, their variance says too little.

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
    if not share:
        half = quantile(groups) * np.sqrt(variance)
        if step:
            alone = power / count - mean**2
            moved = _of_changes(alone, variance, count, groups, step)
            half = np.where(square > _ROUNDING, moved, unmoved(groups, step))
        return mean - half, mean + half
    apart = (mean > 0) & (mean < 1) & (square > _ROUNDING)
    effective = np.where(apart, count, groups)
    np.divide(mean * (1 - mean), variance, out=effective, where=apart)
    return wilson(mean, np.minimum(effective, count), groups)


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


def _of_changes(
    alone: Floats, variance: Floats, count: Floats, groups: Floats, step: float
) -> Floats:
    """Give half of the interval of a mean change of a yes or no, as Wilson's, around the mean.

    The variance is no smaller than if no rows were alike, and the rows are worth as many
    independent ones as their variance says, between the draws and all rows: Student's t counts
    these, and they add to the variance what a rare change hides.

    Args:
        alone: variance of one row.
        variance: of the mean, by clusters.
        count, groups, step: as in `interval`.
    """
    least = np.maximum(variance, alone / count)
    rows = np.clip(alone / np.where(least > 0, least, np.inf), groups, count)
    z = quantile(rows + 1)
    half: Floats = z * np.sqrt(least + (step * z / (2 * rows)) ** 2)
    return half


def unmoved(groups: Floats, step: float) -> Floats:
    """Give how far a mean change of a yes or no may be off where all draws say the same.

    The further end of the interval of Wilson for as many rows as there are draws, none of them a
    yes: a sandwich variance of nothing would say that some draws settle it.
    """
    z = quantile(groups)
    found: Floats = step * z**2 / (groups + z**2)
    return found


def wilson(share: Floats, trials: Floats, groups: Floats) -> tuple[Floats, Floats]:
    """Give the 95 % interval of shares; Wilson (1927), with Student's t for few clusters."""
    z = quantile(groups)
    middle = share + z**2 / (2 * trials)
    half = z * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    scale = 1 + z**2 / trials
    low = np.where(share > 0, np.maximum((middle - half) / scale, 0.0), 0.0)
    return low, np.where(share < 1, np.minimum((middle + half) / scale, 1.0), 1.0)

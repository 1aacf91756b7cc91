"""From the table of outcomes to quantities: shares and distributions, with their intervals."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from experiments.results.clustered import clustered_mean, clusters, mean_of


def swept(frame: pd.DataFrame) -> list[str]:
    """Give the swept paths of a table: the columns between `cell` and `world`."""
    columns = list(frame.columns)
    return columns[columns.index("cell") + 1 : columns.index("world")]


def essentials(frame: pd.DataFrame) -> list[str]:
    """Name the columns that tell worlds apart, and say how they end and what that is worth."""
    columns = list(frame.columns)
    payoffs = [f"payoff.{country}" for country in countries(frame)]
    front = columns[: columns.index("world") + 1]
    return [*front, "draw", "talk", "status", "lowers", "round", *payoffs]


def rule_column(frame: pd.DataFrame) -> str | None:
    """Give the swept path that is the review rule, if there is one."""
    return next(iter(rule_columns(frame)), None)


def rule_columns(frame: pd.DataFrame) -> list[str]:
    """Give the swept paths that are review rules: of every talk, or of one."""
    return [path for path in swept(frame) if f".{path}".endswith(".rules.review")]


def countries(frame: pd.DataFrame) -> list[str]:
    """Give the countries that have a payoff, the hub first."""
    return [c.removeprefix("payoff.") for c in frame.columns if c.startswith("payoff.")]


def names(frame: pd.DataFrame, family: str) -> list[str]:
    """Give the names of the columns `family.<name>`."""
    return [c.removeprefix(f"{family}.") for c in frame.columns if c.startswith(f"{family}.")]


def _keys(frame: pd.DataFrame, by: Sequence[str] | None) -> list[str]:
    """Give what to group by: some swept paths, all of them, or the cell if nothing is swept."""
    return list(swept(frame) if by is None else by) or ["cell"]


def agreement(frame: pd.DataFrame, by: Sequence[str] | None = None) -> pd.DataFrame:
    """Give percent of worlds with a deal, and with one that lowers a rate, by cell and talk.

    Args:
        frame: table of outcomes, or such rows with their `count`, as from `table.tally`.
        by: swept paths to show; cells that differ only in others are pooled. All if not given.

    Returns:
        Rows and talks in the order of the table, which is that of config and scenario.
    """
    keys = ["cell", *swept(frame), "talk"] if by is None else [*by, "talk"]
    if len(keys) == 1:
        frame, keys = frame.assign(cells="all"), ["cells", *keys]
    count = frame.get("count", 1)
    deal, lowers = (frame["status"] == "deal") * count, frame["lowers"] * count
    grouped = frame.assign(count=count, deal=deal, lowers=lowers).groupby(
        keys, sort=False, observed=True
    )
    total = grouped[["count", "deal", "lowers"]].sum()
    table = 100 * total[["deal", "lowers"]].div(total["count"], axis=0).round(3)
    table = table.rename(columns={"deal": "deals %", "lowers": "with a cut %"})
    told, talks = list(table), list(dict.fromkeys(frame["talk"].astype(str)))
    order = total.reset_index()[keys[:-1]].drop_duplicates().set_index(keys[:-1]).index
    wide = pd.DataFrame(table.unstack("talk")).reindex(order)
    wide.columns = wide.columns.map(lambda pair: f"{pair[1]} {pair[0]}")
    wide = wide[[f"{talk} {what}" for talk in talks for what in told]]
    wide = wide.reset_index().drop(columns="cell", errors="ignore")
    short = {str(column): _short(str(column)) for column in wide.columns}
    once = [name for name in short if list(short.values()).count(short[name]) == 1]
    return wide.rename(columns={name: short[name] for name in once})


def payoff_parts(frames: Iterable[pd.DataFrame], by: Sequence[str]) -> pd.DataFrame:
    """Give the mean payoff of every country in its two parts, by some swept paths.

    Args:
        frames: a table of outcomes in parts, with payoffs and (not in old runs) what moves cost.
        by: swept paths to tell apart; rows in the order of the table.

    Returns:
        Columns: those of `by`; of every country `NAME trade and politics`, and `NAME assumed
        costs` (reviews and other moves, below 0) where there are any; USD bn a year. An old run
        has `NAME payoff`.
    """
    keys, sums = list(by) or ["cells"], None
    for frame in frames:
        rows = frame[frame["talk"] == frame["talk"].iloc[0]].assign(worlds=1, cells="all")
        numbers = ["worlds", *(c for c in rows if str(c).startswith(("payoff.", "cost.")))]
        part = rows.groupby(keys, sort=False, observed=True)[numbers].sum()
        sums = part if sums is None else pd.concat([sums, part])
    if sums is None:
        return pd.DataFrame()
    total = sums.groupby(level=keys, sort=False, observed=True).sum()
    means = total.div(total["worlds"], axis=0)
    shown = {}
    for country in countries(means):
        cost = means.get(f"cost.{country}")
        whole = means[f"payoff.{country}"]
        about = "payoff" if cost is None else "trade and politics"
        shown[f"{country} {about}"] = whole if cost is None else whole + cost
        if cost is not None and cost.any():
            shown[f"{country} assumed costs"] = -cost
    table = (pd.DataFrame(shown) + 0.0).round(2).reset_index()
    short = {name: _short(name) for name in by}
    once = {name: word for name, word in short.items() if list(short.values()).count(word) == 1}
    return table.rename(columns=once)


def _short(path: str) -> str:
    return path.rpartition(".")[2] if path.startswith(("rules.", "strategies.")) else path


def status_shares(frame: pd.DataFrame, by: Sequence[str] | None = None) -> pd.DataFrame:
    """Give the share of worlds in each status, by cell and talk, with intervals.

    Args:
        frame: table of outcomes.
        by: swept paths to tell apart; cells that differ only in others are pooled. All if not
            given; so in the functions below.

    Returns:
        Columns: the swept paths, talk, status, worlds, count, share, low, high; and `closed`, the
        share of worlds in which some measure never came to review.
    """
    keys = [*_keys(frame, by), "talk"]
    review = [f"review.{m}" for m in names(frame, "review")]
    closed = frame[review].isin(["off", "requested", "refused"]).any(axis=1)
    total = frame.groupby(keys, sort=False, observed=True).size().rename("worlds")
    shut = closed.groupby([frame[k] for k in keys], sort=False, observed=True).mean()
    statuses = [s for s in STATUSES if s in set(frame["status"].astype(str))]
    parts = [
        mean_of(frame, frame["status"] == status, keys, share=True).assign(status=status)
        for status in statuses
    ]
    order = total.reset_index()[keys]
    table = order.merge(pd.concat(parts), on=keys).rename(columns={"mean": "share"})
    table["count"] = (table["share"] * table["worlds"]).round().astype(int)
    table = table.merge(shut.rename("closed").reset_index(), on=keys)
    return table[[*keys, "status", "count", "worlds", "closed", "share", "low", "high"]]


STATUSES = ("deal", "expired", "silent", "walked", "broken_down", "vetoed")


def _tuple(key: object) -> tuple[object, ...]:
    return key if isinstance(key, tuple) else (key,)


def signing_times(frame: pd.DataFrame, by: Sequence[str] | None = None) -> pd.DataFrame:
    """Give the share of worlds that sign in each round, by cell and talk, and cumulated.

    Returns:
        Columns: the swept paths, talk, round, date, worlds, count, share, cumulated.
    """
    keys = [*_keys(frame, by), "talk"]
    total = frame.groupby(keys, sort=False, observed=True).size().rename("worlds").reset_index()
    deals = frame[frame["status"] == "deal"]
    counted = deals.groupby([*keys, "round", "date"], sort=True, observed=True, dropna=False)
    table = counted.size().rename("count").reset_index().merge(total, on=keys)
    table = table.sort_values([*keys, "round"], ignore_index=True)
    table["share"] = table["count"] / table["worlds"]
    table["cumulated"] = table.groupby(keys, sort=False, observed=True)["share"].cumsum()
    return table


def one_per_world(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the first row of every world: payoffs are the same in all of them."""
    return frame.drop_duplicates(["cell", "world"])


def payoff_spread(frame: pd.DataFrame, by: Sequence[str] | None = None) -> pd.DataFrame:
    """Give the distribution of every country's payoff, by cell.

    Returns:
        Columns: the swept paths, country, worlds, mean, mean_low, mean_high (interval of the mean,
        clustered by draw), p5, p25, p50, p75, p95; USD bn a year.
    """
    keys = _keys(frame, by)
    rows = []
    for key, worlds in one_per_world(frame).groupby(keys, sort=False, observed=True):
        for country in countries(frame):
            values = worlds[f"payoff.{country}"].to_numpy(float)
            mean, low, high = clustered_mean(values, clusters(worlds).to_numpy())
            row = dict(zip(keys, _tuple(key), strict=True)) | {"country": country}
            row |= {"worlds": len(values), "mean": mean, "mean_low": low, "mean_high": high}
            row |= {f"p{q}": np.percentile(values, q) for q in (5, 25, 50, 75, 95)}
            rows.append(row)
    return pd.DataFrame(rows)

"""What becomes of the deal of every world under one value of a swept path after another.

Each world is compared with itself: its deal vanishes, appears, stays with the same terms or with
others, or there is none under either value. What terms and payoffs change is told of the deals that
stay, so that rates and payoffs beside each other speak of the same worlds.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from experiments.analysis.effect import (
    Pairs,
    change,
    in_order,
    in_own_units,
    labelled,
    pairs,
    signing,
    terms,
)
from experiments.results.intervals import Quantity
from experiments.results.quantities import countries, swept

FATES = ("same", "changed", "vanished", "appeared", "none")
"""What becomes of a deal: it stays with the same terms or with others, or is there under one value
only, or under neither."""

_PERCENT = "percent of worlds"

DEAL, TERM = "deal", "term"
"""Kinds of rows: the share of worlds with a fate; the change of a term among deals that stay."""


def doses(frame: pd.DataFrame, path: str, before: str) -> list[str | float]:
    """Give the values of a swept path beside the one they are compared with, in their order."""
    reference = labelled(frame, path, before, "before")
    return list(dict.fromkeys(frame[path][~reference]))


def fates(
    frame: pd.DataFrame,
    path: str,
    before: str,
    partners: dict[str, str],
    by: Sequence[str] = (),
    *,
    given: str = "",
) -> pd.DataFrame:
    """Give what becomes of the deals, and what terms and payoffs change among those that stay.

    Args:
        frame: table of outcomes.
        path: swept path.
        before: label of the value that the others are compared with.
        partners: by talk, the country whose payoff is told beside the hub's.
        by: swept paths to tell apart; cells that differ only in the rest are pooled.
        given: as in `effect`.

    Returns:
        Columns: the paths of `by`, the path (the value compared), talk, what (`DEAL` or `TERM`),
        quantity (a fate, a term or a payoff), of (talk or country), unit, worlds (of which the row
        speaks), share (percent of worlds with a fate), and those of `effect` for a change. Of a
        setting that was not played with the value to compare with, a row of 0 worlds for each fate.

    Raises:
        ConfigError: the path does not have that value.
    """
    both, keys = _beside(frame, path, before), [*by, path]
    if both[0].empty:
        return pd.DataFrame()
    parts = []
    for talk, partner in partners.items():
        mine, stays = signing(both, [talk])
        found = [_shares(mine, talk, keys), _changes(mine, stays, partner, keys)]
        found[1] = in_own_units(found[1], given) if given else found[1]
        parts.append(pd.concat(found, ignore_index=True).assign(talk=talk))
    parts += _unpaired(frame, path, before, pd.concat(parts)[keys], partners)
    table = in_order(pd.concat(parts, ignore_index=True), frame, [path])
    table = in_order(table, frame, by)
    table["draws"] = table["draws"].astype("Int64")
    front = [*by, path, "talk", "what", "quantity", "of", "unit", "worlds", "share"]
    return table[[*front, *(name for name in table if name not in front)]]


def _unpaired(
    frame: pd.DataFrame, path: str, before: str, paired: pd.DataFrame, talks: Iterable[str]
) -> list[pd.DataFrame]:
    """Give rows of no world for the settings that were not played with the value before."""
    keys = list(paired)
    every = frame[keys][~labelled(frame, path, before, "before")].drop_duplicates()
    found = every.merge(paired.drop_duplicates(), on=keys, how="left", indicator=True)
    lacking = found[found["_merge"] == "left_only"][keys]
    lacking = lacking.assign(what=DEAL, unit=_PERCENT, worlds=0, share=np.nan)
    return [
        lacking.assign(talk=talk, quantity=fate, of=talk)
        for talk in (talks if len(lacking) else ())
        for fate in FATES
    ]


def _beside(frame: pd.DataFrame, path: str, before: str) -> Pairs:
    """Put the worlds of every value of a path beside those of the one it is compared with."""
    values = doses(frame, path, before)
    payoffs = [f"payoff.{country}" for country in countries(frame)]
    front = ["cell", *swept(frame), "world", "draw", "talk", "status"]
    frame = frame[[*front, *terms(frame), *payoffs]]
    found = [pairs(frame, path, before, str(value)) for value in values]
    sides = []
    for n in (0, 1):
        told = [both[n].assign(**{path: value}) for both, value in zip(found, values, strict=True)]
        side = pd.concat(told, ignore_index=True) if told else frame.iloc[:0]
        sides.append(side[[path, *(name for name in side if name != path)]])
    return sides[0], sides[1]


def _shares(both: Pairs, talk: str, by: Sequence[str]) -> pd.DataFrame:
    """Give the percent of a talk's worlds with each fate."""
    one, other = both
    signed, signs = (side["status"] == "deal" for side in (one, other))
    chosen = [signed & signs & _alike(one, other), signed & signs, signed, signs]
    rows = one[list(by)].assign(fate=np.select(chosen, FATES[:-1], FATES[-1]))
    counted = rows.groupby([*by, "fate"], sort=False, observed=True).size().unstack(fill_value=0)
    counted = counted.reindex(columns=list(FATES), fill_value=0)
    worlds = counted.sum(axis=1).to_frame("worlds")
    share = 100 * counted.div(worlds["worlds"], axis=0)
    long = share.reset_index().melt(list(by), var_name="quantity", value_name="share")
    long = long.merge(worlds.reset_index(), on=list(by))
    return long.assign(what=DEAL, of=talk, unit=_PERCENT)


def _alike(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Tell in which worlds two deals have the same terms; a term that a talk lacks is the same."""
    columns = terms(one)
    first, second = one[columns], other[columns]
    return ((first == second) | (first.isna() & second.isna())).all(axis=1)


def _changes(both: Pairs, stays: pd.Series, partner: str, by: Sequence[str]) -> pd.DataFrame:
    """Give what terms and payoffs change in the worlds in which a talk signs under both values."""
    one, _ = both
    asked = [name for name in terms(one) if one[name].notna().any()]
    asked += [f"payoff.{name}" for name in dict.fromkeys((countries(one)[0], partner))]
    found = [
        change(both, Quantity.named(name, one), by, stays).drop(columns="holds") for name in asked
    ]
    return pd.concat(found, ignore_index=True).assign(what=TERM)

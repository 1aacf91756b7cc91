"""What one value of a swept path changes against another, in the same worlds.

Every other swept value is held, and each world is compared with itself: it has the same draw and
the same luck under both values; where it has not, that is said. How exactly a difference was
computed (half of a 95 % interval, clustered by draw) is one thing, how far draws lie apart another.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.analysis.closed import holds, is_closed
from experiments.analysis.pairing import PAIRED, UNPAIRED
from experiments.results.clustered import band_of, mean_of
from experiments.results.intervals import Quantity
from experiments.results.quantities import countries, names, rule_column, swept
from sim.config.schema.sentences import unknown
from sim.errors import ConfigError

CELL = "number of the cell"
"""Stands for a swept path where two cells are compared."""

STRICT, FREE = "all", "none"
"""Labels of the package rule and of no rule."""

_NAMES = {"deals": "agreement", "lowers": "with a cut", "round": "time of signing"}
_GIVEN = ("payoff", "cost", "flow")
"""Families of quantities that are in units of their own where payoffs are given."""

_RESULT = [
    "quantity", "unit", "of", "worlds", "draws", "difference", "error", "p5", "p95", "pairing",
    "holds",
]  # fmt: skip


def effect(
    frame: pd.DataFrame,
    path: str,
    before: str,
    after: str,
    *,
    by: Sequence[str] | None = None,
    quantities: Sequence[str] = (),
    signed: Sequence[str] = (),
    given: str = "",
    other_luck: bool = False,
) -> pd.DataFrame:
    """Give what a value of a swept path changes against another.

    Args:
        frame: table of outcomes.
        path: swept path.
        before, after: labels of its two values; differences are after less before.
        by: swept paths to tell apart, all others if not given; cells that differ only in the rest
            are pooled.
        quantities: names as in `intervals.known`; if empty agreement, time of signing and payoffs,
            or, with `signed`, time of signing, terms and payoffs.
        signed: talks that have to end in a deal under both values; only worlds in which all of them
            do count, the same ones in every row; no other talk has rows, and the hub's payoff is
            among the quantities.
        given: unit of the payoffs, if they are given: they are the same in all draws.
        other_luck: whether the luck of a world is known to be other under the two values, such as
            with another number of rounds.

    Returns:
        One row for each setting, quantity and talk (or country, for payoffs): columns the paths of
        the setting, quantity, unit, of, worlds, draws (that have the difference), difference,
        error (it is computed to ± this: half of the 95 % interval), p5 and p95 (between these lie
        the differences of 5 to 95 % of the draws, each the mean of its worlds; none if there is one
        draw, payoffs are given, or the draws are others), pairing ("paired", or "not paired"),
        holds ("by construction" if no talk of it can end in a deal under one of the values, since
        what was asked for never opened in any world; "in part by construction" if that is so of
        some cells, or for payoffs of some talks; else empty).
        Worlds that only one value has are left out; so are those in which a quantity has no
        number. Where draws are others, the two values are two samples.

    Raises:
        ConfigError: the run does not sweep the path, or not over both values, or there is no such
            quantity, talk or path to tell apart.
    """
    check_path(frame, path)
    held = [name for name in swept(frame) if name != path]
    for name in by or ():
        if name not in held:
            raise unknown("by", name, held, "swept path beside the one that changes")
    shown = held if by is None else [name for name in held if name in by]
    both = pairs(frame.assign(closed=is_closed(frame)), path, before, after)
    talks = sorted(set(frame["talk"].astype(str)))
    for name in signed:
        if name not in talks:
            raise unknown("signed", name, talks, "talk")
    both, kept = signing(both, signed) if signed else (both, None)
    asked = _quantities(frame, quantities, bool(signed))
    parts = [change(both, Quantity.named(name, frame), shown, kept) for name in asked]
    if given:
        parts = [in_own_units(part, given) for part in parts]
    if other_luck:
        parts = [part.assign(pairing=UNPAIRED) for part in parts]
    return in_order(pd.concat(parts, ignore_index=True), frame, shown)


def terms(frame: pd.DataFrame) -> list[str]:
    """Give the terms of the deals of a table: rates and concessions."""
    return [f"{family}.{name}" for family in ("rate", "give") for name in names(frame, family)]


def _quantities(frame: pd.DataFrame, asked: Sequence[str], signed: bool) -> list[str]:
    """Choose what is compared; beside terms stands what they are worth to the hub."""
    payoffs = [f"payoff.{country}" for country in countries(frame)]
    if asked:
        return list(dict.fromkeys([*asked, *(payoffs[:1] if signed else [])]))
    return ["round", *terms(frame), *payoffs] if signed else ["deals", "round", *payoffs]


def between_cells(frame: pd.DataFrame, one: int, other: int) -> tuple[pd.DataFrame, str]:
    """Give the rows of two cells, as if they swept one path, and its name.

    Raises:
        ConfigError: there is no such cell, or both are the same.
    """
    known = sorted(int(cell) for cell in frame["cell"].unique())
    for cell in (one, other):
        if cell not in known:
            raise unknown("cells", str(cell), [str(each) for each in known], "cell")
    if one == other:
        raise ConfigError(f"--cells {one} {other}: is one cell; name two")
    kept = frame[frame["cell"].isin((one, other))].drop(columns=swept(frame))
    kept.insert(list(kept.columns).index("cell") + 1, CELL, kept["cell"].astype(str))
    return kept, CELL


def price_of_rule(
    frame: pd.DataFrame,
    by: Sequence[str] | None = None,
    strict: str = STRICT,
    free: str = FREE,
    rule: str | None = None,
    *,
    given: str = "",
) -> pd.DataFrame:
    """Give what the strict review rule changes against the free one; as `effect`.

    Empty if the rule (the first that is swept, if none is named) is not swept over both labels.
    """
    rule = rule or rule_column(frame)
    if rule is None or not {strict, free} <= set(frame[rule].astype(str)):
        return pd.DataFrame(columns=_RESULT)
    known = None if by is None else [path for path in by if path in swept(frame) and path != rule]
    return effect(frame, rule, free, strict, by=known, given=given)


def check_path(frame: pd.DataFrame, path: str) -> None:
    """Raise ConfigError if a table does not sweep a path."""
    if path not in swept(frame):
        raise unknown("path", path, swept(frame), "swept path")


Pairs = tuple[pd.DataFrame, pd.DataFrame]
"""The rows of two values of a swept path, each world beside itself."""


def pairs(frame: pd.DataFrame, path: str, before: str, after: str) -> Pairs:
    """Put every world under one value of a swept path beside itself under another.

    Returns:
        The rows under `before` and under `after` that have all other swept values, the world and
        the talk in common, in the same order.
    """
    keys = [*(name for name in swept(frame) if name != path), "world", "talk"]
    one, other = (
        frame[labelled(frame, path, label, path)].set_index(keys).sort_index()
        for label in (before, after)
    )
    shared = one.index.intersection(other.index)
    return one.loc[shared].reset_index(), other.loc[shared].reset_index()


def signing(both: Pairs, signed: Sequence[str]) -> tuple[Pairs, pd.Series]:
    """Keep some talks of pairs, and tell in which worlds all of them sign under both values."""
    among = both[0]["talk"].isin(signed)
    one, other = (side[among].reset_index(drop=True) for side in both)
    deals = (one["status"] == "deal") & (other["status"] == "deal")
    world = one.groupby(_world(one), sort=False, observed=True).ngroup()
    return (one, other), deals.groupby(world).transform("all")


def _world(one: pd.DataFrame) -> list[str]:
    """Name the columns that tell the worlds of pairs apart."""
    return list(one.columns[: list(one.columns).index("talk")])


def labelled(frame: pd.DataFrame, path: str, label: str, said: str) -> pd.Series:
    """Tell which rows have a label at a swept path; 1 and 1.0 are one label.

    Args:
        frame: table of outcomes.
        path: swept path.
        label: as somebody writes it.
        said: how the key is called in the sentence.

    Raises:
        ConfigError: no row has it.
    """
    labels = frame[path].astype(str)
    held = labels == str(label)
    if not held.any():
        numbers = pd.to_numeric(labels, errors="coerce")
        held = numbers == pd.to_numeric(str(label), errors="coerce")
    if not held.any():
        raise unknown(said, label, sorted(set(labels)), "swept value")
    return held


def change(
    both: Pairs, quantity: Quantity, shown: Sequence[str], kept: pd.Series | None = None
) -> pd.DataFrame:
    """Estimate the mean change of a quantity in every setting.

    Args:
        both: of `pairs`.
        quantity: what changes.
        shown: swept paths to tell apart.
        kept: which rows count, all if not given.

    Returns:
        As `effect`.
    """
    one, other = both
    gap = quantity.values(other) - quantity.values(one)
    family, _, country = quantity.name.partition(".")
    payoff = family in _GIVEN
    if kept is not None:
        gap = gap.where(kept)
    keys = [*shown, "of"]
    rows = one.assign(of=country if payoff else one["talk"])
    if payoff:
        rows = rows.drop_duplicates(_world(one))
    scale, step = (100, 100.0) if quantity.share else (1, 0.0)
    paired = bool((one["draw"] == other["draw"]).all())
    if paired:
        table = _within(rows, scale * gap.loc[rows.index], keys, step)
    else:
        values = [scale * quantity.values(side).where(gap.notna()) for side in (one, other)]
        table = _apart(rows, other, values, keys, step)
    every = rows[keys].drop_duplicates()
    table = every.merge(table, on=keys, how="left")
    counts = {name: table[name].fillna(0).astype(int) for name in ("worlds", "draws")}
    return table.assign(
        **counts,
        quantity=family if payoff else _NAMES.get(quantity.name, quantity.name),
        unit=_unit(quantity),
        pairing=PAIRED if paired else UNPAIRED,
        holds=holds(both, rows, every, _world(one) if payoff else ()),
    )[[*shown, *_RESULT]]


def _within(rows: pd.DataFrame, change: pd.Series, keys: list[str], step: float) -> pd.DataFrame:
    """Estimate the mean of changes within worlds, and how far draws lie apart."""
    table = mean_of(rows, change, keys, step=step).rename(columns={"mean": "difference"})
    table = table.assign(error=(table["high"] - table["low"]) / 2)
    return table.merge(band_of(rows, change, keys), on=keys)


def _apart(
    rows: pd.DataFrame,
    other: pd.DataFrame,
    values: Sequence[pd.Series],
    keys: list[str],
    step: float,
) -> pd.DataFrame:
    """Estimate the difference of two means whose worlds have other draws."""
    sides = rows, rows.assign(draw=other.loc[rows.index, "draw"])
    one, two = (
        mean_of(side, value.loc[rows.index], keys, step=step)
        for side, value in zip(sides, values, strict=True)
    )
    table = one.merge(two, on=keys, suffixes=("", " other"))
    table = table.merge(band_of(rows, values[0].loc[rows.index], keys), on=keys)
    halves = [(table[f"high{n}"] - table[f"low{n}"]) / 2 for n in ("", " other")]
    return table.assign(
        difference=table["mean other"] - table["mean"],
        error=np.hypot(halves[0], halves[1]),
        p5=np.nan,
        p95=np.nan,
    )


def in_own_units(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Say that payoffs are given: in units of their own, and the same in all draws."""
    units = table["unit"].where(~table["quantity"].isin(_GIVEN), unit)
    return table.assign(unit=units, p5=np.nan, p95=np.nan)


def _unit(quantity: Quantity) -> str:
    """Give the unit of a difference: shares become points, and a date a number of rounds."""
    if quantity.share:
        return "points"
    return "rounds" if quantity.name == "round" else quantity.unit


def in_order(table: pd.DataFrame, frame: pd.DataFrame, shown: Sequence[str]) -> pd.DataFrame:
    """Put the settings in the order of the cells."""
    if not shown:
        return table
    order = frame[list(shown)].drop_duplicates().reset_index(drop=True)
    place = table[list(shown)].merge(order.assign(_place=order.index), on=list(shown), how="left")
    return table.iloc[place["_place"].argsort(kind="stable")].reset_index(drop=True)


def only(frame: pd.DataFrame, settings: Sequence[str], said: str = "--where") -> pd.DataFrame:
    """Keep the cells with some values of swept paths.

    Args:
        frame: table of outcomes.
        settings: `path=label` each.
        said: how the key is called in the sentence.

    Raises:
        ConfigError: a path is not swept, or not over that value.
    """
    for setting in settings:
        path, equals, label = setting.partition("=")
        if not equals:
            raise ConfigError(f"{said} {setting}: is not PATH=VALUE, such as rules.test=by_change")
        if path not in swept(frame):
            raise unknown(said, path, swept(frame), "swept path")
        frame = frame[labelled(frame, path, label, f"{said} {path}")]
    return frame

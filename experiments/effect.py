"""What one value of a swept path changes against another, in the same worlds.

Every other swept value is held, and each world is compared with itself: it has the same draw and
the same luck under both values; where it has not, that is said. How exactly a difference was
computed (half of a 95 % interval, clustered by draw) is one thing, how far draws lie apart another.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.clustered import band_of, mean_of
from experiments.intervals import Quantity
from experiments.pairing import PAIRED, UNPAIRED
from experiments.quantities import countries, rule_column, swept
from sim.config.sentences import unknown
from sim.errors import ConfigError

STRICT, FREE = "all", "none"
"""Labels of the package rule and of no rule."""

_NAMES = {"deals": "agreement", "lowers": "with a cut", "round": "time of signing"}
_GIVEN = ("payoff", "flow")
"""Families of quantities that are in units of their own where payoffs are given."""

_RESULT = [
    "quantity", "unit", "of", "worlds", "draws", "difference", "error", "p5", "p95", "pairing",
]  # fmt: skip


def effect(
    frame: pd.DataFrame,
    path: str,
    before: str,
    after: str,
    *,
    by: Sequence[str] | None = None,
    quantities: Sequence[str] = (),
    signed: bool = False,
    given: bool = False,
    other_luck: bool = False,
) -> pd.DataFrame:
    """Give what a value of a swept path changes against another.

    Args:
        frame: table of outcomes.
        path: swept path.
        before, after: labels of its two values; differences are after less before.
        by: swept paths to tell apart, all others if not given; cells that differ only in the rest
            are pooled.
        quantities: names as in `intervals.known`; agreement, time of signing and payoffs if empty.
        signed: take only worlds in which a talk, or for payoffs every talk, ends in a deal under
            both values.
        given: whether payoffs are given: they have another unit, and are the same in all draws.
        other_luck: whether the luck of a world is known to be other under the two values, such as
            with another number of rounds.

    Returns:
        One row for each setting, quantity and talk (or country, for payoffs): columns the paths of
        the setting, quantity, unit, of, worlds, draws (that have the difference), difference,
        error (it is computed to ± this: half of the 95 % interval), p5 and p95 (between these lie
        the differences of 5 to 95 % of the draws, each the mean of its worlds; none if there is one
        draw, payoffs are given, or the draws are others), pairing ("paired", or "not paired").
        Worlds that only one value has are left out; so are those in which a quantity has no
        number. Where draws are others, the two values are two samples.

    Raises:
        ConfigError: the run does not sweep the path, or not over both values, or there is no such
            quantity or path to tell apart.
    """
    check_path(frame, path)
    held = [name for name in swept(frame) if name != path]
    for name in by or ():
        if name not in held:
            raise unknown("by", name, held, "swept path beside the one that changes")
    shown = held if by is None else [name for name in held if name in by]
    sides = tuple(_side(frame, path, label, held) for label in (before, after))
    names = quantities or ["deals", "round", *(f"payoff.{c}" for c in countries(frame))]
    parts = [_change(sides, Quantity.named(name, frame), shown, signed) for name in names]
    if given:
        parts = [in_own_units(part) for part in parts]
    if other_luck:
        parts = [part.assign(pairing=UNPAIRED) for part in parts]
    return _in_order(pd.concat(parts, ignore_index=True), frame, shown)


def price_of_rule(
    frame: pd.DataFrame,
    by: Sequence[str] | None = None,
    strict: str = STRICT,
    free: str = FREE,
    rule: str | None = None,
    *,
    given: bool = False,
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


def _side(frame: pd.DataFrame, path: str, label: str, held: Sequence[str]) -> pd.DataFrame:
    """Give the rows with a value of the path, by what identifies a talk of a world."""
    found = frame[labelled(frame, path, label, path)]
    return found.set_index([*held, "world", "talk"]).sort_index()


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


def _change(
    sides: tuple[pd.DataFrame, ...], quantity: Quantity, shown: Sequence[str], signed: bool
) -> pd.DataFrame:
    """Estimate the mean change of a quantity in every setting."""
    shared = sides[0].index.intersection(sides[1].index)
    one, other = (side.loc[shared].reset_index() for side in sides)
    change = quantity.values(other) - quantity.values(one)
    family, _, country = quantity.name.partition(".")
    payoff = family in ("payoff", "flow")
    world = [name for name in shared.names if name != "talk"]
    if signed:
        both = (one["status"] == "deal") & (other["status"] == "deal")
        if payoff:
            both = both.groupby([one[name] for name in world], observed=True).transform("all")
        change = change.where(both)
    keys = [*shown, "of"]
    rows = one.assign(of=country if payoff else one["talk"])
    if payoff:
        rows = rows.drop_duplicates(world)
    scale = 100 if quantity.share else 1
    paired = bool((one["draw"] == other["draw"]).all())
    if paired:
        table = _within(rows, change.loc[rows.index] * scale, keys)
    else:
        values = [scale * quantity.values(side).where(change.notna()) for side in (one, other)]
        table = _apart(rows, other, values, keys)
    every = rows[keys].drop_duplicates()
    table = every.merge(table, on=keys, how="left")
    counts = {name: table[name].fillna(0).astype(int) for name in ("worlds", "draws")}
    return table.assign(
        **counts,
        quantity=family if payoff else _NAMES.get(quantity.name, quantity.name),
        unit=_unit(quantity),
        pairing=PAIRED if paired else UNPAIRED,
    )[[*shown, *_RESULT]]


def _within(rows: pd.DataFrame, change: pd.Series, keys: list[str]) -> pd.DataFrame:
    """Estimate the mean of changes within worlds, and how far draws lie apart."""
    table = mean_of(rows, change, keys).rename(columns={"mean": "difference"})
    table = table.assign(error=(table["high"] - table["low"]) / 2)
    return table.merge(band_of(rows, change, keys), on=keys)


def _apart(
    rows: pd.DataFrame, other: pd.DataFrame, values: Sequence[pd.Series], keys: list[str]
) -> pd.DataFrame:
    """Estimate the difference of two means whose worlds have other draws."""
    sides = rows, rows.assign(draw=other.loc[rows.index, "draw"])
    one, two = (
        mean_of(side, value.loc[rows.index], keys)
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


def in_own_units(table: pd.DataFrame) -> pd.DataFrame:
    """Say that payoffs are given: in units of their own, and the same in all draws."""
    unit = table["unit"].where(~table["quantity"].isin(_GIVEN), "payoff")
    return table.assign(unit=unit, p5=np.nan, p95=np.nan)


def _unit(quantity: Quantity) -> str:
    """Give the unit of a difference: shares become points, and a date a number of rounds."""
    if quantity.share:
        return "points"
    return "rounds" if quantity.name == "round" else quantity.unit


def _in_order(table: pd.DataFrame, frame: pd.DataFrame, shown: Sequence[str]) -> pd.DataFrame:
    """Put the settings in the order of the cells."""
    if not shown:
        return table
    order = frame[list(shown)].drop_duplicates().reset_index(drop=True)
    place = table[list(shown)].merge(order.assign(_place=order.index), on=list(shown), how="left")
    return table.iloc[place["_place"].argsort(kind="stable")].reset_index(drop=True)


def only(frame: pd.DataFrame, settings: Sequence[str]) -> pd.DataFrame:
    """Keep the cells with some values of swept paths.

    Args:
        frame: table of outcomes.
        settings: `path=label` each.

    Raises:
        ConfigError: a path is not swept, or not over that value.
    """
    for setting in settings:
        path, equals, label = setting.partition("=")
        if not equals:
            raise ConfigError(f"--where {setting}: is not PATH=VALUE, such as rules.test=by_change")
        if path not in swept(frame):
            raise unknown("--where", path, swept(frame), "swept path")
        frame = frame[labelled(frame, path, label, f"--where {path}")]
    return frame

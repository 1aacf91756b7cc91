"""An effect on one grid, and on a finer one: the difference of the two, world by world."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.analysis.closed import holds, is_closed
from experiments.analysis.effect import check_path, in_order, pairs
from experiments.analysis.pairing import PAIRED, UNPAIRED
from experiments.results.clustered import band_of, mean_of
from experiments.results.intervals import Quantity
from experiments.results.quantities import countries, swept
from sim.config.schema.sentences import unknown
from sim.errors import ConfigError

_NAMES = {"deals": "agreement", "lowers": "with a cut"}


def effects(
    frames: tuple[pd.DataFrame, pd.DataFrame],
    path: str,
    before: str,
    after: str,
    *,
    by: Sequence[str] = (),
    quantities: Sequence[str] = (),
    other_luck: bool = False,
) -> pd.DataFrame:
    """Give how much an effect moves from one run of a sweep to another.

    Args:
        frames: tables of outcomes of the two runs; world k has the same draw in both.
        path: swept path.
        before, after: labels of its two values; an effect is after less before.
        by: swept paths to tell apart; cells that differ only in the rest are pooled.
        quantities: names as in `intervals.known`; agreement and payoffs if empty.
        other_luck: whether luck is drawn anew in every round, and rounds are others.

    Returns:
        One row for each setting, quantity and talk (or country, for payoffs): columns the paths of
        the setting, quantity, of, unit, first and second (the effect in each run), difference
        (second less first), error, p5, p95 (of the difference), worlds, draws, holds, pairing; as
        in `effect`. Only worlds count in which all four cells have a number.

    Raises:
        ConfigError: a run does not sweep the path over both values, there is no such quantity or
            path to tell apart, or worlds have other draws in the two runs.
    """
    for frame in frames:
        check_path(frame, path)
    held = [name for name in swept(frames[0]) if name != path]
    for name in by:
        if name not in held:
            raise unknown("by", name, held, "swept path beside the one that changes")
    asked = quantities or ["deals", *(f"payoff.{name}" for name in countries(frames[0]))]
    sides = [pairs(f.assign(closed=is_closed(f)), path, before, after) for f in frames]
    keys = [*held, "world", "talk"]
    parts = [_moved(sides, Quantity.named(name, frames[0]), keys, list(by)) for name in asked]
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(pairing=UNPAIRED if other_luck else PAIRED)
    return in_order(table, frames[0], list(by))


def _moved(
    sides: Sequence[tuple[pd.DataFrame, pd.DataFrame]],
    quantity: Quantity,
    keys: list[str],
    by: list[str],
) -> pd.DataFrame:
    """Estimate how much the effect on one quantity moves in every setting."""
    gaps = [_gap(side, quantity, keys) for side in sides]
    rows = gaps[0].merge(gaps[1], on=keys, suffixes=("", " finer"), validate="one_to_one")
    every = rows.assign(closed=rows["closed"] | rows["closed finer"])
    if not (rows["draw"] == rows["draw finer"]).all() or not len(rows):
        raise ConfigError(
            "--refine: worlds have other draws in the two runs, so that their effects are two "
            "samples; run both with the same seed, draws and replications"
        )
    family, _, country = quantity.name.partition(".")
    payoff = family in ("payoff", "cost", "flow")
    if payoff:
        rows = rows.drop_duplicates([key for key in keys if key != "talk"])
    rows = rows.assign(of=country if payoff else rows["talk"])
    moved = rows["gap finer"] - rows["gap"]
    both, settings = moved.notna(), [*by, "of"]
    step = 100.0 if quantity.share else 0.0
    table = mean_of(rows, moved, settings, step=step).rename(columns={"mean": "difference"})
    table = table.assign(error=(table["high"] - table["low"]) / 2)
    table = table.merge(band_of(rows, moved, settings), on=settings)
    for name, gap in (("first", "gap"), ("second", "gap finer")):
        mean = mean_of(rows, rows[gap].where(both), settings)[[*settings, "mean"]]
        table = table.merge(mean.rename(columns={"mean": name}), on=settings)
    told = rows[settings].drop_duplicates()
    table = told.merge(table, on=settings, how="left")
    world = [key for key in keys if key != "talk"] if payoff else []
    counts = {name: table[name].fillna(0).astype(int) for name in ("worlds", "draws")}
    table = table.assign(
        **counts,
        quantity=family if payoff else _NAMES.get(quantity.name, quantity.name),
        unit="points" if quantity.share else quantity.unit,
        holds=holds([every], rows, told, world),
    )
    columns = ["quantity", "of", "unit", "first", "second", "difference", "error", "p5", "p95"]
    return table[[*by, *columns, "worlds", "draws", "holds"]]


def _gap(
    both: tuple[pd.DataFrame, pd.DataFrame], quantity: Quantity, keys: list[str]
) -> pd.DataFrame:
    """Give the change of a quantity in every row of pairs."""
    one, other = both
    change = quantity.values(other) - quantity.values(one)
    return one[[*keys, "draw"]].assign(
        gap=np.where(quantity.share, 100, 1) * change, closed=one["closed"] | other["closed"]
    )

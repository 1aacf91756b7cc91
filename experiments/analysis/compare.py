"""Two runs beside each other: what their configs say differently, and what that changes.

Where luck is common - the same seed and the same draws in the same worlds - each world is compared
with itself, which takes the luck out of the difference; else the two runs are independent samples.
How exactly a difference was computed (half of a 95 % interval, clustered by draw) is one thing, how
far draws lie apart another. A path that only one of the runs sweeps is held at the
value that the other one plays. Where a round has other lengths, times are in days: of a deal the
middle of its round.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.closed import BY_CONSTRUCTION, IN_PART, closed
from experiments.analysis.effect import in_own_units
from experiments.analysis.pairing import PAIRED, UNPAIRED, draws_of, unpaired
from experiments.analysis.played import played_at
from experiments.design.designs import Cell
from experiments.design.plan import Plan
from experiments.results.clustered import band_of, clustered_mean, clusters, told
from experiments.results.quantities import countries, essentials, names, one_per_world, swept
from experiments.runs.schema import given_in
from experiments.runs.store import CONFIG, Store, plan_of
from sim.config import read_toml
from sim.config.paths import MISSING, overlap
from sim.config.schema.sentences import shown
from sim.errors import ConfigError

MOST = 2_000_000
"""Rows that are read of a table; of a larger one an even share of the worlds."""

ABSENT = "–"
"""Stands for a key that one of two configs does not have."""

_BESIDE = ("directory",)


@dataclass(frozen=True, eq=False)
class Comparison:
    """What two runs differ in.

    Attributes:
        paired: whether every world was compared with itself.
        computed: what "computed to ±" means.
        why: why worlds have other luck, in sentences; empty if they have the same.
        config: by dotted path, what the first config says and what the second.
        table: one row for each setting of the shared swept paths, quantity, and talk or country:
            columns the paths, quantity, of, unit, first, second, difference (second less first),
            error, p5, p95, worlds, draws, holds, pairing; as in `effect`.
        only: by run, settings that the other one does not have.
    """

    paired: bool
    computed: str
    why: tuple[str, ...]
    config: Mapping[str, tuple[Any, Any]]
    table: pd.DataFrame
    only: tuple[list[str], list[str]]


def compare(first: Store, second: Store) -> Comparison:
    """Compare two finished runs.

    Raises:
        ConfigError: they have no setting, or no talk, in common.
    """
    plans = plan_of(first), plan_of(second)
    frames = _timed(_alike((_read(first), _read(second)), plans), plans)
    paths = [path for path in swept(frames[0]) if path in swept(frames[1])]
    groups = [
        {key: _one_cell(store, plan, part) for key, part in _groups(frame, paths).items()}
        for store, plan, frame in zip((first, second), plans, frames, strict=True)
    ]
    shared = [key for key in groups[0] if key in groups[1]]
    if not shared:
        raise ConfigError(
            f"{first.directory} and {second.directory}: have no setting of {', '.join(paths)} in "
            "common; compare runs that share some cells"
        )
    pairs = [(dict(zip(paths, key, strict=True)), groups[0][key], groups[1][key]) for key in shared]
    only = (_only(paths, groups[0], groups[1]), _only(paths, groups[1], groups[0]))
    return _compared((first, second), plans, pairs, only)


def compare_cells(first: Store, second: Store) -> Comparison:
    """Compare two finished runs of one sweep cell by cell, whatever the values are called.

    Raises:
        ConfigError: they have not the same sweep.
    """
    plans = plan_of(first), plan_of(second)
    if plans[0].swept != plans[1].swept or len(plans[0].cells) != len(plans[1].cells):
        raise ConfigError(
            f"{first.directory} and {second.directory}: are not of the same sweep "
            f"({len(plans[0].cells)} and {len(plans[1].cells)} cells); name a run, and the same "
            "config run with --refine"
        )
    frames = _timed((_read(first), _read(second)), plans)
    cells = [_by_cell(frame) for frame in frames]
    pairs = [
        ({"cell": k} | dict(plans[0].cells[k].labels), one, cells[1][k])
        for k, one in cells[0].items()
        if k in cells[1]
    ]
    only = [[f"cell {k}" for k in cells[i] if k not in cells[1 - i]] for i in (0, 1)]
    return _compared((first, second), plans, pairs, (only[0], only[1]))


def _by_cell(frame: pd.DataFrame) -> dict[int, pd.DataFrame]:
    return {k: frame[frame["cell"] == k] for k in sorted(int(k) for k in frame["cell"].unique())}


def _compared(
    stores: tuple[Store, Store],
    plans: tuple[Plan, Plan],
    pairs: Sequence[tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]],
    only: tuple[list[str], list[str]],
) -> Comparison:
    """Compare the rows of some settings: what each is called, of the one run, of the other."""
    if not pairs:
        raise ConfigError(
            f"{stores[0].directory} and {stores[1].directory}: have no cell in common; play again "
            "what failed, with 'tariff-talks run --retry'"
        )
    one = pd.concat([first for _, first, _ in pairs])
    other = pd.concat([second for _, _, second in pairs])
    paired = _same_luck(plans, one, other)
    sides = _cells(plans[0], one), _cells(plans[1], other)
    why = unpaired(*sides, [name for name in pairs[0][0] if name != "cell"])
    rows = [
        setting | row
        for setting, first, second in pairs
        for row in _differences(first, second, paired=paired)
    ]
    table = pd.DataFrame(rows).astype({"draws": int})
    table = table.assign(pairing=UNPAIRED if why or not paired else PAIRED)
    if any(not plan.scenario.get("economy") for plan in plans):
        units = {given_in(plan.scenario) for plan in plans}
        table = in_own_units(table, units.pop() if len(units) == 1 else "payoff")
    return Comparison(paired, told(one), tuple(why), config_difference(*stores), table, only)


def _cells(plan: Plan, frame: pd.DataFrame) -> tuple[Plan, list[Cell]]:
    numbers = set(frame["cell"])
    return plan, [cell for cell in plan.cells if cell.index in numbers]


def _timed(
    frames: tuple[pd.DataFrame, pd.DataFrame], plans: tuple[Plan, Plan]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put the time of signing in days beside the rows if a round has other lengths."""
    lengths = [_days(plan, frame) for plan, frame in zip(plans, frames, strict=True)]
    if len({days for each in lengths for days in each.values()}) < 2:
        return frames
    timed = [
        frame.assign(days=(frame["round"] - 0.5) * frame["cell"].map(each))
        for frame, each in zip(frames, lengths, strict=True)
    ]
    return timed[0], timed[1]


def _days(plan: Plan, frame: pd.DataFrame) -> dict[int, float]:
    """Give the days a round of every cell."""
    path = "calendar.days_per_round"
    cells = [plan.cells[int(k)] for k in frame["cell"].unique()]
    if not any(overlap(said.path, path) for cell in cells for said in cell.said):
        days = played_at(plan, cells[0], path)
        return {cell.index: days for cell in cells}
    return {cell.index: played_at(plan, cell, path) for cell in cells}


def _read(store: Store) -> pd.DataFrame:
    heads = store.heads()
    if "cell" not in heads:
        raise ConfigError(f"{store.directory}: every cell failed; there is nothing to compare")
    reviews = [f"review.{name}" for name in names(heads, "review")]
    return store.outcomes([*essentials(heads), *reviews], MOST)


def _groups(frame: pd.DataFrame, paths: list[str]) -> dict[tuple[Any, ...], pd.DataFrame]:
    """Give the rows of every setting of the shared paths."""
    if not paths:
        return {(): frame}
    found = frame.groupby(paths, sort=False, observed=True)
    return {key if isinstance(key, tuple) else (key,): part for key, part in found}


def _one_cell(store: Store, plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of one cell: of cells that play the same, and are called otherwise, the first.

    Raises:
        ConfigError: they play otherwise, and nothing that both runs sweep tells them apart.
    """
    first, *rest = (plan.cells[int(k)] for k in frame["cell"].unique())
    for cell in rest:
        if plan.said(cell) != plan.said(first):
            raise ConfigError(
                f"{store.directory}: cells {first.index} and {cell.index} differ, but in nothing "
                "that the other run says, too; compare cells of one run with 'effect --cells', or "
                "run one of them alone"
            )
    return frame[frame["cell"] == first.index] if rest else frame


def _only(paths: list[str], mine: Mapping[Any, Any], other: Mapping[Any, Any]) -> list[str]:
    keys = [key for key in mine if key not in other]
    return [", ".join(f"{p} = {v}" for p, v in zip(paths, key, strict=True)) for key in keys]


def _alike(
    frames: tuple[pd.DataFrame, pd.DataFrame], plans: tuple[Plan, Plan]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the cells of each run that agree with the other where only one of them sweeps a path.

    Raises:
        ConfigError: there is none.
    """
    kept = list(frames)
    for mine, other in ((0, 1), (1, 0)):
        both = swept(frames[other])
        for path in swept(frames[mine]):
            if path in both:
                continue
            fixed = played_at(plans[other], plans[other].cells[0], path)
            same = {c.index for c in plans[mine].cells if played_at(plans[mine], c, path) == fixed}
            kept[mine] = kept[mine][kept[mine]["cell"].isin(same)]
            if kept[mine].empty:
                raise ConfigError(
                    f"{path}: one run sweeps it, the other plays {_word(fixed)}, which is none of "
                    "the swept values; there is nothing to compare"
                )
        alone = {path for path in swept(frames[mine]) if path not in both}
        kept[mine] = _also_alike(kept[mine], plans[mine], plans[other], alone)
    return kept[0], kept[1]


def _also_alike(frame: pd.DataFrame, mine: Plan, other: Plan, alone: set[str]) -> pd.DataFrame:
    """Keep the cells that also agree in what values of a path that only one run sweeps set besides.

    Raises:
        ConfigError: there is none.
    """
    cells = [mine.cells[int(k)] for k in frame["cell"].unique()]
    said = {each.by for cell in cells for each in cell.said if each.path in alone}
    also = {e.path for c in mine.cells for e in c.said if e.by in said} - alone
    for path in sorted(also):
        fixed = [played_at(other, cell, path) for cell in other.cells]
        same = {cell.index for cell in cells if played_at(mine, cell, path) in fixed}
        frame = frame[frame["cell"].isin(same)]
        if frame.empty:
            raise ConfigError(
                f"{path}: one run sets it in a sweep, the other plays {_word(fixed[0])}, which "
                "none of the swept values set; there is nothing to compare"
            )
    return frame


def _word(value: Any) -> str:
    return "nothing there" if value is MISSING else shown(value)


def _same_luck(plans: tuple[Plan, Plan], one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Tell whether world k has the same draw and the same luck in both runs."""
    drawn = []
    for plan in plans:
        payoffs = plan.scenario["payoffs"]
        draws = draws_of(plan, plan.scenario)
        drawn.append((plan.config.seed, draws, payoffs.get("sampling")))
    if drawn[0] != drawn[1]:
        return False
    rows = [frame.drop_duplicates("world").set_index("world")["draw"] for frame in (one, other)]
    shared = rows[0].index.intersection(rows[1].index)
    return len(shared) > 0 and bool((rows[0][shared] == rows[1][shared]).all())


def _differences(
    one: pd.DataFrame, other: pd.DataFrame, *, paired: bool
) -> Iterator[dict[str, Any]]:
    unit = "days" if "days" in one else "rounds"
    shut = {str(talk) for frame in (one, other) for talk in closed(frame)["talk"]}
    for talk in one["talk"].unique():
        pair = [frame[frame["talk"] == talk] for frame in (one, other)]
        if pair[1].empty:
            continue
        a, b = (_by_world(frame) for frame in pair)
        holds = {"holds": BY_CONSTRUCTION if str(talk) in shut else ""}
        yield _row("agreement", "points", talk, a["deal"], b["deal"], a, b, paired) | holds
        yield _row("with a cut", "points", talk, a["cut"], b["cut"], a, b, paired) | holds
        yield _row("time of signing", unit, talk, a["time"], b["time"], a, b, paired) | holds
    every = {str(talk) for talk in one["talk"].unique()} <= shut
    holds = {"holds": BY_CONSTRUCTION if every else IN_PART if shut else ""}
    a, b = (one_per_world(frame).set_index("world") for frame in (one, other))
    for country in countries(one):
        if country in countries(other):
            name = f"payoff.{country}"
            yield _row("payoff", "USD bn a year", country, a[name], b[name], a, b, paired) | holds


def _by_world(frame: pd.DataFrame) -> pd.DataFrame:
    """Give one row a world."""
    time = "days" if "days" in frame else "round"
    values = pd.DataFrame(
        {
            "world": frame["world"],
            "draw": frame["draw"],
            "deal": 100.0 * (frame["status"] == "deal"),
            "cut": 100.0 * frame["lowers"],
            "time": frame[time].astype(float).where(frame["status"] == "deal"),
        }
    )
    return values.set_index("world")


def _row(
    quantity: str,
    unit: str,
    of: str,
    one: pd.Series,
    other: pd.Series,
    first: pd.DataFrame,
    second: pd.DataFrame,
    paired: bool,
) -> dict[str, Any]:
    step = 100.0 if unit == "points" else 0.0
    if paired:
        shared = one.index.intersection(other.index)
        one, other = one[shared], other[shared]
        gap = (other - one).to_numpy(float)
        middle, bottom, top = clustered_mean(gap, _clusters(first.loc[shared]), step=step)
        half = (top - bottom) / 2
        rows = first.loc[shared, ["draw"]]
        band = band_of(rows, pd.Series(gap, index=rows.index), [])
        both = ~np.isnan(gap)
        means = [float(values[both].mean()) if both.any() else np.nan for values in (one, other)]
        worlds = int(both.sum())
    else:
        parts = [
            clustered_mean(values.to_numpy(float), _clusters(frame), step=step)
            for values, frame in ((one, first), (other, second))
        ]
        means = [mean for mean, _, _ in parts]
        half = math.hypot(*[(top - bottom) / 2 for _, bottom, top in parts])
        middle = means[1] - means[0]
        worlds = min(one.count(), other.count())
        band = pd.DataFrame({"draws": [first["draw"].nunique()], "p5": np.nan, "p95": np.nan})
    draws, low, high = band.iloc[0] if len(band) else (0, np.nan, np.nan)
    return {
        "quantity": quantity,
        "of": of,
        "unit": unit,
        "first": means[0],
        "second": means[1],
        "difference": middle,
        "error": half,
        "p5": low,
        "p95": high,
        "draws": draws,
        "worlds": worlds,
    }


def _clusters(rows: pd.DataFrame) -> Any:
    return clusters(rows.reset_index()).to_numpy()


def config_difference(first: Store, second: Store) -> dict[str, tuple[Any, Any]]:
    """Give what the configs as run say differently, by dotted path."""
    one, other = (_leaves(read_toml(store.directory / CONFIG)) for store in (first, second))
    paths = list(dict.fromkeys([*one, *other]))
    pairs = {path: (one.get(path, ABSENT), other.get(path, ABSENT)) for path in paths}
    return {path: (a, b) for path, (a, b) in pairs.items() if a != b and path not in _BESIDE}


def _leaves(said: Any, path: str = "") -> dict[str, Any]:
    if isinstance(said, Mapping) and "value" in said:
        return _leaves(said["value"], path)
    if not isinstance(said, Mapping) or not said:
        return {path: said}
    found: dict[str, Any] = {}
    for key, value in said.items():
        found |= _leaves(value, f"{path}.{key}" if path else str(key))
    return found

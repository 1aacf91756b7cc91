"""Tables of docs/talks_tables.md: `python -m tests.beside DIR PATH BEFORE`.

In every setting of the other swept paths the cell in which the path has the value BEFORE, and under
it what its other values change, each world compared with itself. Below the floors of `effect` a
change is `none`. Payoffs are means of all worlds. With `band` as a fourth word a change has behind
it between what 5 to 95 % of the draws lie.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from experiments.analysis.effect import labelled, pairs, terms
from experiments.analysis.floors import Floors
from experiments.design.designs import CASE
from experiments.results.clustered import band_of, mean_of
from experiments.results.quantities import one_per_world, swept
from experiments.runs.store import Store, plan_of

TALKS = ("japan", "korea")
COUNTRIES = {"japan": "Japan", "korea": "Korea", "usa": "United States"}
NONE = "none"

COUNTS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "deals": lambda rows: rows["status"] == "deal",
    "vetoed": lambda rows: rows["vetoes"] > 0,
    "granted": lambda rows: rows["clause"].fillna(0).astype(bool),
    "points by the clause": lambda rows: rows["by_clause.cars"].fillna(0),
}
"""Of either talk: shares of its worlds, in percent, and means; if the run has the column."""

_NEEDS = {"vetoed": "vetoes", "granted": "clause", "points by the clause": "by_clause.cars"}


def lines(store: Store, path: str, before: str, *, band: bool = False) -> Iterator[str]:
    """Write the table."""
    frame = store.outcomes()
    if path == CASE:
        frame = frame.drop(columns=[name for name in swept(frame) if name != CASE])
    others = [name for name in swept(frame) if name != path]
    counts = [name for name in COUNTS if name not in _NEEDS or _varies(frame, _NEEDS[name])]
    heads = ["hub" if name == "strategies.usa" else name for name in others]
    yield row(*heads, "what", *counts, "changed", *COUNTRIES.values())
    yield "|---" * (len(heads) + len(counts) + 5) + "|"
    settings = frame.groupby(others, sort=False, observed=True) if others else [((), frame)]
    for setting, mine in settings:
        said = [str(label) for label in setting]
        for value, cell in mine.groupby(path, sort=False, observed=True):
            told = [*said, str(value), *(_counted(cell, name) for name in counts)]
            if str(value) == before:
                told += ["", *(_payoff(mine, path, before, country) for country in COUNTRIES)]
            else:
                both = pairs(mine, path, before, str(value))
                told += [_shares(changed(*both), both[0])]
                floors = floors_of(store, *both)
                told += [gain(*both, country, floors, band=band) for country in COUNTRIES]
            yield row(*told)
            said = ["" for _ in said]


def floors_of(store: Store, *sides: pd.DataFrame) -> Floors:
    """Give the floors of a run, or of the cells of some rows, as `effect` has them."""
    cells = {int(cell) for side in sides for cell in side["cell"].unique()}
    return Floors.of(store.manifest(), plan_of(store).scenario, cells=cells or None)


def row(*cells: str) -> str:
    """Write a row of a table."""
    return f"| {' | '.join(cells)} |"


def changed(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Tell in which talks the deal has other terms, or is there on one side only."""
    signed, signs = (side["status"] == "deal" for side in (one, other))
    first, second = one[terms(one)], other[terms(one)]
    alike = ((first == second) | (first.isna() & second.isna())).all(axis=1)
    return (signed != signs) | (signed & ~alike)


def gain(
    one: pd.DataFrame, other: pd.DataFrame, country: str, floors: Floors, *, band: bool
) -> str:
    """Write what a country's payoff changes from one side to the other, world by world."""
    rows = one[one["talk"] == TALKS[0]]
    gap = (other[f"payoff.{country}"] - one[f"payoff.{country}"]).loc[rows.index]
    (mean,) = mean_of(rows, gap, []).to_dict("records")
    if floors.none(mean["mean"], "USD bn a year", "payoff", country):
        return NONE
    text = f"{mean['mean']:+.2f} ± {(mean['high'] - mean['low']) / 2:.2f}"
    (ends,) = band_of(rows, gap, []).to_dict("records")
    text = f"{text} ({ends['p5']:.1f} to {ends['p95']:.1f})" if band else text
    return text.replace("-", "−")


def _varies(frame: pd.DataFrame, column: str) -> bool:
    return column in frame and bool((frame[column].fillna(0).astype(float) != 0).any())


def _counted(cell: pd.DataFrame, name: str) -> str:
    return _shares(COUNTS[name](cell), cell)


def _shares(values: pd.Series, rows: pd.DataFrame) -> str:
    """Write a share or a mean of either talk."""
    found = values.astype(float).groupby(rows["talk"]).mean()
    told = (f"{100 * found[t]:.0f}" if values.dtype == bool else f"{found[t]:.1f}" for t in TALKS)
    return ", ".join(told)


def _payoff(mine: pd.DataFrame, path: str, label: str, country: str) -> str:
    cell = one_per_world(mine[labelled(mine, path, label, path)])
    return f"{cell[f'payoff.{country}'].mean():.2f}".replace("-", "−")


if __name__ == "__main__":
    directory, path, before, *more = sys.argv[1:]
    told = lines(Store.open(Path(directory)), path, before, band="band" in more)
    sys.stdout.write("\n".join(told) + "\n")

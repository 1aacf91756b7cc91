"""Which rates the deals leave."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.figures.canvas import GREY, Rows, figure
from experiments.figures.results import Results
from experiments.quantities import rate_shares

MOST = 12

CUTS = ("#9ECAE1", "#4292C6", "#08519C")
"""Rates lowered a little, further, and to the last level."""


def numbers(results: Results) -> pd.DataFrame:
    """Give the share of deals at each final rate of each measure, by setting and talk."""
    return rate_shares(results.frame, results.paths(MOST))


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw bars of the rates, a row of axes for each talk, a column for each measure."""
    paths = results.paths(MOST)
    rows = Rows(results, results.frame, paths)
    note = f"Added percentage points in the deals, as numbers in the bars. {rows.legend}"
    made = figure(
        3.4 + 2.1 * len(results.measures),
        1.7 + (0.55 + 0.29 * rows.height) * len(results.talks),
        "Which rates do the deals leave?",
        f"{note} {results.pooled(paths)}",
    )
    grid = made.subplots(len(results.talks), len(results.measures), squeeze=False)
    for line, talk in zip(grid, results.talks, strict=True):
        for n, (axes, measure) in enumerate(zip(line, results.measures, strict=True)):
            part = table[(table["talk"] == talk) & (table["measure"] == measure)]
            _bars(axes, part, rows, _levels(results, talk, measure))
            axes.set_xlim(0, 100)
            axes.set_xticks([0, 50, 100])
            name = results.measure(measure).replace(", ", ",\n")
            axes.set_title(f"{results.talk(talk)}\n{name}" if n == 0 else name, fontsize=9)
            rows.dress(axes, first=n == 0)
    for axes in grid[-1]:
        axes.set_xlabel("percent of deals")
    words = ("kept", "lowered", "lowered further", "lowest on offer")
    patches = [Patch(color=c, label=w) for c, w in zip((GREY, *CUTS), words, strict=True)]
    made.legend(handles=patches, loc="outside upper right", ncols=4)
    return made


def _levels(results: Results, talk: str, measure: str) -> list[float]:
    """Give the rates that a measure of a talk can have, the highest first."""
    frame = results.frame
    seen = frame.loc[frame["talk"] == talk, f"rate.{measure}"].dropna().unique()
    return sorted((float(rate) for rate in seen), reverse=True)


def _colour(rate: float, levels: list[float]) -> str:
    n = levels.index(rate)
    if n == 0:
        return GREY
    if n == len(levels) - 1:
        return CUTS[2]
    return CUTS[0] if n == 1 else CUTS[1]


def _bars(axes: Axes, part: pd.DataFrame, rows: Rows, levels: list[float]) -> None:
    """Draw one stacked bar a setting: one call for each rate."""
    part = part.assign(y=[rows.of(row) for row in part.to_dict("records")])
    table = part.pivot_table("share", "y", "rate", fill_value=0.0, observed=True)
    shares = 100 * table.reindex(columns=levels, fill_value=0.0).to_numpy(float)
    places, ahead = table.index.to_numpy(float), shares.cumsum(axis=1) - shares
    for n, rate in enumerate(levels):
        colour = _colour(rate, levels)
        axes.barh(places, shares[:, n], left=ahead[:, n], color=colour, height=0.74)
        for k in np.flatnonzero(shares[:, n] > 14):
            axes.text(
                ahead[k, n] + shares[k, n] / 2, places[k], f"{rate:g}", ha="center", va="center",
                fontsize=7.5, color="white" if colour in CUTS[1:] else "black",
            )  # fmt: skip
    for y in sorted(set(rows.place.values()) - set(places)):
        axes.text(50, y, "no deals", ha="center", va="center", fontsize=7.5, color="#555555")

"""Which rates the deals leave."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.figures.canvas import DARK, GREY
from experiments.figures.page import Page
from experiments.figures.results import Results
from experiments.figures.rows import Rows
from experiments.quantities import rate_shares

TITLE = "Which rates do the deals leave?"
CAPTION = (
    "Only worlds with a deal. Grey: the measure was reviewed or left aside, and its rate stays. "
    "The darker the blue, the deeper the cut. The number in a bar is the rate that is left."
)
EMPTY = "the scenario has no measures, or no world of the run has a deal"

CUTS = ("#9ECAE1", "#4292C6", "#08519C")
"""Rates lowered a little, further, and to the last level."""


def numbers(results: Results, most: int = 12) -> pd.DataFrame:
    """Give the share of deals at each final rate of each measure, by setting and talk.

    Args:
        results: of a run.
        most: settings that are told apart.

    Returns:
        Columns: the swept paths shown, talk, measure, rate (added percentage points), deals, count,
        share, low, high.
    """
    if not results.measures:
        return pd.DataFrame()
    return rate_shares(results.frame, results.paths(most))


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw bars of the rates, a line of panels for each talk, a panel for each measure."""
    paths = results.told(table)
    rows = Rows(results, results.frame[[*paths]] if paths else table)
    note = f"Numbers in the bars: added percentage points. {rows.legend} {results.pooled(paths)}"
    names = ("kept", "lowered", "lowered further", "lowest on offer")
    patches = [Patch(color=c, label=w) for c, w in zip((GREY, *CUTS), names, strict=True)]
    page = Page(TITLE, note, patches)
    keys = [(talk, measure) for talk in results.talks for measure in results.measures]
    titles = [f"{results.country(results.partner(t))}\n{results.measure(m)}" for t, m in keys]
    panels = page.panels(
        titles, 0.8 * rows.inches, least=0.84, left=rows.width, gap=0.16,
        across=len(results.measures), size=8,
    )  # fmt: skip
    for n, (axes, (talk, measure)) in enumerate(zip(panels, keys, strict=True)):
        part = table[(table["talk"] == talk) & (table["measure"] == measure)]
        axes.set_xlim(0, 100)
        _bars(axes, part, rows, *_levels(results, talk, measure))
        axes.set_xticks([0, 50, 100])
        first, _, last = axes.get_xticklabels()
        first.set_horizontalalignment("left")
        last.set_horizontalalignment("right")
        rows.dress(axes, first=page.is_first(n))
        axes.set_xlabel("percent of deals" if page.is_first(n) else "", x=0, ha="left")
    return page.figure


def _levels(results: Results, talk: str, measure: str) -> tuple[list[float], set[float]]:
    """Give the rates that a measure of a talk has, the highest first, and those that are kept."""
    part = results.frame[results.frame["talk"] == talk]
    seen = set(part[f"rate.{measure}"].dropna().astype(float))
    kept = set(results.kept(part, measure).dropna())
    return sorted(seen | kept, reverse=True), kept


def _colour(rate: float, levels: list[float], kept: set[float]) -> str:
    if rate in kept:
        return GREY
    cuts = [level for level in levels if level not in kept]
    if rate == cuts[-1]:
        return CUTS[2]
    return CUTS[0] if rate == cuts[0] else CUTS[1]


def _bars(
    axes: Axes, part: pd.DataFrame, rows: Rows, levels: list[float], kept: set[float]
) -> None:
    """Draw one stacked bar a setting: one call for each rate."""
    part = part.assign(y=rows.places(part))
    table = part.pivot_table("share", "y", "rate", fill_value=0.0, observed=True)
    shares = 100 * table.reindex(columns=levels, fill_value=0.0).to_numpy(float)
    places, ahead = table.index.to_numpy(float), shares.cumsum(axis=1) - shares
    for n, rate in enumerate(levels):
        colour = _colour(rate, levels, kept)
        some = shares[:, n] > 0
        rows.bars(axes, places[some], ahead[some, n], (ahead + shares)[some, n], colour)
        for k in np.flatnonzero(shares[:, n] > 24):
            axes.text(
                ahead[k, n] + shares[k, n] / 2, places[k], f"{rate:g}", ha="center", va="center",
                fontsize=7, color="white" if colour in CUTS[1:] else "black",
            )  # fmt: skip
    for y in sorted(set(rows.place.values()) - set(places)):
        axes.text(50, y, "no deals", ha="center", va="center", fontsize=7, color=DARK)

"""How often the worlds show the patterns of what happened."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.backtest.calibration import acceptance, calibrate
from experiments.figures.canvas import BLUE, DARK, ORANGE, PRECISION, SKY
from experiments.figures.page import Page
from experiments.figures.words import count, widest, wrapped
from experiments.results.results import Results

TITLE = "How many worlds show what happened?"
CAPTION = (
    "Each bar is the share of worlds that show one pattern of what happened, the last one the "
    "share that show all of them. A diamond far left is a pattern that worlds with all the others "
    "miss: it holds the rest back."
)
EMPTY = "the config has no patterns"
NEEDS = "patterns"

_SIZE, _LINE = 8.0, 0.17
_ROW = 0.24
"""Inches of a bar."""


def numbers(results: Results) -> pd.DataFrame:
    """Give the share of worlds that show each pattern, and all of them.

    Args:
        results: of a run whose config has patterns.

    Returns:
        As `experiments.backtest.calibration.acceptance`. Empty without patterns.
    """
    if not results.plan.config.patterns:
        return pd.DataFrame()
    return acceptance(calibrate(results.frame, results.plan))


def equally_likely(results: Results) -> str:
    """Say that a calibration pools the cells of a run, if there are several."""
    cells = results.frame["cell"].nunique()
    return f"The {cells} cells of the run are counted as equally likely." if cells > 1 else ""


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw a bar for each pattern, and one for all."""
    joint = table.iloc[-1]
    note = (
        f"All patterns: {100 * joint['share']:.2g} percent of worlds "
        f"({100 * joint['low']:.2g} to {100 * joint['high']:.2g} is how exactly that is computed). "
        f"{equally_likely(results)}"
    ).rstrip()
    page = Page(TITLE, note, _legend())
    labels = [wrapped(label, min(2.6, 0.4 * page.width), _SIZE) for label in table["label"]]
    heights = [max(_ROW, count(label) * _LINE) + 0.06 for label in labels]
    edges = np.cumsum([0.0, *heights])
    middles = (edges[:-1] + edges[1:]) / 2
    left = widest(labels, _SIZE) + 0.15
    (axes,) = page.panels([""], float(edges[-1]), least=1.4, left=left)
    _bars(axes, table, middles)
    axes.set_yticks(middles, labels, fontsize=_SIZE)
    axes.set_ylim(edges[-1], 0)
    axes.set_xlim(0, 104)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("percent of worlds")
    return page.figure


def _legend() -> list[Patch | Line2D]:
    return [
        Patch(color=SKY, label="worlds that show it"),
        Line2D([], [], color=DARK, linewidth=1.2, label=PRECISION),
        Line2D([], [], color=ORANGE, marker="D", markeredgecolor=DARK, markersize=5,
               linestyle="", label="among those that show all others"),
    ]  # fmt: skip


def _bars(axes: Axes, table: pd.DataFrame, middles: np.ndarray) -> None:
    colours = [SKY] * (len(table) - 1) + [BLUE]
    axes.barh(middles, 100 * table["share"], height=0.7 * _ROW, color=colours)
    axes.hlines(middles, 100 * table["low"], 100 * table["high"], color=DARK, linewidth=1.2)
    axes.plot(100 * table["of others"], middles, "D", color=ORANGE, markeredgecolor=DARK,
              markeredgewidth=0.5, markersize=5)  # fmt: skip

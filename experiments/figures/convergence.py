"""How sensitivity indices settle as the sample grows."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.analysis.sensitivity.indices import KINDS
from experiments.figures.canvas import nth
from experiments.figures.page import Page
from experiments.results.words import Words

CAPTION = (
    "Each part of the sample holds the smaller ones. Bands: the computing precision "
    "(95 %) of an index, by bootstrap. An order of lines that no longer changes, with bands apart, "
    "has settled."
)

_MOST = 6


def draw(naming: Words, table: pd.DataFrame, design: str, about: str) -> Figure:
    """Draw the main index of the most influential parameters over the size of the sample.

    Args:
        naming, table, design, about: as in `experiments.figures.indices.draw`.
    """
    main = list(KINDS[design])[-1 if design == "saltelli" else 0]
    part = table[table["index"] == main]
    last = part[part["size"] == part["size"].max()].nlargest(_MOST, "value")
    paths = list(last["path"])
    handles = [Line2D([], [], label=naming.path(path), **_look(n)) for n, path in enumerate(paths)]
    page = Page(f"Has it settled? {about[0].upper()}{about[1:]}: {main} index", CAPTION, handles)
    (axes,) = page.panels([""], 2.2, least=2, left=0.5)
    for n, path in enumerate(paths):
        rows = part[part["path"] == path].sort_values("points")
        axes.fill_between(
            rows["points"],
            rows["low"],
            rows["high"],
            color=nth(n)["color"],
            alpha=0.15,
            linewidth=0,
        )
        axes.plot(rows["points"], rows["value"], markersize=4, **_look(n))
    axes.set_xscale("log", base=2)
    sizes = sorted(part["points"].unique())
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.set_xlabel("points played")
    return page.figure


def _look(n: int) -> dict[str, Any]:
    return dict(nth(n))

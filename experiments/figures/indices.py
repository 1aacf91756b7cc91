"""Sensitivity indices of every uncertain parameter."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.analysis.sensitivity.indices import KINDS
from experiments.figures.canvas import BLUE, ORANGE, PRECISION
from experiments.figures.page import Page
from experiments.figures.words import count, widest, wrapped
from experiments.results.words import Words

_ROW, _LINE = 0.24, 0.13
_LOOKS = ((BLUE, "o", -0.14), (ORANGE, "s", 0.14))


def draw(naming: Words, table: pd.DataFrame, design: str, about: str) -> Figure:
    """Draw the indices of the whole sample, the most influential parameter first.

    Args:
        naming: the words of the scenario.
        table: as from `experiments.analysis.sensitivity.indices.indices`.
        design: a key of `KINDS`.
        about: the quantity, in words.
    """
    whole = table[table["size"] == table["size"].max()]
    main = list(KINDS[design])[-1 if design == "saltelli" else 0]
    order = whole[whole["index"] == main].sort_values("value", ascending=False, kind="stable")
    paths = list(order["path"])
    words = [wrapped(naming.path(path), 2.3, 8) for path in paths]
    said = "\n".join(f"{index}: {meaning}." for index, meaning in KINDS[design].items())
    note = f"{said}\nBars: {PRECISION}, by bootstrap; {whole['points'].iloc[0]:,} points."
    page = Page(f"What does it turn on? {about[0].upper()}{about[1:]}", note, _legend(design))
    heights = [_ROW + _LINE * (count(word) - 1) for word in words]
    (axes,) = page.panels([""], sum(heights), least=1.5, left=widest(words, 8) + 0.12)
    edges = np.append(0, np.cumsum(heights)) / sum(heights) * len(paths)
    places = dict(zip(paths, (edges[:-1] + edges[1:]) / 2 - 0.5, strict=True))
    for index, (colour, marker, apart) in zip(KINDS[design], _LOOKS, strict=True):
        part = whole[whole["index"] == index]
        at = part["path"].map(places).to_numpy(float) + apart
        axes.hlines(at, part["low"], part["high"], color=colour, linewidth=2.5, alpha=0.4)
        axes.plot(part["value"], at, marker, color=colour, markersize=4.5)
    axes.axvline(0, color="#888888", linewidth=0.8)
    axes.set_ylim(len(paths) - 0.5, -0.5)
    axes.set_yticks(list(places.values()), words, fontsize=8)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("share of the variance" if design == "saltelli" else "effect on it")
    page.thin(axes)
    return page.figure


def _legend(design: str) -> list[Line2D]:
    return [
        Line2D([], [], color=colour, marker=marker, linestyle="", label=index)
        for index, (colour, marker, _) in zip(KINDS[design], _LOOKS, strict=True)
    ]

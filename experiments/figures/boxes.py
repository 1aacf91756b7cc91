"""Conditions under which a case of interest is frequent: boxes, and all points of the sample."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.analysis.discovery.boxes import Bound, Box, Discovery
from experiments.analysis.discovery.sentences import percent
from experiments.figures.canvas import BLUE, DARK, GREY, RED
from experiments.figures.page import Page
from experiments.figures.words import widest, wrapped
from experiments.results.words import Words

CAPTION = (
    "Above: the range of each parameter (grey), and the part of it that makes a box (blue), with "
    "its bounds. Density: share of the worlds in the box that are cases; coverage: share of all "
    "cases that it holds; both on points that did not make it. Below: every point of the sample, "
    "redder the more of its worlds are cases, and the boxes."
)

_ROW = 0.34
_FLAT = CAPTION.partition(" Below")[0].replace("Above: the", "The")


def draw(naming: Words, found: Discovery) -> Figure:
    """Draw the ranges that make each box, and the points over the two parameters that matter most.

    Args:
        naming: the words of the scenario.
        found: what was found.
    """
    points = found.answers.points
    paths = _paths(found)
    axes_of = [p for p in paths if pd.api.types.is_numeric_dtype(points[p])][:2]
    flat = len(axes_of) < 2
    case = str(found.condition)
    page = Page(f"Under which conditions is there {case}?", _FLAT if flat else CAPTION)
    words = [wrapped(naming.path(path), 2.0, 8) for path in paths]
    titles = [
        f"{n}. density {percent(box.density)}, coverage {percent(box.coverage)}"
        for n, box in enumerate(found.boxes, 1)
    ]
    heights = [_ROW * len(paths)] * len(found.boxes)
    if not flat:
        titles, heights = [*titles, f"Share of worlds with {case}"], [*heights, 2.6]
    panels = page.panels(
        titles, heights, least=2, left=max(widest(words, 8) + 0.12, 0.65), across=1
    )
    for axes, box in zip(panels, found.boxes, strict=False):
        _ranges(axes, box, points, paths)
        axes.set_yticks(np.arange(len(paths)), words, fontsize=8)
    if not flat:
        _scatter(panels[-1], found, axes_of)
        panels[-1].set_xlabel(naming.path(axes_of[0]))
        panels[-1].set_ylabel(wrapped(naming.path(axes_of[1]), 2.4, 9))
    return page.figure


def _paths(found: Discovery) -> list[str]:
    """Give the parameters of all boxes, those of the most cases first."""
    weight: dict[str, float] = {}
    for box in found.boxes:
        for bound in box.bounds:
            weight[bound.path] = weight.get(bound.path, 0.0) + max(box.coverage, 0.0)
    return sorted(weight, key=lambda path: -weight[path])


def _ranges(axes: Axes, box: Box, points: pd.DataFrame, paths: list[str]) -> None:
    bounds = {bound.path: bound for bound in box.bounds}
    for place, path in enumerate(paths):
        axes.hlines(place, 0, 1, color=GREY, linewidth=7)
        if path in bounds:
            _range(axes, place, bounds[path], points[path])
    axes.set_xlim(-0.05, 1.05)
    axes.set_ylim(len(paths) - 0.4, -0.6)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _range(axes: Axes, place: int, bound: Bound, values: pd.Series) -> None:
    """Draw the part of a range that lies in a box; words stand in the middle."""
    if bound.among:
        axes.text(0.5, place, " or ".join(bound.among), ha="center", va="center", fontsize=7.5)
        return
    least, largest = float(values.min()), float(values.max())
    span = max(largest - least, 1e-12)
    ends = np.clip([(bound.low - least) / span, (bound.high - least) / span], 0, 1)
    axes.hlines(place, *ends, color=BLUE, linewidth=7)
    for at, edge, side in zip(ends, (bound.low, bound.high), ("right", "left"), strict=True):
        if np.isfinite(edge):
            axes.text(
                at, place - 0.3, f"{edge:.3g}", ha=side, va="center", fontsize=7.5, color=DARK
            )


def _scatter(axes: Axes, found: Discovery, paths: list[str]) -> None:
    points = found.answers.points
    across, up = (points[path].to_numpy(float) for path in paths)
    axes.scatter(across, up, c=found.share, cmap="RdYlBu_r", vmin=0, vmax=1, s=9, linewidths=0)
    for box in found.boxes:
        bounds = {bound.path: bound for bound in box.bounds}
        corners = [
            np.clip([b.low, b.high], values.min(), values.max())
            for b, values in (
                (bounds.get(p, Bound(p)), v) for p, v in zip(paths, (across, up), strict=True)
            )
        ]
        (x0, x1), (y0, y1) = corners
        axes.add_patch(
            Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=RED, linewidth=1.6)
        )
    axes.grid(visible=False)

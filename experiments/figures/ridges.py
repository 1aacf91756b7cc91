"""How the payoffs are spread, setting by setting."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from experiments.design.sweep import percent
from experiments.figures.canvas import BLUE, DARK, ORANGE, PRECISION, SKY
from experiments.figures.page import Page
from experiments.figures.rows import Rows
from experiments.figures.unplayed import unplayed
from experiments.results.clustered import mean_of
from experiments.results.quantities import one_per_world
from experiments.results.results import Results
from sim.config.schema.sentences import unknown

TITLE = "How are the payoffs spread?"
CAPTION = (
    "Each hill shows which payoffs are common among the worlds with at least one deal; worlds "
    "without any would stand as a spike near zero and are given as a percentage instead."
)
EMPTY = "no world of the run has a deal"

Floats = NDArray[np.float64]

POINTS = 120
_SPAN = (0.5, 99.5)
"""Percentiles between which hills are drawn; beyond them their slopes."""

_SLOPE = 3.0
"""Bandwidths that a slope is long."""

_POINT = 1e-9
"""Width of a hill that is a single payoff."""


def numbers(results: Results, most: int = 16, country: str | None = None) -> pd.DataFrame:
    """Give the density of payoffs over the worlds with a deal, by setting and country.

    A Gaussian kernel with the bandwidth of Silverman (1986), over binned values.

    Args:
        results: of a run.
        most: settings that are told apart.
        country: of whom; all if not given.

    Returns:
        Columns: the swept paths shown, country, payoff, density (per unit of payoff, over the
        worlds with a deal; its area is one), signed (share of worlds with a deal in some talk),
        worlds, mean, low, high (of all worlds; computed to).

    Raises:
        ConfigError: there is no such country.
    """
    paths = results.paths(most)
    frame = results.unmixed(paths).frame
    some = frame.assign(some=frame["status"] == "deal").groupby(["cell", "world"])["some"].any()
    worlds = one_per_world(frame).merge(some.reset_index(), on=["cell", "world"])
    if country is not None and country not in results.countries:
        raise unknown("country", country, results.countries, "country")
    who = results.countries if country is None else [country]
    if not worlds["some"].any():
        return pd.DataFrame()
    tables = [_hills(worlds, paths, f"payoff.{name}").assign(country=name) for name in who]
    return pd.concat(tables, ignore_index=True)


def _hills(worlds: pd.DataFrame, paths: list[str], column: str) -> pd.DataFrame:
    means = mean_of(worlds, worlds[column], paths)
    rows = []
    groups: Any = worlds.groupby(paths, sort=False, observed=True) if paths else [((), worlds)]
    grid = _grid(values_of(part, column) for _, part in groups)
    for key, part in groups:
        values = values_of(part, column)
        hill = pd.DataFrame({"payoff": grid, "density": density(values, grid)})
        hill["signed"] = len(values) / len(part)
        for path, value in zip(paths, key, strict=True):
            hill[path] = value
        rows.append(hill)
    table = pd.concat(rows, ignore_index=True)
    return table.merge(means, on=paths) if paths else table.join(means, how="cross")


def values_of(part: pd.DataFrame, column: str) -> Floats:
    """Give the payoffs of the worlds with a deal."""
    values: Floats = part.loc[part["some"], column].to_numpy(float)
    return values


def _grid(hills: Iterable[Floats]) -> Floats:
    """Give a grid that holds every hill with its slopes."""
    ends = []
    for values in hills:
        if len(values):
            low, high = np.percentile(values, _SPAN)
            reach = max(_SLOPE * _bandwidth(values), 0.12 * (high - low))
            ends.append((low - reach, high + reach))
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    if high - low < _POINT:
        low, high = low - 0.5, high + 0.5
    grid: Floats = np.linspace(low, high, POINTS)
    return grid


def _bandwidth(values: Floats) -> float:
    """Give the bandwidth of Silverman (1986)."""
    middle = np.subtract(*np.percentile(values, [75, 25])) / 1.34
    return float(0.9 * min(values.std(), middle) * len(values) ** -0.2)


def density(values: Floats, grid: Floats) -> Floats:
    """Give the kernel density of values on an even grid; zero where there is no value."""
    if len(values) == 0:
        return np.zeros_like(grid)
    step = grid[1] - grid[0]
    width = max(_bandwidth(values), step)
    reach = int(np.ceil(4 * width / step))
    edges = np.concatenate([grid - step / 2, grid[-1:] + step / 2])
    counts = np.histogram(values, edges)[0] / (len(values) * step)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / width) ** 2)
    smooth: Floats = np.convolve(counts, kernel / kernel.sum(), mode="full")[reach:-reach]
    return smooth


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw hills over each other, a row for each setting, a panel for each country."""
    rows = Rows(results, table, step=1.7)
    paths = results.told(table)
    note = (
        "Hills: worlds with a deal in at least one talk, all of the same area; the number beside "
        "each is the percent of worlds that have one. Zero is no deal in any talk.\n"
        f"{rows.legend} {unplayed(results, paths)} {results.pooled(paths)}"
    )
    page = Page(TITLE, note, _legend())
    who = list(dict.fromkeys(table["country"]))
    titles = [results.country(country) for country in who]
    panels = page.panels(titles, rows.inches + 0.1, least=1.35, left=rows.width)
    for n, (axes, country) in enumerate(zip(panels, who, strict=True)):
        axes.axvline(0, color="#888888", linewidth=1)
        part = table[table["country"] == country]
        _panel(axes, part, rows)
        rows.dress(axes, first=page.is_first(n))
        axes.set_ylim(rows.height - 0.3, -1.2)
        axes.set_xlabel(results.money)
        page.thin(axes)
    return page.figure


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=SKY, linewidth=6, label="how common a payoff is"),
        Line2D([], [], color=ORANGE, marker="D", markersize=4, markeredgecolor=DARK,
               markeredgewidth=0.5, linewidth=1.6,
               label=f"mean of all worlds, with its {PRECISION}"),
    ]  # fmt: skip


def _panel(axes: Axes, part: pd.DataFrame, rows: Rows) -> None:
    tallest = part["density"].max() or 1.0
    left, right = part["payoff"].min(), part["payoff"].max()
    axes.set_xlim(left, right + 0.2 * (right - left))
    groups = part.groupby(rows.paths, sort=False, observed=True) if rows.paths else [((), part)]
    for n, (_, hill) in enumerate(groups):
        head = hill.iloc[0].to_dict()
        y = rows.of(head) + 0.45
        top = y - 1.45 * hill["density"] / tallest
        axes.fill_between(hill["payoff"], y, top, color=SKY, linewidth=0, zorder=n + 2)
        axes.plot(hill["payoff"], top, color=BLUE, linewidth=0.9, zorder=n + 2)
        axes.plot([head["low"], head["high"]], [y, y], color=ORANGE, linewidth=2.2, zorder=99)
        axes.plot(head["mean"], y, "D", color=ORANGE, markersize=4, markeredgecolor=DARK,
                  markeredgewidth=0.5, zorder=99)  # fmt: skip
        axes.text(right + 0.2 * (right - left), y, f"{percent(head['signed'])} %", fontsize=7,
                  va="bottom", ha="right", color=DARK, zorder=99)  # fmt: skip

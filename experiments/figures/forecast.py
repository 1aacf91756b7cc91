"""What the worlds said of each number that was observed, and what happened."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.backtest.scores import MODEL, NAIVE, scores
from experiments.backtest.targets import DATES, RATES, targets
from experiments.figures.canvas import BLUE, DARK, GREEN, GREY, ORANGE, PINK, RED
from experiments.figures.page import Page
from experiments.figures.words import count, widest, wrapped
from experiments.history.worlds import Floats
from experiments.results.results import Results

TITLE = "What was forecast, and what happened?"
CAPTION = (
    "The thin bar holds the middle 90 percent of the worlds, the thick one the middle 50, the dot "
    "is the median; the red line is what happened. A red line outside of the thin bar is a "
    "surprise. Grey marks are forecasts without a model."
)
EMPTY = "the config says of no number what happened"
NEEDS = "observed"

_SIZE, _LINE, _ROW = 8.0, 0.16, 0.13
"""Size of the labels, and inches of a line of them and of a forecast."""
_MARKS = ("s", "^", "D", "P", "v", "X")
_COLOURS = (BLUE, ORANGE, GREEN, PINK)


def numbers(results: Results, most: int = 4) -> pd.DataFrame:
    """Give the forecasts of every number that was observed.

    Args:
        results: of a run whose config says what happened.
        most: cells that are shown, the first ones.

    Returns:
        Rows of `backtest.scores.Scores.table` that are no events. Empty if there is none.
    """
    if not targets(results.plan.config, results.config):
        return pd.DataFrame()
    table = scores(results.frame, results.plan).table
    shown = [*_names(table, MODEL)[:most], *_names(table, NAIVE)]
    number = (table["family"] == RATES) | (table["family"] == DATES)
    number |= table["family"].str.startswith("give.")
    return table[number & table["forecast"].isin(shown)].reset_index(drop=True)


def _names(table: pd.DataFrame, kind: str) -> list[str]:
    return list(dict.fromkeys(table.loc[table["kind"] == kind, "forecast"]))


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw a panel for each family of numbers, a row for each number."""
    model, naive = _names(table, MODEL), _names(table, NAIVE)
    note = (
        "Thin bar: the middle 90 percent of the worlds; thick: the middle 50; dot: the median. The "
        "closer they lie to the red line, the better. Dates are those of worlds with a deal; all "
        "else counts every world."
    )
    page = Page(TITLE, note, _legend(model, naive))
    families = list(dict.fromkeys(table["family"]))
    rows = [_rows(results, table, family, len(model), page.width) for family in families]
    left = widest([label for _, labels, _ in rows for label in labels], _SIZE) + 0.15
    titles = [_heading(results, family) for family in families]
    heights = [float(edges[-1]) for *_, edges in rows]
    panels = page.panels(titles, heights, least=page.inner - left - 0.1, left=left, across=1)
    for axes, family, (keys, labels, edges) in zip(panels, families, rows, strict=True):
        for (talk, target), top, bottom in zip(keys, edges[:-1], edges[1:], strict=True):
            part = table[(table["talk"] == talk) & (table["target"] == target)]
            _number(axes, part, model, naive, top, bottom)
        axes.set_yticks((edges[:-1] + edges[1:]) / 2, labels, fontsize=_SIZE)
        axes.set_ylim(edges[-1], 0)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        if family == DATES:
            _dress_dates(axes, results)
    return page.figure


def _rows(
    results: Results, table: pd.DataFrame, family: str, forecasts: int, width: float
) -> tuple[list[tuple[str, str]], list[str], Floats]:
    """Give the numbers of a family, their labels, and the edges of their rows in inches."""
    part = table.loc[table["family"] == family, ["talk", "target"]].drop_duplicates()
    keys = [(str(talk), str(target)) for talk, target in part.itertuples(index=False, name=None)]
    labels = [wrapped(_label(results, *key), min(2.2, 0.36 * width), _SIZE) for key in keys]
    heights = [max(count(label) * _LINE, (forecasts + 1) * _ROW) + 0.08 for label in labels]
    return keys, labels, np.cumsum([0.0, *heights])


def _legend(model: Sequence[str], naive: Sequence[str]) -> list[Line2D]:
    handles = [Line2D([], [], color=RED, linewidth=2, label="what happened")]
    for name, colour in zip(model, _COLOURS, strict=False):
        label = "the worlds" if len(model) == 1 else name
        handles.append(Line2D([], [], color=colour, linewidth=3, marker="o", markersize=4,
                              label=label))  # fmt: skip
    for name, mark in zip(naive, _MARKS, strict=False):
        handles.append(_mark(mark, label=name))
    return handles


def _mark(mark: str, x: Sequence[float] = (), y: Sequence[float] = (), label: str = "") -> Line2D:
    return Line2D(x, y, color=GREY, marker=mark, markeredgecolor=DARK, markeredgewidth=0.7,
                  markersize=5, linestyle="", label=label)  # fmt: skip


def _number(
    axes: Axes,
    part: pd.DataFrame,
    model: Sequence[str],
    naive: Sequence[str],
    top: float,
    bottom: float,
) -> None:
    """Draw what happened and all forecasts of one number between two heights."""
    axes.vlines(part["observed"].iloc[0], top + 0.03, bottom - 0.03, color=RED, linewidth=2,
                zorder=3)  # fmt: skip
    rows = part.set_index("forecast")
    first = (top + bottom) / 2 - len(model) * _ROW / 2
    for k, name in enumerate(model):
        if name in rows.index:
            row, y = rows.loc[name], first + k * _ROW
            colour = _COLOURS[k]
            axes.plot([row["5 %"], row["95 %"]], [y, y], color=colour, linewidth=1)
            axes.plot([row["25 %"], row["75 %"]], [y, y], color=colour, linewidth=3.5)
            axes.plot(row["50 %"], y, "o", color=colour, markeredgecolor="white", markersize=5.5,
                      zorder=4)  # fmt: skip
    for name, mark in zip(naive, _MARKS, strict=False):
        if name in rows.index:
            at = float(rows["50 %"].loc[name])
            axes.add_line(_mark(mark, [at], [first + len(model) * _ROW]))
            axes.update_datalim([(at, top)])
    axes.axhline(bottom, color=GREY, linewidth=0.6)


def _label(results: Results, talk: str, target: str) -> str:
    """Name a number for readers; its family stands above."""
    country = results.country(results.partner(talk))
    family, _, name = target.partition(".")
    if family == "rate":
        return f"{country}: {results.measure(name)} (points added)"
    return f"{country}: {name.replace('_', ' ')}" if family == "applied" else country


def _heading(results: Results, family: str) -> str:
    if family == RATES:
        return "Rate at the end, percent with the ordinary tariff"
    if family == DATES:
        return "Date of the deal"
    name = family.partition(".")[2]
    return f"{results.concession(name)}, {results.unit(name)}"


def _dress_dates(axes: Axes, results: Results) -> None:
    start = results.config.calendar.start
    assert start is not None, "without dates there is no such family"
    axes.autoscale_view()
    low, high = (int(np.floor(end)) for end in axes.get_xlim())
    days = [start + timedelta(day) for day in range(low, high + 1)]
    shown = [day for day in days if day.day in (1, 15)]
    axes.set_xticks([(day - start).days for day in shown], [_day(day) for day in shown])


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"

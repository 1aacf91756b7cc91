"""How long the talks take."""

from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter, MonthLocator, date2num
from matplotlib.figure import Figure

from experiments.figures.canvas import BLUE, RED, figure
from experiments.figures.results import Results
from experiments.quantities import signing_times

MOST = 6

_LETTERS = 56
"""Letters that fit over a panel."""


def numbers(results: Results) -> pd.DataFrame:
    """Give the share of worlds that sign in each round, by setting and talk."""
    return signing_times(results.frame, results.paths(MOST))


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw a histogram for each setting, a column for each talk."""
    paths = results.paths(MOST)
    settings = results.frame[paths].drop_duplicates().to_dict("records") if paths else [{}]
    made = figure(
        3.2 + 3.4 * len(results.talks),
        1.6 + 1.45 * len(settings),
        "How long do the talks take?",
        _note(results, paths),
    )
    grid = made.subplots(len(settings), len(results.talks), squeeze=False, sharex=True, sharey=True)
    for line, setting in zip(grid, settings, strict=True):
        for axes, talk in zip(line, results.talks, strict=True):
            part = _only(table, {**setting, "talk": talk})
            _bars(axes, results, part)
            words = f"{results.setting(paths, setting, width=_LETTERS)}; {_rest(part)}"
            axes.text(0, 1.02, fill(words, _LETTERS), transform=axes.transAxes, fontsize=8)
            _dress(axes, results)
        line[0].set_ylabel("percent")
    for axes, talk in zip(grid[0], results.talks, strict=True):
        lines = axes.texts[0].get_text().count("\n") + 1
        axes.set_title(results.talk(talk), pad=10 + 11 * lines)
    for axes in grid[-1]:
        axes.set_xlabel("round" if results.calendar.start is None else "")
    return made


def _note(results: Results, paths: list[str]) -> str:
    day = results.calendar.deadline
    deadline = f"{day.day} {day:%B}, end of the pause" if day else "the deadline"
    parts = [f"Percent of worlds that sign in each round. Red line: {deadline}."]
    if len(paths) > 1 or results.rule in paths:
        parts.append(f"Panels: {' · '.join(map(results.path, paths))}.")
    return " ".join([*parts, results.pooled(paths)]).rstrip()


def _only(table: pd.DataFrame, values: dict[Any, Any]) -> pd.DataFrame:
    for column, value in values.items():
        table = table[table[column] == value]
    return table


def _rest(part: pd.DataFrame) -> str:
    """Say how many worlds are not in the bars."""
    if part.empty:
        return "no deal in any world"
    worlds = part["worlds"].iloc[0]
    return f"no deal in {100 * (worlds - part['count'].sum()) / worlds:.1f} %"


def _place(results: Results, number: int) -> float:
    """Give the place of a round: its day, or its number."""
    day = results.calendar.date(number)
    return float(number) if day is None else float(date2num(day))


def _bars(axes: Axes, results: Results, part: pd.DataFrame) -> None:
    """Draw a bar for each round: over its days, or over its number."""
    places = [_place(results, number) for number in part["round"].astype(int)]
    width = 0.85 * (_place(results, 2) - _place(results, 1))
    align: Any = "center" if results.calendar.start is None else "edge"
    axes.bar(places, 100 * part["share"], width=width, align=align, color=BLUE)


def _dress(axes: Axes, results: Results) -> None:
    """Show the whole calendar, and its deadline."""
    calendar, first, second = results.calendar, _place(results, 1), _place(results, 2)
    step = second - first
    edge = 0.5 * step if calendar.start is None else 0.0
    axes.set_xlim(first - step, _place(results, calendar.last + 1) + step)
    axes.axvline(_place(results, calendar.rounds + 1) - edge, color=RED, linewidth=1.2)
    if calendar.start is not None:
        axes.xaxis.set_major_locator(MonthLocator())
        axes.xaxis.set_major_formatter(ConciseDateFormatter(axes.xaxis.get_major_locator()))

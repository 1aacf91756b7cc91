"""How long the talks take."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter, MonthLocator, date2num
from matplotlib.figure import Figure

from experiments.figures.canvas import BLUE, RED, figure
from experiments.figures.results import Results
from experiments.quantities import signing_times

MOST = 6


def numbers(results: Results) -> pd.DataFrame:
    """Give the share of worlds that sign in each round, by setting and talk."""
    return signing_times(results.frame, results.paths(MOST))


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw a histogram for each setting, a column for each talk."""
    paths = results.paths(MOST)
    settings = results.frame[paths].drop_duplicates().to_dict("records") if paths else [{}]
    made = figure(
        3.2 + 3.4 * len(results.talks),
        1.6 + 1.35 * len(settings),
        "How long do the talks take?",
        f"Percent of worlds that sign in each round. {_deadline(results)}{results.pooled(paths)}",
    )
    grid = made.subplots(len(settings), len(results.talks), squeeze=False, sharex=True, sharey=True)
    for line, setting in zip(grid, settings, strict=True):
        for axes, talk in zip(line, results.talks, strict=True):
            part = _only(table, {**setting, "talk": talk})
            _bars(axes, results, part)
            _say(axes, _words(results, setting), _rest(part))
        line[0].set_ylabel("percent")
    for axes, talk in zip(grid[0], results.talks, strict=True):
        axes.set_title(results.talk(talk), pad=22)
    for axes in grid.ravel():
        _dress(axes, results)
    for axes in grid[-1]:
        axes.set_xlabel("round" if results.calendar.start is None else "")
    return made


def _deadline(results: Results) -> str:
    day = results.calendar.deadline
    return f"Red line: {day.day} {day:%B}, end of the pause. " if day else ""


def _only(table: pd.DataFrame, values: dict[Any, Any]) -> pd.DataFrame:
    for column, value in values.items():
        table = table[table[column] == value]
    return table


def _words(results: Results, setting: dict[Any, Any]) -> str:
    said = [f"{results.path(path)}: {results.value(path, v)}" for path, v in setting.items()]
    return " · ".join(said)


def _rest(part: pd.DataFrame) -> str:
    """Say how many worlds are not in the bars."""
    if part.empty:
        return "no deal: 100 %"
    worlds = part["worlds"].iloc[0]
    return f"no deal: {100 * (worlds - part['count'].sum()) / worlds:.1f} %"


def _say(axes: Axes, setting: str, rest: str) -> None:
    """Write words over the axes: the setting on the left, the rest on the right."""
    look: dict[str, Any] = {"transform": axes.transAxes, "va": "bottom", "fontsize": 8}
    axes.text(0.0, 1.02, setting, ha="left", **look)
    axes.text(1.0, 1.02, rest, ha="right", color="#555555", **look)


def _place(results: Results, number: int) -> float:
    """Give the place of a round: its day, or its number."""
    day = results.calendar.date(number)
    return float(number) if day is None else float(date2num(day))


def _bars(axes: Axes, results: Results, part: pd.DataFrame) -> None:
    places = [_place(results, number) for number in part["round"].astype(int)]
    width = 0.85 * (_place(results, 2) - _place(results, 1))
    axes.bar(places, 100 * part["share"], width=width, color=BLUE)


def _dress(axes: Axes, results: Results) -> None:
    """Show the whole calendar, and its deadline."""
    calendar, step = results.calendar, _place(results, 2) - _place(results, 1)
    axes.set_xlim(_place(results, 0), _place(results, calendar.last + 1) + step / 2)
    if calendar.start is not None:
        axes.xaxis.set_major_locator(MonthLocator())
        axes.xaxis.set_major_formatter(ConciseDateFormatter(axes.xaxis.get_major_locator()))
    if calendar.deadline is not None:
        axes.axvline(float(date2num(calendar.deadline)), color=RED, linewidth=1.2)

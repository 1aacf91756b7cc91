"""How long the talks take."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.design.sweep import percent
from experiments.figures.canvas import BLUE
from experiments.figures.page import Page
from experiments.figures.timing import deadline_line, dress_time, only, place
from experiments.results.quantities import signing_times
from experiments.results.results import Results

TITLE = "How long do the talks take?"
CAPTION = (
    "The share of worlds that sign in each round. Deals at once and at the deadline, with little "
    "in between, are a war of attrition; a single hill is a steady giving way."
)
EMPTY = "no world of the run has a deal"


def numbers(results: Results, most: int = 6) -> pd.DataFrame:
    """Give the share of worlds that sign in each round, by setting and talk.

    Args:
        results: of a run.
        most: settings that are told apart.

    Returns:
        Columns: the swept paths shown, talk, round, date, worlds, count, share, cumulated.
    """
    paths = results.paths(most)
    return signing_times(results.unmixed(paths).frame, paths)


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw a histogram for each setting, a panel for each talk."""
    paths = results.told(table)
    frame = results.unmixed(paths).frame
    settings = frame[paths].drop_duplicates().to_dict("records") if paths else [{}]
    page = Page(TITLE, _note(results, paths), deadline_line(results))
    keys = [(setting, talk) for setting in settings for talk in results.talks]
    titles = [_title(results, table, paths, setting, talk) for setting, talk in keys]
    panels = page.panels(titles, 0.95, least=1.6, across=len(results.talks), size=8, share=True)
    for n, (axes, (setting, talk)) in enumerate(zip(panels, keys, strict=True)):
        _bars(axes, results, only(table[table["talk"] == talk], setting))
        dress_time(axes, results, label=page.is_lowest(n))
        axes.set_ylabel("percent" if page.is_first(n) else "")
    step = place(results, 2) - place(results, 1)
    last = place(results, results.calendar.last + 1)
    panels[0].set_xlim(place(results, 1) - step, last + step)
    return page.figure


def _note(results: Results, paths: list[str]) -> str:
    parts = ["Percent of all worlds that sign in each round."]
    if len(paths) > 1 or results.rule in paths:
        parts.append(f"Panels: {' · '.join(map(results.path, paths))}.")
    return " ".join([*parts, results.pooled(paths)]).rstrip()


def _title(results: Results, table: pd.DataFrame, paths: list[str], setting: Any, talk: str) -> str:
    """Name the talk and the setting, and how many worlds are not in the bars."""
    said = f"{results.setting(paths, setting)}; " if paths else ""
    part = only(table[table["talk"] == talk], setting)
    return f"{results.talk(talk)}\n{said}{_rest(part)}"


def _rest(part: pd.DataFrame) -> str:
    if part.empty:
        return "no deal in any world"
    worlds = part["worlds"].iloc[0]
    without = (worlds - part["count"].sum()) / worlds
    return f"no deal in {percent(without)} %" if without else "a deal in every world"


def _bars(axes: Axes, results: Results, part: pd.DataFrame) -> None:
    """Draw a bar for each round: over its days, or over its number."""
    places = [place(results, number) for number in part["round"].astype(int)]
    width = 0.85 * (place(results, 2) - place(results, 1))
    align: Any = "center" if results.calendar.start is None else "edge"
    axes.bar(places, 100 * part["share"], width=width, align=align, color=BLUE)

"""When the deals are signed."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.figures.canvas import DARK, LINES, STYLES
from experiments.figures.headings import panel
from experiments.figures.page import Page
from experiments.figures.unplayed import unplayed
from experiments.results.quantities import signing_times
from experiments.results.results import Results
from sim.protocol.rules import Calendar

TITLE = "When are the deals signed?"
CAPTION = (
    "The share of worlds that have a deal by each date. A curve that ends below 100 leaves the "
    "rest without a deal; one that rises only at the end bunches at the deadline."
)
EMPTY = "no world of the run has a deal"


def numbers(results: Results, most: int = 12) -> pd.DataFrame:
    """Give the share of worlds signed by each round, by setting and talk.

    Args:
        results: of a run.
        most: settings that are told apart.

    Returns:
        Columns: the swept paths shown, talk, round, date, worlds, count, share, cumulated.
    """
    paths = _apart(results, results.paths(most))
    return signing_times(results.unmixed(paths).frame, paths)


def _apart(results: Results, paths: list[str]) -> list[str]:
    """Leave out the last paths, besides the rule, where they make more curves than colours."""
    rest = [path for path in paths if path != results.rule]
    while len(rest) > 1 and len(results.unmixed(paths).frame[rest].drop_duplicates()) > len(LINES):
        paths = [path for path in paths if path != rest[-1]]
        rest.pop()
    return paths


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw the share signed over time, a line of panels for each rule, a panel for each talk."""
    paths = results.told(table)
    rule = results.rule if results.rule in paths else None
    rules = list(dict.fromkeys(results.frame[rule])) if rule else [None]
    rest = [path for path in paths if path != rule]
    frame = results.unmixed(paths).frame
    settings = frame[rest].drop_duplicates().to_dict("records") if rest else [{}]
    names = [results.setting(rest, setting) for setting in settings]
    note = f"{last_round(results.calendars)} {unplayed(results, paths)} {results.pooled(paths)}"
    page = Page(
        TITLE,
        " ".join(note.split()),
        [*_lines(names), *deadline_line(results)],
        " · ".join(results.path(path) for path in rest) if len(rest) > 1 else "",
    )
    keys = [(said, talk) for said in rules for talk in results.talks]
    titles = [panel(results, talk, said) for said, talk in keys]
    panels = page.panels(titles, 1.15, least=1.6, left=0.62, across=len(results.talks), share=True)
    for n, (axes, (said, talk)) in enumerate(zip(panels, keys, strict=True)):
        part = table[table["talk"] == talk]
        part = part if rule is None else part[part[rule] == said]
        played = frame[frame["talk"] == talk]
        played = played if rule is None else played[played[rule] == said]
        for k, setting in enumerate(settings):
            if not only(played, setting).empty:  # else the setting was not played under this rule
                _curve(axes, results, only(part, setting), k)
        dress_time(axes, results, label=page.is_lowest(n))
        axes.set_ylim(-2, 104)
        axes.set_ylabel("percent of worlds\nwith a deal" if page.is_first(n) else "")
    return page.figure


def _lines(names: list[str]) -> list[Line2D]:
    if names == ["all worlds"]:
        return []
    return [
        Line2D([], [], label=name, linewidth=1.8, **_look(n))  # type: ignore[arg-type]
        for n, name in enumerate(names)
    ]


def _look(n: int) -> dict[str, str]:
    """Give the look of the n-th curve: colours and line styles both change, for greyscale."""
    return {
        "color": LINES[n % len(LINES)],
        "linestyle": STYLES[(n + n // len(LINES)) % len(STYLES)],
    }


def last_round(calendars: Sequence[Calendar]) -> str:
    """Say why curves end before the deadline, where they do."""
    ends = {(calendar.date(calendar.last), calendar.deadline) for calendar in calendars}
    last, deadline = ends.pop()
    if ends or last is None or deadline is None or last >= deadline:
        return ""
    return f"The last round is on {last.day} {last:%B}, before the deadline; curves end there."


def deadline_line(results: Results) -> list[Line2D]:
    """Give the legend of the deadlines; empty if they have no place on the axis."""
    if not _deadlines(results):
        return []
    days = {calendar.deadline for calendar in results.calendars}
    if len(_deadlines(results)) > 1:
        words = "end of the pause, by setting"
    elif results.calendar.deadline is None or len(days) > 1:
        words = "deadline"
    else:
        words = f"{results.calendar.deadline.day} {results.calendar.deadline:%B}: end of the pause"
    return [Line2D([], [], color=DARK, linewidth=1.0, label=words)]


def _deadlines(results: Results) -> list[float]:
    """Give the places of the deadlines: their dates, or the ends of the last rounds before them."""
    if results.calendar.start is None:
        return sorted({calendar.rounds + 0.5 for calendar in results.calendars})
    days = {calendar.deadline for calendar in results.calendars}
    return sorted(days_since_1970(day) for day in days if day is not None)


def only(part: pd.DataFrame, setting: Mapping[Hashable, object]) -> pd.DataFrame:
    """Keep the rows of a setting."""
    for path, value in setting.items():
        part = part[part[path] == value]
    return part


def _curve(axes: Axes, results: Results, part: pd.DataFrame, n: int) -> None:
    """Draw a step curve from the first round to the last."""
    last = max(int(results.calendar.last), int(part["round"].max()) if len(part) else 0)
    rounds = range(1, last + 1)
    pooled = part.groupby("round")["cumulated"].max()
    curve = pooled.reindex(rounds).ffill().fillna(0.0)
    places = [place(results, number) for number in rounds]
    axes.step(places, 100 * curve, where="post", linewidth=1.8, **_look(n))  # type: ignore[arg-type]


def place(results: Results, number: int) -> float:
    """Give the place of a round on an axis of time."""
    day = results.calendar.date(number)
    return float(number) if day is None else days_since_1970(day)


def days_since_1970(day: date) -> float:
    """Give the place of a date on an axis of time."""
    return float((day - date(1970, 1, 1)).days)


def _days(results: Results) -> list[date]:
    """Give the dates of an axis of time: the months that begin, or the first and last round."""
    calendar = results.calendar
    last = calendar.deadline or calendar.date(calendar.rounds)
    if calendar.start is None or last is None:
        return []
    months = 12 * (last.year - calendar.start.year) + last.month - calendar.start.month
    firsts = [calendar.start.month + n for n in range(1, months + 1)]
    begun = [date(calendar.start.year + (m - 1) // 12, (m - 1) % 12 + 1, 1) for m in firsts]
    step = 1 + len(begun) // 7
    return begun[::step] if len(begun) > 1 else [calendar.start, last]


def dress_time(axes: Axes, results: Results, *, label: bool = True) -> None:
    """Give an axis of time its months and the deadline; without dates, its rounds."""
    calendar = results.calendar
    for deadline in _deadlines(results):
        axes.axvline(deadline, color=DARK, linewidth=1.0)
    if calendar.start is None:
        axes.set_xlabel("round" if label else "")
        return
    days = _days(results)
    axes.set_xticks([days_since_1970(day) for day in days], [f"{d.day} {d:%b}" for d in days])
    if days and days[0] == calendar.start:
        first, last = axes.get_xticklabels()
        first.set_horizontalalignment("left")
        last.set_horizontalalignment("right")
    axes.set_xlabel(f"date, {calendar.start.year}" if label else "")

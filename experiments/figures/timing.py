"""When the deals are signed."""

from collections.abc import Hashable, Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter, MonthLocator, date2num
from matplotlib.figure import Figure

from experiments.figures.canvas import LINES, RED, figure
from experiments.figures.results import Results
from experiments.quantities import signing_times

MOST = 12
STYLES = ("-", "--", ":", "-.")


def numbers(results: Results) -> pd.DataFrame:
    """Give the share of worlds signed by each round, by setting and talk."""
    return signing_times(results.frame, results.paths(MOST))


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw the share signed over time, a row of axes for each rule, a column for each talk."""
    paths = results.paths(MOST)
    rule = results.rule if results.rule in paths else None
    rules = list(dict.fromkeys(results.frame[rule])) if rule else [None]
    rest = [path for path in paths if path != rule]
    settings = results.frame[rest].drop_duplicates().to_dict("records") if rest else [{}]
    made = figure(
        3.2 + 3.8 * len(results.talks),
        1.6 + 1.9 * len(rules),
        "When are the deals signed?",
        f"Percent of all worlds with a deal by each date. {results.pooled(paths)}",
    )
    grid = made.subplots(len(rules), len(results.talks), squeeze=False, sharex=True, sharey=True)
    for line, said in zip(grid, rules, strict=True):
        for axes, talk in zip(line, results.talks, strict=True):
            part = table[table["talk"] == talk]
            part = part if rule is None else part[part[rule] == said]
            for n, setting in enumerate(settings):
                label = results.setting(rest, setting)
                _line(axes, results, _only(part, setting), n, label)
            _dress(axes, results)
            under = f"\nrule: {results.value(rule, said)}" if rule else ""
            axes.set_title(f"{results.talk(talk)}{under}")
        line[0].set_ylabel("percent signed")
    handles, words = grid[0][0].get_legend_handles_labels()
    title = " · ".join(results.path(path) for path in rest) if len(rest) > 1 else None
    if words != ["all worlds"]:
        made.legend(handles, words, loc="outside right upper", title=title)
    return made


def _only(part: pd.DataFrame, setting: Mapping[Hashable, object]) -> pd.DataFrame:
    for path, value in setting.items():
        part = part[part[path] == value]
    return part


def _line(axes: Axes, results: Results, part: pd.DataFrame, n: int, label: str) -> None:
    """Draw a step curve from the first round to the deadline."""
    rounds = range(1, int(results.calendar.rounds) + 1)
    pooled = part.groupby("round")["cumulated"].max()
    curve = pooled.reindex(rounds).ffill().fillna(0.0)
    dates = [results.calendar.date(r) or r for r in rounds]
    places = date2num(dates) if results.calendar.start else list(rounds)
    axes.step(
        places, 100 * curve, where="post", label=label, color=LINES[n % len(LINES)],
        linestyle=STYLES[n // len(LINES) % len(STYLES)], linewidth=1.8,
    )  # fmt: skip


def _dress(axes: Axes, results: Results) -> None:
    axes.set_ylim(-2, 104)
    if results.calendar.start is None:
        axes.set_xlabel("round")
        return
    axes.xaxis.set_major_locator(MonthLocator())
    axes.xaxis.set_major_formatter(ConciseDateFormatter(axes.xaxis.get_major_locator()))
    deadline = results.calendar.deadline
    if deadline is not None:
        at = float(date2num(deadline))
        words = f"{deadline.day} {deadline:%B}: end of the pause"
        axes.axvline(at, color=RED, linewidth=1.2, label=words)

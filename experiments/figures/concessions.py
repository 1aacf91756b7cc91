"""Who gives way, and how fast: what the offers are worth to those who make them."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.figures.canvas import BLUE, ORANGE
from experiments.figures.page import Page
from experiments.figures.timing import deadline_line, dress_time, place
from experiments.results.quantities import swept
from experiments.results.results import Results
from sim.config.schema.sentences import unknown

TITLE = "Who gives way, and how fast?"
CAPTION = (
    "What each side's latest offer is worth to itself: 100 is the best package it can imagine, "
    "lower is more given. Lines are medians over the talks that still go on, bands the middle half "
    "and the middle 80 %. A line may rise when new measures open and there is more to ask for."
)
TURNS = True
EMPTY = "it needs offers in the turns of some worlds (turns.parquet), and there are none"

LEVELS = (10, 25, 50, 75, 90)
_SIDES = {"hub": (BLUE, "-"), "partner": (ORANGE, "--")}
_FEW = 0.1
"""Share of the talks that have to go on for a round to be shown."""
_MOST = 4
"""Values of the path that panels tell apart."""


def numbers(results: Results, cell: int | None = None, by: str | None = None) -> pd.DataFrame:
    """Give quantiles of the utility of the standing offers to those who made them, by round.

    Args:
        results: of a run.
        cell: of which cell; if not given those whose turns were kept, what somebody decides and
            panels do not tell apart held at one value.
        by: swept path that panels tell apart; if not given the one that moves the offers most.

    Returns:
        Columns: by and at (the path and its value), cells (that it shows), talk, side (`hub` or
        `partner`), round, date, talks (that still go on), share (of all), p10, p25, p50, p75, p90;
        utility times 100. Empty if no turns were kept, or nobody made an offer. Rounds in which
        fewer than a tenth of the talks go on are left out.

    Raises:
        ConfigError: there is no such path, or no turns of such a cell.
    """
    if by is not None and by not in swept(results.frame):
        raise unknown("by", by, swept(results.frame), "swept path")
    kept = results.with_turns(cell)
    if kept.turns.empty:
        return pd.DataFrame()
    path = by or _telling(kept)
    turns = kept.unmixed([path or ""]).turns
    offers = _offers(turns, results.hub)
    if offers.empty:
        return pd.DataFrame()
    offers = offers.assign(at=offers[path] if path else "")
    table = _quantiles(_standing(offers, turns))
    table["date"] = [results.calendar.date(int(number)) for number in table["round"]]
    cells = " ".join(str(number) for number in sorted(set(turns["cell"])))
    table = table.assign(by=path or "", cells=cells)
    front = ["by", "at", "cells", "talk", "side", "round", "date", "talks", "share"]
    return table[[*front, *(f"p{level}" for level in LEVELS)]]


def _offers(turns: pd.DataFrame, hub: str) -> pd.DataFrame:
    """Keep the turns in which somebody offers, with its side."""
    offers = turns[(turns["mover"] < 3) & (turns["offer"] >= 0)]
    return offers.assign(side=np.where(offers["seat"] == hub, "hub", "partner"))


def _telling(results: Results) -> str | None:
    """Choose the path over whose values the partners' offers differ most, all else as it is."""

    def spread(path: str) -> float:
        offers = _offers(results.unmixed([path]).turns, results.hub)
        theirs = offers[offers["side"] == "partner"]
        means = theirs.groupby(path, observed=True)["own_utility"].mean()
        return float(means.max() - means.min())

    free = [path for path in results.varied if results.frame[path].nunique() <= _MOST]
    return max(free, key=spread, default=None)


_TALK = ["at", "talk", "cell", "world"]


def _standing(offers: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Give the utility of the standing offer of every side in every round that its talk goes on."""
    ended = turns.groupby(["cell", "world", "talk"], observed=True)["round"].max().rename("ended")
    last = offers.drop_duplicates([*_TALK, "side", "round"], keep="last")
    grid = last.set_index([*_TALK, "side", "round"])["own_utility"].unstack("round")
    every = range(int(turns["round"].min()), int(turns["round"].max()) + 1)
    grid = grid.reindex(columns=pd.Index(every, name="round")).ffill(axis=1)
    stacked: Any = grid.stack()
    long: pd.DataFrame = stacked.rename("utility").reset_index()
    long = long.merge(ended.reset_index(), on=["cell", "world", "talk"])
    return long[long["round"] <= long["ended"]]


def _quantiles(standing: pd.DataFrame) -> pd.DataFrame:
    keys = ["at", "talk"]
    groups = standing.groupby([*keys, "side", "round"], sort=False, observed=True)["utility"]
    table = 100 * groups.quantile(np.array(LEVELS) / 100).unstack()
    table.columns = pd.Index([f"p{level}" for level in LEVELS])
    table["talks"] = groups.size()
    each = standing.drop_duplicates(_TALK).groupby(keys, observed=True).size().rename("all")
    table = table.reset_index().merge(each.reset_index(), on=keys)
    table["share"] = table["talks"] / table.pop("all")
    table = table[table["share"] >= _FEW]
    return table.sort_values("round", kind="stable", ignore_index=True)


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw medians and bands over time, a panel for each talk, a line of panels for each value."""
    path = table["by"].iloc[0]
    values = (
        [v for v in dict.fromkeys(results.frame[path]) if v in set(table["at"])] if path else [""]
    )
    page = Page(TITLE, _note(results, table, path), [*_legend(results), *deadline_line(results)])
    keys = [(value, talk) for value in values for talk in results.talks]
    under = [results.setting([path], {path: value}) if path else "" for value, _ in keys]
    under = [f"rule: {words}" if path == results.rule and path else words for words in under]
    titles = [
        f"{results.talk(talk)}\n{words}".strip()
        for (_, talk), words in zip(keys, under, strict=True)
    ]
    panels = page.panels(titles, 1.35, least=1.6, across=len(results.talks), share=True)
    for n, (axes, (value, talk)) in enumerate(zip(panels, keys, strict=True)):
        part = table[(table["talk"] == talk) & (table["at"] == value)]
        for side in _SIDES:
            _band(axes, results, part[part["side"] == side], side)
        dress_time(axes, results, label=page.is_lowest(n))
        axes.set_ylim(0, 104)
        axes.set_ylabel("worth to itself, %" if page.is_first(n) else "")
    return page.figure


def _note(results: Results, table: pd.DataFrame, path: str) -> str:
    cells = [int(number) for number in str(table["cells"].iloc[0]).split()]
    return (
        "Utility of the standing offer to the side that made it: 0 is the worst, 100 the best of "
        "packages while no other talk has a deal. Rounds in which fewer than a tenth of the talks "
        f"go on are left out. {results.sampled(cells, int(table['talks'].max()), [path])}"
    )


def _legend(results: Results) -> list[Line2D | Patch]:
    names = {"hub": results.country(results.hub), "partner": "the partner"}
    lines = [
        Line2D([], [], color=colour, linestyle=line, linewidth=1.8, label=f"{names[side]}, median")  # type: ignore[arg-type]
        for side, (colour, line) in _SIDES.items()
    ]
    return [*lines, Patch(color="#888888", alpha=0.5, label="middle half, middle 80 %")]


def _band(axes: Axes, results: Results, part: pd.DataFrame, side: str) -> None:
    colour, line = _SIDES[side]
    places = np.array([place(results, int(number)) for number in part["round"]])
    for low, high in (("p10", "p90"), ("p25", "p75")):
        axes.fill_between(places, part[low], part[high], color=colour, alpha=0.22, linewidth=0)
    axes.plot(places, part["p50"], color=colour, linestyle=line, linewidth=1.8)

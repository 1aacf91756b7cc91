"""What a partner ends with, by when its rival signs."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.figures.canvas import DARK, PRECISION, nth
from experiments.figures.headings import under
from experiments.figures.page import Page
from experiments.figures.timing import place
from experiments.results.clustered import mean_of
from experiments.results.results import Results
from sim.config.schema.sentences import unknown

TITLE = "Does it matter when the rival signs?"
CAPTION = (
    "A partner's mean payoff in worlds where the other partner signs in a given week, and where it "
    "never signs. It shows what goes together, not what causes what: worlds in which the rival "
    "signs early differ in other ways too."
)
EMPTY = "it needs two talks, and worlds in which one of them ends in a deal"

PARTS = 6
"""Parts of the calendar into which dates of signing are put."""

DIGITS = 12
"""Digits after the point of a mean; sums of payoffs that cancel leave less than that."""


def numbers(
    results: Results, partner: str | None = None, rival: str | None = None, least: int = 20
) -> pd.DataFrame:
    """Give a partner's mean payoff by the rival's date of signing.

    Args:
        results: of a run.
        partner: whose payoff; every partner if not given.
        rival: whose date; every other partner if not given.
        least: worlds that a part of the calendar needs to be shown.

    Returns:
        Columns: the rule if it is swept, partner, rival, first and last (rounds of the part; 0 for
        worlds in which the rival never signs), worlds, mean, low, high (what it is computed to).

    Raises:
        ConfigError: there is no such partner.
    """
    partners = {results.partner(talk): talk for talk in results.talks}
    for key, name in (("partner", partner), ("rival", rival)):
        if name is not None and name not in partners:
            raise unknown(key, name, partners, "partner")
    tables = [
        _pair(results, who, other, partners[other], least)
        for who in partners
        for other in partners
        if who != other and partner in (None, who) and rival in (None, other)
    ]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({"first": []})
    return table if (table["first"] > 0).any() else pd.DataFrame()


def _pair(results: Results, partner: str, rival: str, talk: str, least: int) -> pd.DataFrame:
    frame = results.unmixed([results.rule or ""]).frame
    frame = frame[frame["talk"] == talk]
    rounds = frame["round"].astype(float)
    last = int(max(results.calendar.last, rounds.max() if rounds.notna().any() else 1))
    edges = np.unique(np.linspace(0, last, PARTS + 1).round().astype(int))
    index = pd.Series(np.searchsorted(edges, rounds.fillna(0)), index=frame.index)
    data = frame.assign(first=np.where(rounds.isna(), 0, edges[np.maximum(index - 1, 0)] + 1))
    data = data.assign(last=np.where(rounds.isna(), 0, edges[np.minimum(index, len(edges) - 1)]))
    keys = [*([results.rule] if results.rule else []), "first", "last"]
    table = mean_of(data, data[f"payoff.{partner}"], keys)
    table = table[table["worlds"] >= least].sort_values("first", kind="stable")
    for name in ("mean", "low", "high"):
        table[name] = table[name].astype(float).round(DIGITS)
    return table.assign(partner=partner, rival=rival)


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw means with intervals over the date, a panel for each pair, a curve for each rule."""
    rule = results.rule if results.rule in table.columns else None
    rules = list(dict.fromkeys(results.frame[rule])) if rule else [None]
    handles = [
        Line2D([], [], label=under(results, said), markersize=4, **nth(n))  # type: ignore[arg-type]
        for n, said in enumerate(rules)
        if rule is not None
    ]
    note = (
        "Means over the worlds whose rival signs in a part of the calendar, which begins on the "
        f"date shown; bars: {PRECISION} of a mean. It shows what goes together, not what "
        f"causes what: early worlds differ in other ways, too. {results.pooled([rule or ''])}"
    )
    page = Page(TITLE, note, handles)
    pairs = list(table[["partner", "rival"]].drop_duplicates().itertuples(index=False, name=None))
    titles = [f"Payoff of {results.country(who)}" for who, _ in pairs]
    panels = page.panels(titles, 1.9, least=2.4, left=0.6, gap=0.5, below=0.32)
    for n, (axes, (who, rival)) in enumerate(zip(panels, pairs, strict=True)):
        part = table[(table["partner"] == who) & (table["rival"] == rival)]
        for k, said in enumerate(rules):
            _curve(axes, results, part if rule is None else part[part[rule] == said], k, len(rules))
        _dress(axes, results, part)
        axes.set_xlabel(f"when {results.country(rival)} signs")
        axes.set_ylabel(results.money if page.is_first(n) else "")
    return page.figure


def _places(results: Results, part: pd.DataFrame) -> list[float]:
    """Give the middle of every part of the calendar; worlds without a deal stand to the right."""
    last = int(results.calendar.last)
    step = (place(results, last) - place(results, 1)) / PARTS
    return [
        place(results, last) + 1.3 * step
        if first == 0
        else (place(results, int(first)) + place(results, int(end))) / 2
        for first, end in zip(part["first"], part["last"], strict=True)
    ]


def _curve(axes: Axes, results: Results, part: pd.DataFrame, n: int, of: int) -> None:
    look = nth(n)
    step = (place(results, int(results.calendar.last)) - place(results, 1)) / PARTS
    places = np.array(_places(results, part)) + step * 0.12 * (n - (of - 1) / 2)
    apart = [part["mean"] - part["low"], part["high"] - part["mean"]]
    signed = (part["first"] > 0).to_numpy()
    axes.errorbar(places, part["mean"], yerr=apart, fmt=look["marker"], markersize=4,
                  color=look["color"], linewidth=1.2)  # fmt: skip
    axes.plot(places[signed], part["mean"][signed], color=look["color"], linewidth=1.0, alpha=0.6)


def _dress(axes: Axes, results: Results, part: pd.DataFrame) -> None:
    seen = part[["first", "last"]].drop_duplicates().sort_values("first")
    places = _places(results, seen)
    words = [_span(results, int(a), int(b)) for a, b in seen.itertuples(index=False, name=None)]
    axes.set_xticks(places, words, fontsize=7)
    axes.axhline(0, color="#888888", linewidth=1)
    if not part["mean"].any() and not part["high"].any():
        axes.set_ylim(-1, 1)
    axes.locator_params(axis="y", nbins=6)
    if 0 in set(seen["first"]) and len(seen) > 1:
        middle = (places[0] + places[-1]) / 2
        axes.axvline(middle, color=DARK, linewidth=0.6, linestyle=":")


def _span(results: Results, first: int, last: int) -> str:
    if first == 0:
        return "never"
    day = results.calendar.date(first)
    return f"{first}–{last}" if day is None else f"{day.day} {day:%b}"

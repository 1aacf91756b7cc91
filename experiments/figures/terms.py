"""Which terms the deals have, against what happened."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.figures.canvas import DARK, RED, nth
from experiments.figures.page import Page
from experiments.figures.timing import days_since_1970, dress_time
from experiments.results.clustered import shares
from experiments.results.intervals import Quantity
from experiments.results.quantities import names
from experiments.results.results import Results

TITLE = "Which terms do the deals have?"
CAPTION = (
    "How often the deals leave each rate, and what they promise. Where the config says what "
    "happened in history, a red line marks it: the closer it is to the tall stems, the better the "
    "worlds match."
)
EMPTY = (
    "no world of the run has a deal, or the run sweeps something and nothing is observed; deals of "
    "the same worlds are compared by chance_and_terms"
)

_BINS = 8
"""Parts into which dates, and numbers with many values, are put."""
_MANY = 12
"""A number with more values than this is put into parts."""

_LOOK = nth(0)


def numbers(results: Results, columns: list[str] | None = None) -> pd.DataFrame:
    """Give the share of deals at each rate, concession or date, and what was observed.

    Args:
        results: of a run.
        columns: of the table of outcomes; if not given, every rate – or, where total rates were
            observed, those – and what else was observed, or every concession if nothing was.

    Returns:
        Columns: talk, column, what (`deals` or `observed`), at (the value;
        days since 1970 for dates), deals, share, low, high (what it is computed to). Empty if
        there is no deal, or if several cells were played, nothing was observed and no
        column is named: deals of cells are of different worlds.

    Raises:
        ConfigError: there is no such column.
    """
    frame = results.unmixed([]).frame
    frame = frame[frame["status"] == "deal"]
    if frame.empty or not (columns or results.plan.config.observed or not results.varied):
        return pd.DataFrame()
    tables = []
    for talk in results.talks:
        part = frame[frame["talk"] == talk]
        for column in columns or list(_columns(results, talk)):
            at = _values(part, column)
            tables.append(_shares(part.assign(at=at)).assign(talk=talk, column=column))
    if not tables:
        return pd.DataFrame()
    table = pd.concat([*tables, _observed(results, columns)], ignore_index=True)
    front = ["talk", "column", "what", "at", "deals", "share", "low", "high"]
    return table.reindex(columns=front)


def _columns(results: Results, talk: str) -> Iterator[str]:
    """Choose the columns that are shown: the same for every talk."""
    frame = results.unmixed([]).frame
    frame = frame[frame["talk"] == talk]
    seen = [c for said in results.plan.config.observed.values() for c in said.columns()]
    family = "applied" if any(c.startswith("applied.") for c in seen) else "rate"
    shown = [f"{family}.{name}" for name in names(frame, family)]
    others = [c for c in dict.fromkeys(seen) if not c.startswith("applied.")]
    others = others or [f"give.{name}" for name in names(frame, "give")]
    for column in dict.fromkeys([*shown, *others]):
        if frame[column].notna().any():
            yield column


def _values(frame: pd.DataFrame, column: str) -> pd.Series:
    """Give a column as numbers; dates, and numbers with many values, by part."""
    if column == "date":
        values = (frame["date"] - pd.Timestamp(1970, 1, 1)).dt.days.astype(float)
    else:
        values = Quantity.named(column, frame, "columns").values(frame)
    if values.nunique() <= _MANY:
        return values
    edges = np.linspace(values.min(), values.max(), _BINS + 1)
    part = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, _BINS - 1)
    return pd.Series((edges[part] + edges[part + 1]) / 2, index=frame.index).where(values.notna())


def _shares(frame: pd.DataFrame) -> pd.DataFrame:
    table = shares(frame, [], "at").rename(columns={"total": "deals"})
    return table.drop(columns="count").assign(what="deals").sort_values("at")


def _observed(results: Results, columns: list[str] | None) -> pd.DataFrame:
    rows = []
    for talk, said in results.plan.config.observed.items():
        for column, value in said.columns().items():
            if columns is None or column in columns:
                at = days_since_1970(value) if isinstance(value, date) else float(value)
                rows.append({"talk": talk, "column": column, "what": "observed", "at": at})
    return pd.DataFrame(rows)


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw stems at every value, a panel for each column, a line of panels for each talk."""
    deals = table[table["what"] == "deals"]
    page = Page(TITLE, _note(results), _legend(table))
    keys = list(deals[["talk", "column"]].drop_duplicates().itertuples(index=False, name=None))
    titles = [f"{results.country(results.partner(t))}\n{_name(results, c)}" for t, c in keys]
    across = max(sum(talk == other for other, _ in keys) for talk in results.talks)
    panels = page.panels(titles, 0.95, least=1.2, across=across, size=8, gap=0.32)
    for n, (axes, (talk, column)) in enumerate(zip(panels, keys, strict=True)):
        part = table[(table["talk"] == talk) & (table["column"] == column)]
        _stems(axes, part)
        if column == "date":
            dress_time(axes, results, label=False)
        else:
            axes.locator_params(axis="x", nbins=5, integer=True)
        axes.set_xlabel(_unit(results, column), fontsize=7.5)
        axes.set_ylim(0, 108)
        axes.set_ylabel("percent of deals" if page.is_first(n) else "")
        axes.tick_params(labelleft=page.is_first(n))
    return page.figure


def _note(results: Results) -> str:
    sources = dict.fromkeys(said.source for said in results.plan.config.observed.values())
    listed = "; ".join(source for source in sources if source)
    said = f"What happened: {listed}. " if listed else ""
    return f"Only worlds with a deal. {said}{results.pooled([])}"


def _legend(table: pd.DataFrame) -> list[Line2D]:
    curves = [Line2D([], [], label="deals", markersize=4, linewidth=1.6, **_LOOK)]  # type: ignore[arg-type]
    if (table["what"] == "observed").any():
        curves.append(Line2D([], [], color=RED, linestyle="--", label="what happened"))
    return curves


def _name(results: Results, column: str) -> str:
    family, _, name = column.partition(".")
    if column == "date":
        return "date of the deal"
    if family == "applied":
        return f"total rate on {name.replace('_', ' ')}"
    if family == "rate":
        return results.measure(name)
    return results.quantity(Quantity.named(column, results.frame)).partition(",")[0]


def _unit(results: Results, column: str) -> str:
    family, _, name = column.partition(".")
    if column == "date":
        return ""
    if family == "give":
        return results.unit(name).partition(",")[0]
    return {"rate": "points added", "applied": "percent"}.get(family, "")


def _stems(axes: Axes, part: pd.DataFrame) -> None:
    deals, observed = part[part["what"] == "deals"], part[part["what"] == "observed"]
    low, high = part["at"].min(), part["at"].max()
    width = high - low or 1.0
    axes.vlines(deals["at"], 0, 100 * deals["share"], color=_LOOK["color"], linewidth=1.6)
    axes.plot(deals["at"], 100 * deals["share"], markersize=4, **(_LOOK | {"linestyle": "none"}))  # type: ignore[arg-type]
    for at in observed["at"]:
        axes.axvline(at, color=RED, linewidth=1.5, linestyle="--")
    axes.axhline(0, color=DARK, linewidth=0.6)
    axes.set_xlim(low - 0.09 * width, high + 0.09 * width)

"""How good each forecast was, beside forecasts without a model."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.backtest.scores import MODEL, scores
from experiments.backtest.targets import DATES, EVENTS, PATTERNS, RATES, targets
from experiments.figures.canvas import BLUE, DARK, GREY, PRECISION
from experiments.figures.page import Page
from experiments.figures.words import count, widest, wrapped
from experiments.results.results import Results

TITLE = "How good was the forecast?"
CAPTION = (
    "The mean score of each forecast: how far it was from what happened, in the unit of the "
    "numbers; 0 is perfect, further left is better. A forecast that says nothing of them has no "
    "point."
)
EMPTY = "the config says nothing of what happened"
NEEDS = "observed"

_SIZE, _LINE = 8.0, 0.16
_HEADS = {
    RATES: "Rates\nCRPS, points",
    DATES: "Dates of deals\nCRPS, days",
    EVENTS: "Deals and cuts\nBrier score",
    PATTERNS: "Patterns\nBrier score",
}


def numbers(results: Results, most: int = 4) -> pd.DataFrame:
    """Give the mean scores by family of numbers.

    Args:
        results: of a run whose config says what happened.
        most: cells that are shown, the first ones.

    Returns:
        As `experiments.backtest.scores.Scores.means`. Empty if nothing was observed.
    """
    if not targets(results.plan.config, results.config):
        return pd.DataFrame()
    table = scores(results.frame, results.plan).means()
    model = list(dict.fromkeys(table.loc[table["kind"] == MODEL, "forecast"]))
    return table[~table["forecast"].isin(model[most:])].reset_index(drop=True)


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw a panel for each family, a row for each forecast."""
    forecasts = list(dict.fromkeys(table["forecast"]))
    kinds = table.drop_duplicates("forecast").set_index("forecast")["kind"]
    page = Page(TITLE, _note(results, table), _legend())
    labels = [
        wrapped("the worlds" if name == MODEL else name, min(1.9, 0.36 * page.width), _SIZE)
        for name in forecasts
    ]
    families = list(dict.fromkeys(table["family"]))
    left = widest(labels, _SIZE) + 0.15
    height = sum(max(0.22, count(label) * _LINE + 0.06) for label in labels)
    panels = page.panels([_head(results, f) for f in families], height, least=1.05, left=left,
                         size=8, gap=0.2)  # fmt: skip
    for n, (axes, family) in enumerate(zip(panels, families, strict=True)):
        part = table[table["family"] == family].set_index("forecast")
        for y, name in enumerate(forecasts):
            if name in part.index:
                _point(axes, part.loc[name], y, kinds[name] == MODEL)
        axes.set_yticks(range(len(forecasts)), labels if page.is_first(n) else [], fontsize=_SIZE)
        axes.set_ylim(len(forecasts) - 0.5, -0.5)
        axes.set_xlim(left=0, right=1.1 * part["high"].max() or 1.0)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("← better", fontsize=7)
        page.thin(axes)
    return page.figure


def _note(results: Results, table: pd.DataFrame) -> str:
    rows = table[table["kind"] == MODEL].drop_duplicates("family")
    said = [f"{row['targets']} {_plain(results, str(row['family']))}" for _, row in rows.iterrows()]
    return f"Means over: {', '.join(said)}. Whiskers: {PRECISION} of a score."


def _plain(results: Results, family: str) -> str:
    if family == EVENTS:
        return "events (deal or not, measure lowered or not)"
    return f"of “{results.concession(family[5:])}”" if family.startswith("give.") else family


def _head(results: Results, family: str) -> str:
    if family in _HEADS:
        return _HEADS[family]
    name = family.partition(".")[2]
    return f"{results.concession(name)}\nCRPS, {results.unit(name).partition(',')[0]}"


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=BLUE, marker="o", markersize=5, linewidth=1.4, label="the model"),
        Line2D([], [], color=GREY, marker="s", markeredgecolor=DARK, markersize=5, linestyle="",
               label="without a model"),
    ]  # fmt: skip


def _point(axes: Axes, row: pd.Series, y: float, model: bool) -> None:
    if model:
        axes.plot([row["low"], row["high"]], [y, y], color=BLUE, linewidth=1.4)
        axes.plot(row["score"], y, "o", color=BLUE, markersize=5)
    else:
        axes.plot(row["score"], y, "s", color=GREY, markeredgecolor=DARK, markersize=5)

"""What the countries end with."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.figures.canvas import BLUE, DARK, ORANGE, PRECISION, SKY
from experiments.figures.page import Page
from experiments.figures.rows import Rows
from experiments.figures.unplayed import unplayed
from experiments.results.intervals import Quantity, estimate
from experiments.results.quantities import countries, payoff_spread
from experiments.results.results import Results

TITLE = "What do the countries end with?"
CAPTION = (
    "Payoffs over all worlds of a setting, a year, against no deal in any talk; every country has "
    "a scale of its own. The orange diamond is the mean, its bar the computing precision (95 %) of "
    "it; the blue lines show how far worlds differ."
)


def numbers(results: Results, most: int = 24) -> pd.DataFrame:
    """Give the distribution of every country's payoff, by setting.

    Args:
        results: of a run.
        most: settings that are told apart.

    Returns:
        Columns: the swept paths shown, country, worlds, mean, mean_low, mean_high (computed to
        ±), p5, p25, p50, p75, p95; USD bn a year.
    """
    paths = results.paths(most)
    frame = results.unmixed(paths).frame
    table = payoff_spread(frame, paths).drop(columns=["mean", "mean_low", "mean_high", "worlds"])
    means = [
        estimate(frame, Quantity.named(f"payoff.{country}", frame), paths).assign(country=country)
        for country in countries(frame)
    ]
    named = {"low": "mean_low", "high": "mean_high"}
    return table.merge(pd.concat(means).rename(columns=named), on=[*paths, "country"])


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw ranges of payoffs, a row for each setting, a panel for each country."""
    paths = results.told(table)
    rows = Rows(results, table)
    note = (
        "Zero is no deal in any talk; what reviews cost the hub counts, deal or not.\n"
        f"Every country has a scale of its own. {rows.legend} {unplayed(results, paths)} "
        f"{results.pooled(paths)}"
    )
    page = Page(TITLE, note, _legend())
    who = results.countries
    titles = [results.country(country) for country in who]
    panels = page.panels(titles, rows.inches, least=1.35, left=rows.width)
    for n, (axes, country) in enumerate(zip(panels, who, strict=True)):
        axes.axvline(0, color="#888888", linewidth=1)
        _ranges(axes, table[table["country"] == country], rows)
        axes.set_xlabel(results.money)
        page.thin(axes)
        rows.dress(axes, first=page.is_first(n))
    return page.figure


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=SKY, linewidth=1.2, label="5 to 95 % of worlds"),
        Line2D([], [], color=SKY, linewidth=5, solid_capstyle="butt", label="middle half"),
        Line2D([], [], color=BLUE, marker="|", markersize=8, markeredgewidth=2, linestyle="none",
               label="median"),
        Line2D([], [], color=ORANGE, marker="D", markersize=4, markeredgecolor=DARK,
               markeredgewidth=0.5, linewidth=1.6, label=f"mean, with its {PRECISION}"),
    ]  # fmt: skip


def _ranges(axes: Axes, part: pd.DataFrame, rows: Rows) -> None:
    places = rows.places(part)
    axes.hlines(places, part["p5"], part["p95"], color=SKY, linewidth=1.2)
    axes.hlines(places, part["p25"], part["p75"], color=SKY, linewidth=5)
    axes.plot(part["p50"], places, "|", color=BLUE, markersize=8, markeredgewidth=2)
    axes.hlines(places, part["mean_low"], part["mean_high"], color=DARK, linewidth=2.6)
    axes.hlines(places, part["mean_low"], part["mean_high"], color=ORANGE, linewidth=1.6)
    axes.plot(
        part["mean"], places, "D", color=ORANGE, markersize=4, markeredgecolor=DARK,
        markeredgewidth=0.5,
    )  # fmt: skip

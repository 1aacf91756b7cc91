"""What the strict rule changes against no rule, in the same worlds."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.analysis.closed import BY_CONSTRUCTION
from experiments.analysis.effect import FREE, STRICT, price_of_rule
from experiments.figures.canvas import DARK, PRECISION, nth
from experiments.figures.page import Page
from experiments.figures.rows import Rows
from experiments.figures.unplayed import unplayed
from experiments.results.results import Results
from experiments.runs.schema import given_in

TITLE = "What does the package rule change?"
CAPTION = (
    "The same worlds with the rule that every measure be reviewed, less without any rule: what the "
    "rule does to the chance of a deal, to its date and to the payoffs. The short pale bar behind "
    "a mark is the computing precision (95 %) of the mean change; a thin line, where numbers are "
    "drawn, holds 5 to 95 % of the draws: how far the change depends on what is uncertain."
)
EMPTY = "it compares the rules 'all' and 'none', and the run does not sweep rules.review over both"

PANELS = {
    "agreement": ("Agreement,\npercentage points", "← fewer deals · more →"),
    "time of signing": ("Signing where both\nsign, rounds later", "← sooner · later →"),
    "payoff": ("Payoff,\n{money}", "← loses · gains →"),
}
"""Title of the panel of a quantity, and what its directions mean."""


_THIN = 1.2
_PALE: dict[str, Any] = {"linewidth": 9.0, "alpha": 0.4, "solid_capstyle": "butt"}
"""The line over draws, and the bar of the computing precision."""


def numbers(results: Results, most: int = 24) -> pd.DataFrame:
    """Give the paired differences between the rules, by setting; empty if the rule is not swept.

    Args:
        results: of a run.
        most: settings that are told apart.

    Returns:
        Columns: the swept paths shown but the rule, quantity, unit, of (a talk or a country),
        worlds, draws, difference, error, p5, p95, pairing; as `effect`.
    """
    strict, free = _compared(results)
    if strict is None or free is None:
        return pd.DataFrame()
    given = given_in(results.plan.scenario)
    paths = results.paths(most)
    frame = results.unmixed([*paths, results.rule or ""]).frame
    return price_of_rule(frame, paths, strict, free, given=given)


def _compared(results: Results) -> tuple[str | None, str | None]:
    """Give the labels of the package rule and of no rule; None where they are not swept."""
    if results.rule is None:
        return None, None
    return results.labelled(STRICT, results.rule), results.labelled(FREE, results.rule)


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw differences with bands over draws, a row for each setting, a panel for each quantity."""
    rows = Rows(results, table, step=2.2)
    order = [results.hub, *(results.partner(talk) for talk in results.talks)]
    paths = [*results.told(table), results.rule or ""]
    note = (
        "Rule “every measure” less “no rule”, the same worlds under both.\n"
        f"{rows.legend} {_by_construction(results, table)} "
        f"{_left_out(results, paths)} {results.pooled(paths)}"
    )
    page = Page(TITLE, note, [*_legend(results, order), *_bars(banded=_banded(table))])
    titles = [title.format(money=results.money) for title, _ in PANELS.values()]
    panels = page.panels(titles, rows.inches, least=1.35, left=rows.width)
    for n, (axes, quantity) in enumerate(zip(panels, PANELS, strict=True)):
        axes.axvline(0, color="#888888", linewidth=1)
        _points(axes, results, table[table["quantity"] == quantity], rows, order)
        axes.margins(x=0.08)
        axes.set_xlabel(PANELS[quantity][1], fontsize=7)
        page.thin(axes)
        rows.dress(axes, first=page.is_first(n))
    return page.figure


def _by_construction(results: Results, table: pd.DataFrame) -> str:
    """Name the rows whose differences hold by construction."""
    closed = table[table["holds"] == BY_CONSTRUCTION]
    paths = results.told(table)
    rows = closed[paths].drop_duplicates().to_dict("records")
    if not rows:
        return ""
    said = "; ".join(results.setting(paths, row) for row in rows)
    return f"No deal is possible under the rule, by construction: {said}."


def _left_out(results: Results, paths: list[str]) -> str:
    """Name the settings that were played with one of both rules alone."""
    compared = [rule for rule in _compared(results) if rule is not None]
    return unplayed(results, paths, "Left out, as not", compared)


def _banded(table: pd.DataFrame) -> bool:
    """Tell whether there is a band over draws."""
    return bool(table["p5"].notna().any())


def _legend(results: Results, order: list[str]) -> list[Line2D]:
    return [
        Line2D([], [], label=results.country(country), markersize=4, **_look(n))  # type: ignore[arg-type]
        for n, country in enumerate(order)
    ]


def _bars(*, banded: bool) -> list[Line2D]:
    """Give the legend of the bars."""
    thick = Line2D([], [], color=DARK, label=PRECISION, **_PALE)
    thin = Line2D([], [], color=DARK, linewidth=_THIN, label="5 to 95 % of the draws")
    return [thick, thin] if banded else [thick]


def _look(n: int) -> dict[str, str]:
    return nth(n) | {"linestyle": "-"}


def _points(axes: Axes, results: Results, part: pd.DataFrame, rows: Rows, order: list[str]) -> None:
    never: set[float] = set()
    for row in part.to_dict("records"):
        country = row["of"] if row["quantity"] == "payoff" else results.partner(row["of"])
        if country not in order:  # one talk is shown, and this country sits in another
            continue
        n = order.index(country)
        y = rows.of(row) + 0.5 * (n - (len(order) - 1) / 2)
        if row["worlds"] == 0:
            never.add(rows.of(row))
            continue
        bar = _look(n) | {"marker": ""}
        ends = [row["difference"] + sign * row["error"] for sign in (-1, 1)]
        axes.plot(ends, [y, y], **(bar | _PALE))
        axes.plot([row["p5"], row["p95"]], [y, y], linewidth=_THIN, **bar)  # type: ignore[arg-type]
        axes.plot(row["difference"], y, markersize=4, **(_look(n) | {"linestyle": "none"}))  # type: ignore[arg-type]
    for y in sorted(never):
        axes.text(
            0,
            y,
            " never signed\n under the rule",
            fontsize=7,
            va="center",
            color=DARK,
            clip_on=True,
        )

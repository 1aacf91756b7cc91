"""What the strict rule changes against no rule, in the same worlds."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.canvas import LINES, Rows, figure
from experiments.figures.results import Results
from experiments.quantities import price_of_rule

MOST = 24

PANELS = {
    "agreement": "Agreement\n(percentage points)",
    "time of signing": "Signing, where both sign\n(rounds later)",
    "payoff": "Payoff\n(USD bn a year)",
}


def numbers(results: Results) -> pd.DataFrame:
    """Give the paired differences between the rules, by setting; empty if the rule is not swept."""
    return price_of_rule(results.frame, results.paths(MOST))


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw differences with intervals, a row for each setting, a column for each quantity."""
    paths = [path for path in results.paths(MOST) if path != results.rule]
    rows = Rows(results, table, paths)
    note = (
        "Rule 'every measure' less 'no rule', the same worlds under both; bars: 95 % intervals, "
        f"clustered by draw.\n{rows.legend} {results.pooled([*paths, results.rule or ''])}"
    )
    made = figure(
        3.6 + 2.9 * len(PANELS),
        2.1 + 0.5 * rows.height,
        "What does the package rule change?",
        note,
    )
    columns = made.subplots(1, len(PANELS), squeeze=False)[0]
    for n, (axes, (quantity, title)) in enumerate(zip(columns, PANELS.items(), strict=True)):
        part = table[table["quantity"] == quantity]
        axes.axvline(0, color="#888888", linewidth=1)
        _points(axes, results, part, rows)
        axes.set_title(title, fontsize=9)
        rows.dress(axes, first=n == 0)
    handles, words = columns[-1].get_legend_handles_labels()
    made.legend(handles, words, loc="outside upper right", ncols=len(words))
    return made


def _points(axes: Axes, results: Results, part: pd.DataFrame, rows: Rows) -> None:
    hub = results.scenario["hub"]
    partners = [results.scenario["talks"][talk]["partner"] for talk in results.talks]
    order = [hub, *partners]
    names = dict(zip(results.talks, partners, strict=True))
    for row in part.to_dict("records"):
        country = names.get(row["of"], row["of"])
        n = order.index(country)
        y = rows.of(row) + 0.24 * (n - (len(order) - 1) / 2)
        if row["worlds"] == 0:
            if n == 1:
                axes.text(
                    0, rows.of(row), " never signed under the rule", fontsize=7.5, va="center"
                )
            continue
        label = results.country(country)
        known = axes.get_legend_handles_labels()[1]
        axes.errorbar(
            row["difference"], y, xerr=[[row["difference"] - row["low"]],
            [row["high"] - row["difference"]]], fmt="o", markersize=4, color=LINES[n],
            linewidth=1.4, label=None if label in known else label,
        )  # fmt: skip

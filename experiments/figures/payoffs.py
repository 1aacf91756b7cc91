"""What the countries end with."""

import pandas as pd
from matplotlib.figure import Figure

from experiments.figures.canvas import BLUE, ORANGE, Rows, figure
from experiments.figures.results import Results
from experiments.quantities import countries, payoff_spread

MOST = 24


def numbers(results: Results) -> pd.DataFrame:
    """Give the distribution of every country's payoff, by setting."""
    return payoff_spread(results.frame, results.paths(MOST))


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw ranges of payoffs, a row for each setting, a column for each country."""
    paths = results.paths(MOST)
    rows = Rows(results, table, paths)
    who = countries(results.frame)
    note = (
        "Over worlds: thin line 5 to 95 %, thick line the middle half, dot the median, diamond the "
        "mean. Zero is no deal in any talk; what reviews cost the hub counts, deal or not.\n"
        f"{rows.legend} {results.pooled(paths)}"
    )
    made = figure(
        3.2 + 2.7 * len(who), 1.7 + 0.3 * rows.height, "What do the countries end with?", note
    )
    columns = made.subplots(1, len(who), squeeze=False)[0]
    for n, (axes, country) in enumerate(zip(columns, who, strict=True)):
        axes.axvline(0, color="#888888", linewidth=1)
        for row in table[table["country"] == country].to_dict("records"):
            y = rows.of(row)
            axes.plot([row["p5"], row["p95"]], [y, y], color=BLUE, linewidth=1)
            axes.plot(
                [row["p25"], row["p75"]], [y, y], color=BLUE, linewidth=5, solid_capstyle="butt"
            )
            axes.plot(row["p50"], y, "o", color="white", markeredgecolor=BLUE, markersize=4.5)
            axes.plot(row["mean"], y, "D", color=ORANGE, markersize=4)
        axes.set_title(results.country(country))
        axes.set_xlabel("USD bn a year" if results.scenario.get("economy") else "payoff")
        rows.dress(axes, first=n == 0)
    return made

"""How the talks end."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.canvas import BLUE, GREY, RED, SKY, Rows, figure
from experiments.figures.results import Results
from experiments.quantities import status_shares

MOST = 24

KINDS = {
    "deal with a cut": (BLUE, "deal that lowers a rate"),
    "deal without": (SKY, "deal that keeps every rate"),
    "expired": (GREY, "no deal at the deadline"),
    "walked": (RED, "a side walked away"),
}


def numbers(results: Results) -> pd.DataFrame:
    """Give the share of worlds in each kind of end, by setting and talk; intervals by Wilson."""
    frame = results.frame
    paths = results.paths(MOST)
    deal = frame["status"] == "deal"
    total = status_shares(frame.assign(status=deal.map({True: "deal", False: "none"})), paths)
    total = total[total["status"] == "deal"].drop(columns="status")
    total = total.rename(columns={"share": "deals", "low": "deals_low", "high": "deals_high"})
    kinds = (
        frame["status"]
        .astype(str)
        .where(~deal, frame["lowers"].map({True: "deal with a cut", False: "deal without"}))
    )
    keys = [*(paths or ["cell"]), "talk"]
    counted = frame.assign(kind=kinds).groupby([*keys, "kind"], sort=False, observed=True).size()
    table = counted.unstack("kind", fill_value=0)
    table = table.reindex(columns=list(KINDS), fill_value=0)
    shares = table.div(table.sum(axis=1), axis=0).reset_index()
    return shares.merge(total.drop(columns="count"), on=keys)


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw stacked bars, a row for each setting, a column for each talk."""
    paths = results.paths(MOST)
    rows = Rows(results, table, paths)
    note = f"Percent of worlds; whiskers: 95 % interval of the deals. {rows.legend}"
    made = figure(
        5.0 + 3.4 * len(results.talks),
        1.9 + 0.3 * rows.height,
        "How do the talks end?",
        f"{note} {results.pooled(paths)}",
    )
    columns = made.subplots(1, len(results.talks), squeeze=False)[0]
    for n, (axes, talk) in enumerate(zip(columns, results.talks, strict=True)):
        part = table[table["talk"] == talk]
        _bars(axes, part, rows)
        axes.set_title(results.talk(talk))
        axes.set_xlim(0, 118)
        axes.spines["bottom"].set_bounds(0, 100)
        axes.set_xticks(range(0, 101, 25))
        axes.set_xlabel("percent of worlds")
        rows.dress(axes, first=n == 0)
    handles, words = columns[0].get_legend_handles_labels()
    made.legend(handles, words, loc="outside upper right", ncols=len(words))
    return made


def _bars(axes: Axes, part: pd.DataFrame, rows: Rows) -> None:
    for kind, (colour, words) in KINDS.items():
        if not part[kind].any():
            continue
        order = list(KINDS)
        left = part[order[: order.index(kind)]].sum(axis=1)
        places = [rows.of(row) for row in part.to_dict("records")]
        axes.barh(places, 100 * part[kind], left=100 * left, color=colour, label=words, height=0.74)
    for row in part.to_dict("records"):
        y, share = rows.of(row), 100 * row["deals"]
        low, high = 100 * row["deals_low"], 100 * row["deals_high"]
        axes.plot([low, high], [y, y], color="black", linewidth=1.2, solid_capstyle="butt")
        words = f"{share:.0f} %"
        if share == 0 and row["closed"] == 1:
            words = "0 %: never admitted"
            axes.text(50, y, words, va="center", ha="center", fontsize=8)
        else:
            axes.text(102, y, words, va="center", fontsize=8)

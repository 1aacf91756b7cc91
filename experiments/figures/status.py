"""How the talks end."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.design.sweep import percent
from experiments.figures.canvas import BLUE, DARK, GREY, ORANGE, PINK, PRECISION, RED, SKY
from experiments.figures.page import Page
from experiments.figures.rows import Rows
from experiments.figures.shut import by_construction
from experiments.figures.unplayed import unplayed
from experiments.results.intervals import Quantity, estimate
from experiments.results.results import Results

TITLE = "How do the talks end?"
CAPTION = (
    "Each bar is all worlds of a setting, by how the talk ends; the colours above the panels are "
    "the ways to end that occur. “Never opened”: something that the rule names was asked for and "
    "not opened in any world, so that nobody could sign."
)

KINDS = {
    "deal with a cut": (BLUE, "deal that lowers a rate"),
    "deal without": (SKY, "deal that keeps every rate"),
    "vetoed": (PINK, "deal, but not ratified"),
    "walked": (RED, "a side walked away"),
    "broken_down": (ORANGE, "talks broke down"),
    "silent": (DARK, "no deal: a side never offered"),
    "expired": (GREY, "no deal at the deadline"),
}
"""Ways to end, as parts of a bar, with their colours and names."""

_ASKED = ("requested", "refused")
"""States of a measure that was asked for and has not been admitted."""


def kinds(frame: pd.DataFrame) -> pd.Series:
    """Give how each talk ended, with deals told apart by whether they lower a rate."""
    deal = frame["status"] == "deal"
    cut = frame["lowers"].map({True: "deal with a cut", False: "deal without"})
    return frame["status"].astype(str).where(~deal, cut)


def shares(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Give the share of worlds in each kind of end, a column each, by group."""
    counted = frame.assign(kind=kinds(frame)).groupby([*keys, "kind"], sort=False, observed=True)
    table = counted.size().unstack("kind", fill_value=0).reindex(columns=list(KINDS), fill_value=0)
    return pd.DataFrame(table.div(table.sum(axis=1), axis=0).reset_index())


def numbers(results: Results, most: int = 24) -> pd.DataFrame:
    """Give the share of worlds in each kind of end, by setting and talk.

    Args:
        results: of a run.
        most: settings that are told apart.

    Returns:
        Columns: the swept paths shown, talk, the kinds of end, worlds, deals, deals_low, deals_high
        (computed to), and `closed`: the share of worlds in which some measure that the rule names
        was asked for and never opened.
    """
    paths = results.paths(most)
    results = results.unmixed(paths)
    frame, keys = results.frame, [*paths, "talk"]
    deals = estimate(frame, Quantity.named("deals", frame), keys)
    deals = deals.rename(columns={"mean": "deals", "low": "deals_low", "high": "deals_high"})
    closed = frame.assign(closed=_closed(results))
    shut = closed.groupby(keys, sort=False, observed=True)["closed"].mean().reset_index()
    return shares(frame, keys).merge(deals, on=keys).merge(shut, on=keys)


def _closed(results: Results) -> pd.Series:
    """Tell in which talks some measure that the rule names was asked for and never opened."""
    frame = results.frame
    closed = pd.Series(False, index=frame.index)
    for cells in results.alike("rules", "talks"):
        config, here = results.config_of(cells[0]), frame["cell"].isin([c.index for c in cells])
        for talk in results.talks:
            named = config.names(config.rules_of(talk).review, talk)
            rows = frame[here & (frame["talk"] == talk)]
            states = rows[[f"review.{measure}" for measure in named]]
            closed[rows.index] = states.isin(_ASKED).any(axis=1)
    return closed


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw stacked bars, a row for each setting, a panel for each talk."""
    rows = Rows(results, table)
    paths = results.told(table)
    found = [kind for kind in KINDS if table[kind].any()]
    note = (
        f"Black line: {PRECISION} of the share of deals. {rows.legend} "
        f"{by_construction(results, paths)} {unplayed(results, paths)} {results.pooled(paths)}"
    )
    page = Page(TITLE, " ".join(note.split()), patches(found))
    titles = [results.talk(talk) for talk in results.talks]
    panels = page.panels(titles, rows.inches, least=2.0, left=rows.width)
    for n, (axes, talk) in enumerate(zip(panels, results.talks, strict=True)):
        _bars(axes, table[table["talk"] == talk], rows)
        axes.set_xlim(0, 122)
        axes.spines["bottom"].set_bounds(0, 100)
        axes.set_xticks(range(0, 101, 25))
        axes.set_xlabel("percent of worlds", x=0, ha="left")
        rows.dress(axes, first=page.is_first(n))
    return page.figure


def patches(found: Sequence[str]) -> list[Patch]:
    """Give the legend of some kinds of end."""
    return [Patch(color=KINDS[kind][0], label=KINDS[kind][1]) for kind in found]


def _bars(axes: Axes, part: pd.DataFrame, rows: Rows) -> None:
    places, left = rows.places(part), 0.0 * part["deals"]
    for kind, (colour, _) in KINDS.items():
        some = (part[kind] > 0).to_numpy()
        right = left + 100 * part[kind]
        rows.bars(axes, np.array(places)[some], left[some], right[some], colour)
        left = right
    for y, row in zip(places, part.to_dict("records"), strict=True):
        share = 100 * row["deals"]
        low, high = 100 * row["deals_low"], 100 * row["deals_high"]
        if share == 0 and row["closed"] == 1:  # nothing was left to luck
            axes.text(50, y, "0 %: never opened", va="center", ha="center", fontsize=7.5)
        else:
            axes.plot([low, high], [y, y], color="black", linewidth=1.2, solid_capstyle="butt")
            axes.text(103, y, f"{percent(row['deals'])} %", va="center", fontsize=7.5)

"""What becomes of deals, as stacked bars beside the number of those that stay."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from experiments.analysis.fate import DEAL, FATES
from experiments.figures.canvas import BLUE, GREEN, GREY, ORANGE, SKY
from experiments.figures.rows import Rows

KINDS = {
    "same": (SKY, "deal stays, same terms"),
    "changed": (BLUE, "deal stays, other terms"),
    "vanished": (ORANGE, "deal vanishes"),
    "appeared": (GREEN, "deal appears"),
    "none": (GREY, "no deal under either"),
}
"""What becomes of a deal, as parts of a bar, with their colours and names."""

_DRAWN = 1.5
"""Percent from which a part of a bar can be seen, and is in the legend."""

_SEEN = 20
"""Percent from which a part of a bar says how much it is."""


def draw(axes: Axes, part: pd.DataFrame, rows: Rows) -> None:
    """Draw a stacked bar a row, and the number of worlds whose deal stays."""
    part = part.assign(y=rows.places(part))
    worlds = part.groupby("y")["worlds"].first()
    wide = part.pivot_table("share", "y", "quantity", aggfunc="first")[list(FATES)]
    right = wide.cumsum(axis=1)
    for kind, (colour, _) in KINDS.items():
        some = (wide[kind] > 0).to_numpy()
        places, ends = wide.index.to_numpy(float)[some], right[kind].to_numpy()[some]
        starts = ends - wide[kind].to_numpy()[some]
        rows.bars(axes, places, starts, ends, colour)
        for y, start, end in zip(places, starts, ends, strict=True):
            if end - start >= _SEEN:
                ink = "white" if colour == BLUE else "black"
                axes.text((start + end) / 2, y, f"{end - start:.0f}", fontsize=7, color=ink,
                          ha="center", va="center")  # fmt: skip
    for y in wide.index:
        stays = round((wide.loc[y, "same"] + wide.loc[y, "changed"]) / 100 * worlds[y])
        axes.text(105, y, f"{stays:,}", fontsize=7, va="center")
    axes.set_xlim(0, 150)
    axes.spines["bottom"].set_bounds(0, 100)
    axes.set_xticks([0, 50, 100, 126], ["0", "50", "", "stay"])
    axes.tick_params(axis="x", labelsize=7)
    axes.grid(axis="x", visible=False)
    axes.set_xlabel("percent", fontsize=7, labelpad=1, x=0, ha="left")


def patches(table: pd.DataFrame) -> list[Patch]:
    """Give the legend of the parts of the bars that can be seen."""
    found = set(table[(table["what"] == DEAL) & (table["share"] >= _DRAWN)]["quantity"])
    return [Patch(color=KINDS[kind][0], label=KINDS[kind][1]) for kind in KINDS if kind in found]

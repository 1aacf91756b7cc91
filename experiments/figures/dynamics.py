"""How the shares of strategies move when what pays more grows."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.design.sweep import percent
from experiments.figures.canvas import stretch
from experiments.figures.page import Page
from experiments.figures.words import widest, wrapped
from experiments.results.words import Words

TITLE = "What would be left if strategies that pay more were played more?"
CAPTION = (
    "Replicator dynamics from even shares, one population for each country; the darker, the larger "
    "the share. Beside the names: the shares at the end, in percent. Time on a logarithmic "
    "scale, in units of one over the payoff."
)

_ROW = 0.2
_NOTABLE = 0.005
"""Share at the end below which a strategy has no number."""


def draw(naming: Words, table: pd.DataFrame) -> Figure:
    """Draw a strip for each strategy, a panel for each player.

    Args:
        naming: the words of the scenario.
        table: shares over time, as from `experiments.analysis.tournament.shares.analyse`.
    """
    players = list(dict.fromkeys(table["player"]))
    grids = {p: _grid(table[table["player"] == p]) for p in players}
    words = {p: [wrapped(word, 2.3, 8) for word in _words(grids[p])] for p in players}
    left = max(widest(said, 8) for said in words.values()) + 0.12
    page = Page(TITLE, CAPTION)
    heights = [_ROW * len(grids[p]) for p in players]
    panels = page.panels(
        [naming.country(p) for p in players], heights, least=2, left=left, across=1
    )
    for axes, player in zip(panels, players, strict=True):
        _strips(axes, grids[player])
        axes.set_yticks(np.arange(len(words[player])) + 0.5, words[player], fontsize=8)
        axes.set_xlabel("time")
    return page.figure


def _grid(part: pd.DataFrame) -> pd.DataFrame:
    """Give shares, strategies by times, the largest at the end first."""
    grid = part.pivot_table("share", "strategy", "time", sort=False)
    last = grid.iloc[:, -1].round(3)
    return grid.loc[last.sort_values(ascending=False, kind="stable").index]


def _strips(axes: Axes, grid: pd.DataFrame) -> None:
    times = grid.columns.to_numpy(float)[1:]
    ratio = times[1] / times[0]
    edges = np.append(times, times[-1] * ratio) / ratio**0.5
    axes.pcolormesh(edges, np.arange(len(grid) + 1), grid.to_numpy()[:, 1:], cmap="Blues", vmax=1.2)
    stretch(axes, "log")
    axes.set_ylim(len(grid), 0)
    axes.grid(visible=False)
    axes.tick_params(axis="y", length=0)


def _words(grid: pd.DataFrame) -> list[str]:
    """Name the strategies, with the shares that they have at the end."""
    ends = zip(grid.index, grid.iloc[:, -1], strict=True)
    return [
        f"{name}: {percent(share)} %" if share >= _NOTABLE else str(name) for name, share in ends
    ]

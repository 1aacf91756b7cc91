"""What a strategy earns against each strategy of another player."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, TwoSlopeNorm
from matplotlib.figure import Figure

from experiments.analysis.tournament.game import Game
from experiments.figures.page import Page
from experiments.figures.words import count, widest, width, wrapped
from experiments.results.words import Words

TITLE = "What does each strategy earn against each?"
CAPTION = (
    "Mean payoffs over all that the remaining players can play. Rows: the strategy of the player "
    "that the panel names; columns: that of the other."
)

_ROW = 0.2
_FIELD = 0.27
"""Inches of a field below which it holds no number."""


def numbers(game: Game) -> pd.DataFrame:
    """Give the payoffs of all players against one other each: the first, or for it the second.

    Returns:
        Columns: player, other, strategy, against, payoff (mean over what the rest play).
    """
    parts = []
    for n, player in enumerate(game.players):
        other = 0 if n else 1
        rest = tuple(k for k in range(len(game.players)) if k not in (n, other))
        played = game.played.sum(axis=rest)
        sums = np.nansum(game.payoffs[n], axis=rest)
        table = np.where(played > 0, sums / np.maximum(played, 1), np.nan)
        table = table.T if other < n else table
        frame = pd.DataFrame(table, game.strategies[n], game.strategies[other])
        long = frame.rename_axis("strategy").reset_index()
        long = long.melt("strategy", var_name="against", value_name="payoff")
        parts.append(long.assign(player=player, other=game.players[other]))
    columns = ["player", "other", "strategy", "against", "payoff"]
    return pd.concat(parts, ignore_index=True)[columns]


def draw(naming: Words, table: pd.DataFrame) -> Figure:
    """Draw a panel of fields for each player; numbers in them where they fit.

    Args:
        naming: the words of the scenario.
        table: as from `numbers`.
    """
    players = list(dict.fromkeys(table["player"]))
    grids = [_grid(table[table["player"] == p]) for p in players]
    others = [table["other"][table["player"] == p].iloc[0] for p in players]
    titles = [
        f"{naming.country(p)} (rows) against {naming.country(o)}, {naming.money}"
        for p, o in zip(players, others, strict=True)
    ]
    page = Page(TITLE, CAPTION)
    rows = [[wrapped(str(word), 2.1, 8) for word in grid.index] for grid in grids]
    left = max(widest(words, 8) for words in rows) + 0.12
    below = max(width(str(word), 7.5) for grid in grids for word in grid.columns) + 0.12
    heights = [
        max(_ROW * len(grid), 0.17 * sum(map(count, words)))
        for grid, words in zip(grids, rows, strict=True)
    ]
    panels = page.panels(titles, heights, least=2.0, left=left, across=1, below=below)
    for axes, grid, words in zip(panels, grids, rows, strict=True):
        _fields(axes, grid)
        axes.set_yticks(np.arange(len(words)) + 0.5, words, fontsize=8)
        axes.set_xticks(
            np.arange(grid.shape[1]) + 0.5, list(grid.columns), rotation=90, fontsize=7.5
        )
    return page.figure


def _grid(part: pd.DataFrame) -> pd.DataFrame:
    return part.pivot_table("payoff", "strategy", "against", sort=False, dropna=False)


def _fields(axes: Axes, grid: pd.DataFrame) -> None:
    values = grid.to_numpy(float)
    most = max(float(np.nanmax(np.abs(values))), 1e-9) * 1.4
    colours: Colormap = colormaps["PuOr"]
    axes.pcolormesh(
        values, cmap=colours, norm=TwoSlopeNorm(0.0, -most, most), edgecolors="white", linewidth=1
    )
    axes.set_ylim(len(values), 0)
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    field = axes.bbox.width / axes.figure.dpi / values.shape[1]
    if field < _FIELD:
        return
    for (row, column), value in np.ndenumerate(values):
        if not np.isnan(value):
            said = f"{round(value, 1) + 0.0:.1f}".replace("-", "−")
            axes.text(column + 0.5, row + 0.52, said, ha="center", va="center", fontsize=7)

"""How every strategy of a tournament does: a table of leagues as a figure."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.figures.canvas import BLUE, DARK, GREEN, RED
from experiments.figures.page import Page
from experiments.figures.words import widest, wrapped
from experiments.results.words import Words

TITLE = "Which strategies do well?"
CAPTION = (
    "Left: mean payoff over all that the others can play, each as likely as any other; bars are "
    "its computing precision (95 %), from draws of the payoffs drawn anew. Right: what a strategy "
    "earns less than the best one where the dynamics end."
)

SAMPLED = (
    "Mean payoff over the profiles that were played, which are a sample: two strategies may have "
    "met others. Bars are its computing precision (95 %), from draws of the payoffs drawn anew."
)

_ROW = 0.2
_KINDS = {
    "in an equilibrium": (GREEN, "D"),
    "in none that was found": (BLUE, "o"),
    "strictly dominated": (RED, "x"),
}


def draw(naming: Words, table: pd.DataFrame) -> Figure:
    """Draw two panels for each player: payoff against an even mix, loss where the dynamics end.

    Args:
        naming: the words of the scenario.
        table: a league as from `tournament.shares.analyse`; without dynamics, if the
            game was only sampled, there is one panel.
    """
    players = list(dict.fromkeys(table["player"]))
    whole = "rest_regret" in table
    kinds = _kinds(table)
    page = Page(TITLE, CAPTION if whole else SAMPLED, _legend(set(kinds)))
    titles = []
    for player in players:
        name = naming.country(player)
        titles.append(f"{name}: against {'an even mix' if whole else 'what it met'}")
        titles += [f"{name}: loss at the end of the dynamics"] if whole else []
    names = {p: list(table["strategy"][table["player"] == p]) for p in players}
    words = {p: [wrapped(word, 2.1, 8) for word in names[p]] for p in players}
    left = max(widest(said, 8) for said in words.values()) + 0.12
    across = 2 if whole else 1
    heights = [_ROW * len(names[p]) + 0.1 for p in players for _ in range(across)]
    panels = page.panels(titles, heights, least=1.3, left=left, across=across)
    for n, axes in enumerate(panels):
        player = players[n // across]
        rows = table["player"] == player
        part, called = table[rows], [k for k, of in zip(kinds, rows, strict=True) if of]
        _payoffs(axes, part, called) if n % across == 0 else _losses(axes, part, called)
        axes.set_xlabel(naming.money)
        _dress(axes, words[player] if page.is_first(n) else [""] * len(part))
        page.thin(axes)
    return page.figure


def _kinds(table: pd.DataFrame) -> list[str]:
    """Tell of every row what it is in the game."""
    played, gone = ("in an equilibrium", "strictly dominated")
    if "dominated" not in table:
        return ["in none that was found"] * len(table)
    pairs = zip(table["equilibrium"] > 0, table["dominated"] > 0, strict=True)
    return [
        played if in_one else gone if out else "in none that was found" for in_one, out in pairs
    ]


def _legend(kinds: set[str]) -> list[Line2D]:
    return [
        Line2D([], [], color=colour, marker=marker, linestyle="", label=kind)
        for kind, (colour, marker) in _KINDS.items()
        if kind in kinds
    ]


def _payoffs(axes: Axes, part: pd.DataFrame, kinds: list[str]) -> None:
    for place, (row, kind) in enumerate(zip(part.to_dict("records"), kinds, strict=True)):
        colour, marker = _KINDS[kind]
        axes.hlines(place, row["low"], row["high"], color=colour, linewidth=3, alpha=0.45)
        axes.plot(row["payoff"], place, marker, color=colour, markersize=4.5)
    if axes.get_xlim()[0] < 0 < axes.get_xlim()[1]:
        axes.axvline(0, color=DARK, linewidth=0.7)


def _losses(axes: Axes, part: pd.DataFrame, kinds: list[str]) -> None:
    places = np.arange(len(part))
    loss = part["rest_regret"].to_numpy(float)
    axes.hlines(places, 0, loss, color="#BBBBBB", linewidth=1)
    for place, value, kind in zip(places, loss, kinds, strict=True):
        colour, marker = _KINDS[kind]
        axes.plot(value, place, marker, color=colour, markersize=4.5)
    axes.set_xlim(-0.05 * max(loss.max(), 0.1), 1.08 * max(loss.max(), 0.1))


def _dress(axes: Axes, words: list[str]) -> None:
    axes.set_ylim(len(words) - 0.5, -0.5)
    axes.set_yticks(np.arange(len(words)), words, fontsize=8)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)

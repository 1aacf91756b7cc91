"""How a strategy concedes: what its offers are worth to itself, over time."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

import sim
from experiments.figures.canvas import BLUE, GREEN, ORANGE
from experiments.figures.page import Page
from sim.protocol.state import SIDES
from sim.scenario.players import catalogue
from sim.seats.strategy import BatchStrategy, Strategy
from sim.testing import pie, silent
from sim.testing.building import sides_of

ROUNDS, SLICES, WORLDS = 101, 1_000, 100

SUFFIXES = (".png", ".svg", ".pdf")

OTHERS: dict[str, tuple[str, Callable[[], Any]]] = {
    "offers nothing": (BLUE, silent),
    "demands everything": (ORANGE, lambda: "hardliner"),
    "gives way evenly": (GREEN, lambda: "linear"),
}
"""Whom it plays, with a colour."""

WIDTHS = (5.0, 3.0, 1.4)
"""Of the lines, in points."""


def numbers(strategy: Strategy | BatchStrategy) -> pd.DataFrame:
    """Play a strategy over a pie, and give what it demands.

    Two sides share a pie of a thousand slices in a hundred rounds, with complete information; no
    deal is worth nothing.

    Returns:
        Columns: other (whom it plays), time, low, median, high (own utility of its offers, 10, 50
        and 90 % of the worlds in which it made one), open (share of worlds without a deal yet).
    """
    side = sides_of(strategy)[0]
    tables = []
    for name, (_, other) in OTHERS.items():
        players = (strategy, other()) if side == SIDES[0] else (other(), strategy)
        game = pie(ROUNDS, SLICES, players=players, information="complete", first_mover="draw")
        turns = sim.negotiate(game, WORLDS, turns=True).to_turns()
        mine = turns[(turns["seat"] == side) & (turns["offer"] >= 0)]
        share = mine["offer"] / SLICES
        worth = share if side == SIDES[0] else 1 - share
        grouped = worth.groupby((mine["round"] - 1) / (ROUNDS - 1))
        table = pd.DataFrame(
            {
                "low": grouped.quantile(0.1),
                "median": grouped.median(),
                "high": grouped.quantile(0.9),
                "open": grouped.size() / WORLDS,
            }
        )
        tables.append(table.rename_axis("time").reset_index().assign(other=name))
    return pd.concat(tables, ignore_index=True)


def draw(name: str, strategy: Strategy | BatchStrategy, table: pd.DataFrame) -> Figure:
    """Draw what a strategy demands over time against each of the others, and who still talks."""
    line = catalogue.entry(name, type(strategy)).line
    page = Page(f"{name}: {line[0].lower()}{line[1:]}.", _note(strategy), _legend())
    titles = ("What it demands of a pie", "Worlds without a deal yet")
    demand, talking = page.panels(titles, (2.4, 0.8), least=3.0, across=1)
    for (other, (colour, _)), width in zip(OTHERS.items(), WIDTHS, strict=True):
        part = table[table["other"] == other]
        band: Any = {"color": colour, "alpha": 0.2, "linewidth": 0}
        demand.fill_between(part["time"], part["low"], part["high"], **band)
        style: Any = {"color": colour, "linewidth": width, "solid_capstyle": "butt"}
        demand.plot(part["time"], part["median"], **style)
        talking.plot(*_until_nobody(part), drawstyle="steps-post", **style)
    demand.set_ylabel("own utility")
    talking.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    talking.set_xlabel("relative time: 0 first round, 1 deadline")
    for axes in (demand, talking):
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.05, 1.05)
    return page.figure


def _legend() -> list[Line2D]:
    """Give an entry for each of the others."""
    return [
        Line2D([], [], color=colour, linewidth=width, label=f"the other {other}")
        for (other, (colour, _)), width in zip(OTHERS.items(), WIDTHS, strict=True)
    ]


def _note(strategy: Strategy | BatchStrategy) -> str:
    """Say what is drawn."""
    return (
        f"Two sides share a pie, {WORLDS} worlds against each other side. Demand: own utility of "
        "its offers; lines are medians of the worlds that still talk, bands 10 to 90 %. Lines "
        f"that lie on each other differ in width. {_parameters(strategy)}"
    ).strip()


def _until_nobody(part: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Give times and shares of worlds still talking; none after the last offer."""
    time, share = part["time"].tolist(), part["open"].tolist()
    if time and time[-1] < 1:
        time, share = [*time, time[-1] + 1 / (ROUNDS - 1)], [*share, 0.0]
    return time, share


def _parameters(strategy: Strategy | BatchStrategy) -> str:
    """Say with which parameters it plays."""
    said = catalogue.described_parameters(strategy)
    return f"Parameters: {said}." if said else ""

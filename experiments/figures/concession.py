"""How a strategy concedes: what its offers are worth to itself, over time."""

from collections.abc import Callable
from textwrap import wrap
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from experiments import catalogue
from experiments.figures.canvas import BLUE, GREEN, ORANGE, figure
from sim import negotiate
from sim.state import SIDES
from sim.strategy import BatchStrategy, Strategy
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
        turns = negotiate(game, WORLDS, turns=True).to_turns()
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
    made = figure(
        8,
        5.6,
        name,
        f"While it shares a pie, by what the other side does; {WORLDS} worlds. Demand: own utility "
        "of its offers, lines are medians of the worlds still talking, bands 10 to 90 %. Lines "
        f"that lie on each other differ in width. {_parameters(strategy)}",
    )
    demand, talking = made.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    for (other, (colour, _)), width in zip(OTHERS.items(), WIDTHS, strict=True):
        part = table[table["other"] == other]
        band = {"color": colour, "alpha": 0.2, "linewidth": 0}
        demand.fill_between(part["time"], part["low"], part["high"], **band)
        style = {"color": colour, "linewidth": width, "solid_capstyle": "butt"}
        demand.plot(part["time"], part["median"], label=f"the other {other}", **style)
        talking.plot(*_until_nobody(part), drawstyle="steps-post", **style)
    line = catalogue.entry(name, type(strategy)).line
    demand.set_title("\n".join(wrap(f"{line}.", 95)), fontsize=9, fontweight="normal")
    demand.set_ylabel("demand")
    demand.legend(loc="lower left")
    talking.set_ylabel("without\na deal yet")
    talking.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    talking.set_xlabel("relative time: 0 first round, 1 deadline")
    talking.set_xlim(-0.02, 1.02)
    for axes in (demand, talking):
        axes.set_ylim(-0.05, 1.05)
    return made


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

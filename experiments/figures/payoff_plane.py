"""Where the deals lie between the two sides, against the frontier."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.figures.canvas import GREEN, ORANGE, RED, figure
from experiments.figures.results import Results
from sim.frontier import egalitarian, gains, kalai_smorodinsky, nash
from sim.reference import Plane, planes

Floats = NDArray[np.float64]

POINTS = {
    "Nash": (nash, "o", RED),
    "Kalai–Smorodinsky": (kalai_smorodinsky, "s", ORANGE),
    "egalitarian": (egalitarian, "^", GREEN),
}
GRID = np.linspace(0, 1, 51)
BINS = 30
_WIDTH = 9.5
"""Inches that the title and the legend need beside each other."""


def numbers(results: Results) -> pd.DataFrame:
    """Give the deals, the frontier and its solutions, in gains as shares of the best possible.

    In each draw a side's gain over no deal is divided by its largest gain at packages where the
    other side loses nothing, the other talks being without a deal; draws without such a package
    are left out.

    Returns:
        Columns: talk, what (`deal`, `frontier`, or a solution), the rule (deals only), hub, partner
        and low, high (10 to 90 % of draws; frontier only) and count (deals only, binned).
    """
    parts = []
    for i, talk in enumerate(results.talks):
        payoffs = results.game.payoffs
        draws = np.arange(payoffs.draws)
        every = planes(payoffs, i, (0, i + 1), draws, np.zeros_like(draws))
        ideals = np.array([_ideal(plane) for plane in every])
        parts.append(_reference(every, ideals).assign(talk=talk))
        parts.append(_deals(results, talk, ideals).assign(talk=talk))
    return pd.concat(parts, ignore_index=True)


def _ideal(plane: Plane) -> Floats:
    """Give both sides' largest gain, (2,); not a number where no package is worth signing."""
    above, rational = gains(plane.frontier()[1], plane.reservation)
    best = above[rational].max(axis=0) if rational.any() else np.full(2, np.nan)
    return np.where(best > 0, best, np.nan)


def _reference(every: list[Plane], ideals: Floats) -> pd.DataFrame:
    curves, solutions = [], []
    for plane, ideal in zip(every, ideals, strict=True):
        if np.isnan(ideal).any():
            continue
        points, reservation = plane.frontier()[1], plane.reservation
        share = (points - reservation) / ideal
        curves.append([share[share[:, 0] >= x - 1e-12, 1].max(initial=0.0) for x in GRID])
        solutions.append([share[solve(points, reservation)] for solve, _, _ in POINTS.values()])
    rows = []
    if curves:
        low, middle, high = np.percentile(np.array(curves), (10, 50, 90), axis=0)
        columns = {"hub": GRID, "partner": middle, "low": low, "high": high}
        rows.append(pd.DataFrame(columns).assign(what="frontier"))
        centre = np.median(np.array(solutions), axis=0)
        for name, point in zip(POINTS, centre, strict=True):
            rows.append(pd.DataFrame({"what": [name], "hub": point[0], "partner": point[1]}))
    return pd.concat(rows) if rows else pd.DataFrame(columns=["what", "hub", "partner"])


def _deals(results: Results, talk: str, ideals: Floats) -> pd.DataFrame:
    """Count the deals in bins of the plane, by rule."""
    frame = results.frame
    part = frame[(frame["talk"] == talk) & (frame["status"] == "deal")]
    scale = ideals[part["draw"].to_numpy()]
    hub = (part["utility.hub"] - part["reservation.hub"]) / scale[:, 0]
    partner = (part["utility.partner"] - part["reservation.partner"]) / scale[:, 1]
    rule = part[results.rule] if results.rule else pd.Series("", index=part.index)
    table = pd.DataFrame({"rule": rule, "hub": hub, "partner": partner}).dropna()
    for side in ("hub", "partner"):
        table[side] = (np.floor(table[side].clip(-0.1, 1.0999) * BINS) + 0.5) / BINS
    counted = table.groupby(["rule", "hub", "partner"], sort=True, observed=True).size()
    return counted.rename("count").reset_index().assign(what="deal")


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw the density of deals with frontier and solutions: a column a rule, a row a talk."""
    rules = list(dict.fromkeys(results.frame[results.rule])) if results.rule else [""]
    made = figure(
        max(2.6 + 3.1 * len(rules), _WIDTH),
        1.7 + 3.0 * len(results.talks),
        "Who gets how much in the deals?",
        "Gains over no deal, as shares of the largest gain that each side could have in that draw; "
        "review costs, sunk by then, are left out. Line: median Pareto frontier over draws (band: "
        "10 to 90 %). Points: medians of the solutions. Deals can lie beyond the frontier where "
        "the other talk's deal has moved what this one is worth.",
    )
    grid = made.subplots(len(results.talks), len(rules), squeeze=False, sharex=True, sharey=True)
    most = table["count"].max()
    mesh = None
    for line, talk in zip(grid, results.talks, strict=True):
        for axes, rule in zip(line, rules, strict=True):
            part = table[table["talk"] == talk]
            mesh = _panel(axes, part, rule, most) or mesh
            under = f"\nrule: {results.value(results.rule, rule)}" if results.rule else ""
            axes.set_title(f"{results.talk(talk)}{under}", fontsize=9)
        partner = results.scenario["talks"][talk]["partner"]
        line[0].set_ylabel(f"gain of {results.country(partner)}")
    for axes in grid[-1]:
        axes.set_xlabel(f"gain of {results.country(results.scenario['hub'])}")
    if mesh is not None:
        made.colorbar(mesh, ax=grid, label="number of deals", shrink=0.6, format="%d")
    handles, words = grid[0][0].get_legend_handles_labels()
    made.legend(handles, words, loc="outside upper right", ncols=len(words))
    return made


def _panel(axes: Axes, part: pd.DataFrame, rule: object, most: float) -> PathCollection | None:
    frontier = part[part["what"] == "frontier"]
    axes.fill_between(
        frontier["hub"], frontier["low"], frontier["high"], color="#CCCCCC", alpha=0.6, linewidth=0
    )
    axes.plot(frontier["hub"], frontier["partner"], color="black", label="frontier (median)")
    deals = part[(part["what"] == "deal") & (part["rule"].astype(str) == str(rule))]
    mesh = None
    if len(deals):
        mesh = axes.scatter(
            deals["hub"], deals["partner"], c=deals["count"], marker="s", s=22, cmap="Blues",
            norm=LogNorm(0.5, max(most, 1)), linewidths=0,
        )  # fmt: skip
    else:
        axes.text(0.5, 0.5, "no deals", ha="center")
    for name, (_, marker, colour) in POINTS.items():
        point = part[part["what"] == name]
        axes.plot(
            point["hub"], point["partner"], marker, color=colour, markersize=7,
            markeredgecolor="white", label=name, linestyle="none",
        )  # fmt: skip
    axes.set_xlim(-0.08, 1.12)
    axes.set_ylim(-0.08, 1.12)
    return mesh

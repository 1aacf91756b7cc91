"""Where the deals lie between the two sides, against the frontier."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from experiments.figures.canvas import DARK, GREEN, ORANGE, RED
from experiments.figures.headings import panel
from experiments.figures.page import Page
from experiments.figures.words import wrapped
from experiments.results.results import Results
from sim.payoffs.frontier import Planes, egalitarian, gains, kalai_smorodinsky, nash
from sim.payoffs.tables import Payoffs
from sim.scenario.scenario import talks_of
from sim.scenario.valuation import payoffs_of

Floats = NDArray[np.float64]

TITLE = "Who gets how much in the deals?"
CAPTION = (
    "Each square is a number of deals. Up is better for the partner, right is better for the hub; "
    "1 is the most that a side could get while the other loses nothing. The black line is the "
    "frontier: packages that no other one betters for both sides at once. Deals near it leave "
    "little on the table; those far below it do. Three fair points are marked: Nash has the "
    "largest product of both gains, Kalai–Smorodinsky the most equal shares of what each side "
    "could get, egalitarian the largest gain of the side that gains less."
)
EMPTY = "it needs packages that are worth signing to both sides, and there are none"

POINTS = {
    "Nash": (nash, "o", RED),
    "Kalai–Smorodinsky": (kalai_smorodinsky, "s", ORANGE),
    "egalitarian": (egalitarian, "^", GREEN),
}
GRID = np.linspace(0, 1, 51)
BINS = 30
_PAID = ("hub", "countries", "talks", "payoffs", "economy", "shocks")
"""Parts of a scenario that payoffs depend on."""
_ENDS = (-3, 32)
"""First and last bin: gains beyond lie in them."""
_RANGE = (_ENDS[0] / BINS, (_ENDS[1] + 1) / BINS)
_MAP = colormaps["Blues"]


def numbers(results: Results) -> pd.DataFrame:
    """Give the deals, the frontier and its solutions, in gains as shares of the best possible.

    In each draw a side's gain over no deal is divided by its largest gain at packages where the
    other side loses nothing, the other talks being without a deal; draws without such a package
    are left out. What somebody decides besides the rule is held at one value.

    Returns:
        Columns: talk, what (`deal`, `frontier`, or a solution), the rule (deals only), hub, partner
        and low, high (10 to 90 % of draws; frontier only) and count (deals only, binned).
    """
    rule = results.rule
    results = results.unmixed([rule or ""])
    parts = []
    for i, talk in enumerate(results.talks):
        every: list[tuple[Floats, Floats]] = []
        ideals: list[Floats] = []
        places: dict[int, int] = {}
        for payoffs, cells in _payoffs(results):
            places |= dict.fromkeys(cells, len(ideals))
            draws = np.arange(payoffs.draws)
            planes = Planes.of(payoffs, i, (0, i + 1), draws, np.zeros_like(draws))
            _, points, ends = planes.frontiers()
            here = list(zip(np.split(points, ends[1:-1]), planes.reservations, strict=True))
            every += here
            ideals += [_ideal(*one) for one in here]
        parts.append(_reference(every, np.array(ideals)).assign(talk=talk))
        parts.append(_deals(results, rule, talk, np.array(ideals), places).assign(talk=talk))
    return pd.concat(parts, ignore_index=True)


def _payoffs(results: Results) -> Iterator[tuple[Payoffs, list[int]]]:
    """Give the payoffs that are played, each with its cells; who plays is not asked for."""
    seed = results.plan.config.seed
    for cells in results.alike(*_PAID):
        config = results.config_of(cells[0])
        valued = payoffs_of(config, talks_of(config), seed)
        yield valued.payoffs, [cell.index for cell in cells]


def _ideal(points: Floats, reservation: Floats) -> Floats:
    """Give both sides' largest gain, (2,); not a number where no package is worth signing."""
    above, rational = gains(points, reservation)
    best = above[rational].max(axis=0) if rational.any() else np.full(2, np.nan)
    return np.where(best > 0, best, np.nan)


def _reference(every: list[tuple[Floats, Floats]], ideals: Floats) -> pd.DataFrame:
    curves, solutions = [], []
    for (points, reservation), ideal in zip(every, ideals, strict=True):
        if np.isnan(ideal).any():
            continue
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


def _deals(
    results: Results, path: str | None, talk: str, ideals: Floats, places: Mapping[int, int]
) -> pd.DataFrame:
    """Count the deals in bins of the plane, by rule; `places` say where a cell's draws begin."""
    frame = results.frame
    part = frame[(frame["talk"] == talk) & (frame["status"] == "deal")]
    scale = ideals[part["draw"].to_numpy() + part["cell"].map(places).to_numpy(dtype=np.int64)]
    hub = (part["utility.hub"] - part["reservation.hub"]) / scale[:, 0]
    partner = (part["utility.partner"] - part["reservation.partner"]) / scale[:, 1]
    rule = part[path] if path else pd.Series("", index=part.index)
    table = pd.DataFrame({"rule": rule, "hub": hub, "partner": partner}).dropna()
    for side in ("hub", "partner"):
        table[side] = (np.floor(table[side] * BINS).clip(*_ENDS) + 0.5) / BINS
    counted = table.groupby(["rule", "hub", "partner"], sort=True, observed=True).size()
    return counted.rename("count").reset_index().assign(what="deal")


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw the density of deals with frontier and solutions: a panel for each rule and talk."""
    deals = table[table["what"] == "deal"]
    rule = results.rule
    rules = list(dict.fromkeys(results.unmixed([rule or ""]).frame[rule])) if rule else [None]
    scale = LogNorm(0.5, max(float(deals["count"].max()) if len(deals) else 1.0, 1.0))
    note = (
        "Gains over no deal, as shares of the largest gain that each side could have in that draw; "
        "what reviews cost the hub is paid by then, and left out. Line: median frontier over draws "
        "(band: 10 to 90 %). Nash, Kalai–Smorodinsky, egalitarian: three fair points, medians over "
        "draws. Deals can lie beyond the frontier where the other talk's deal has moved what this "
        "one is worth. "
        f"{results.pooled([rule or ''])}"
    ).rstrip()
    page = Page(TITLE, note, _legend(scale))
    keys = [(talk, said) for talk in results.talks for said in rules]
    titles = [panel(results, talk, said) for talk, said in keys]
    panels = page.panels(
        titles, 1.75, least=1.6, across=len(rules), share=True, most=3.0, below=0.35
    )
    for n, (axes, (talk, said)) in enumerate(zip(panels, keys, strict=True)):
        _panel(axes, table[table["talk"] == talk], said, scale)
        partner = results.naming.the(results.partner(talk))
        axes.set_ylabel(f"gain of {partner}" if page.is_first(n) else "")
        hub = f"gain of {results.naming.the(results.hub)} before review costs"
        hub = wrapped(hub, axes.bbox.width / axes.figure.dpi, 9)
        axes.set_xlabel(hub if page.is_lowest(n) else "")
    return page.figure


def _legend(scale: LogNorm) -> list[Line2D]:
    steps = [n for n in (1, 10, 100, 1000) if n <= (scale.vmax or 1)]
    squares = [
        Line2D([], [], color=to_hex(_MAP(scale(n))), marker="s", markersize=6, linestyle="none",
               label=f"{n} deal{'s' if n > 1 else ''}")
        for n in steps
    ]  # fmt: skip
    points = [
        Line2D([], [], color=colour, marker=marker, markersize=6, markeredgecolor="white",
               linestyle="none", label=name)
        for name, (_, marker, colour) in POINTS.items()
    ]  # fmt: skip
    return [Line2D([], [], color="black", label="frontier (median)"), *points, *squares]


def _panel(axes: Axes, part: pd.DataFrame, rule: object, scale: LogNorm) -> None:
    frontier = part[part["what"] == "frontier"]
    axes.fill_between(
        frontier["hub"], frontier["low"], frontier["high"], color="#CCCCCC", alpha=0.6, linewidth=0
    )
    axes.plot(frontier["hub"], frontier["partner"], color="black", linewidth=1.3)
    deals = part[(part["what"] == "deal") & (part["rule"].astype(str) == str(rule or ""))]
    if len(deals):
        axes.imshow(
            _grid(deals), extent=(*_RANGE, *_RANGE), origin="lower", cmap=_MAP, norm=scale,
            aspect="auto", interpolation="nearest", zorder=1.5,
        )  # fmt: skip
    else:
        axes.text(0.4, 0.45, "no deals", ha="center", color=DARK)
    for name, (_, marker, colour) in POINTS.items():
        point = part[part["what"] == name]
        axes.plot(
            point["hub"], point["partner"], marker, color=colour, markersize=6,
            markeredgecolor="white", linestyle="none",
        )  # fmt: skip
    axes.set_xlim(-0.08, 1.12)
    axes.set_ylim(-0.08, 1.12)
    axes.set_xticks([0, 0.5, 1])
    axes.set_yticks([0, 0.5, 1])


def _grid(deals: pd.DataFrame) -> Floats:
    """Give the counts as a picture, (rows, columns); not a number where there is no deal."""
    first, last = _ENDS
    grid = np.full((last - first + 1, last - first + 1), np.nan)
    column, row = (
        np.floor(deals[side].to_numpy(float) * BINS).astype(int) - first
        for side in ("hub", "partner")
    )
    grid[row, column] = deals["count"]
    return grid

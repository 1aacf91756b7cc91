"""What changes from one cell to another, in the same worlds."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.figures.canvas import BLUE, DARK, ORANGE, PRECISION, SKY
from experiments.figures.page import Page
from experiments.figures.words import widest, wrapped
from experiments.results.clustered import mean_of
from experiments.results.intervals import Quantity, paired
from experiments.results.results import Results

TITLE = "What changes from one cell to another?"
CAPTION = (
    "Each world is compared with itself: it has the same draw and the same luck in both cells. The "
    "diamond is the mean change, its bar the computing precision (95 %) of it; the blue lines show "
    "how far worlds differ."
)
EMPTY = "it compares two cells, and the run has one"

GROUPS = {
    "deals": ("Deals, percentage points", 100),
    "round": ("Signing where both sign, rounds", 1),
    "payoff": ("Payoff, {money}", 1),
    "rate": ("Added rates at the end, points", 1),
}
STEP = 0.24
"""Inches of a row."""


def numbers(results: Results, a: int | None = None, b: int | None = None) -> pd.DataFrame:
    """Give the paired differences between two cells in every quantity that matters.

    Args:
        results: of a run.
        a, b: numbers of the cells; the first and the last one if not given.

    Returns:
        Columns: a, b, group (`deals`, `round`, `payoff`, `rate`), quantity, of (a talk or a
        country), worlds, mean, low, high (computed to), p5, p25, p50, p75, p95 of the worlds'
        differences, b less a. Empty if there is one cell.

    Raises:
        ConfigError: there is no such cell.
    """
    cells = sorted(set(results.frame["cell"]))
    if len(cells) < 2 and a is None and b is None:
        return pd.DataFrame()
    first, second = cells[0] if a is None else a, cells[-1] if b is None else b
    rows = [
        {"a": first, "b": second, "group": group, **row}
        for group, names in _names(results).items()
        for name in names
        for row in _rows(results, first, second, name)
    ]
    return pd.DataFrame(rows)


def _names(results: Results) -> dict[str, list[str]]:
    return {
        "deals": ["deals"],
        "round": ["round"],
        "payoff": [f"payoff.{country}" for country in results.countries],
        "rate": [f"rate.{measure}" for measure in results.measures],
    }


def _rows(results: Results, a: int, b: int, name: str) -> Iterator[dict[str, object]]:
    quantity = Quantity.named(name, results.frame)
    rows, difference = paired(results.frame, a, b, quantity)
    groups = results.talks if quantity.by_talk else [name.partition(".")[2]]
    for of in groups:
        kept = difference[rows["talk"] == of] if quantity.by_talk else difference
        kept = kept[kept.notna()]
        row: dict[str, object] = {"quantity": name, "of": of, "worlds": len(kept)}
        if len(kept):
            step = float(quantity.share)
            found = mean_of(rows.loc[kept.index], kept, [], step=step).iloc[0]
            row |= {key: float(found[key]) for key in ("mean", "low", "high")}
            row |= {f"p{q}": float(np.percentile(kept, q)) for q in (5, 25, 50, 75, 95)}
        yield row


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw means and ranges of the differences, a panel for each group of quantities."""
    first, second = (int(table[key].iloc[0]) for key in ("a", "b"))
    before, after = _settings(results, first, second)
    page = Page(f"What changes from “{before}” to “{after}”?", _note(first, second), _legend())
    groups = [group for group in GROUPS if (table["group"] == group).any()]
    titles = [GROUPS[group][0].format(money=results.money) for group in groups]
    labels = {group: _labels(results, table[table["group"] == group]) for group in groups}
    left = 0.1 + widest((word for words in labels.values() for word in words), 8)
    heights = [STEP * (len(labels[group]) + 0.3) for group in groups]
    panels = page.panels(titles, heights, least=1.4, left=left, gap=left + 0.15, across=2)
    for axes, group in zip(panels, groups, strict=True):
        part = table[table["group"] == group]
        _ranges(axes, part, GROUPS[group][1], spread=group != "deals")
        if len(axes.get_xticks()):
            page.thin(axes)
        axes.set_yticks(range(len(part)), labels[group], fontsize=8)
        axes.set_ylim(len(part) - 0.4, -0.7)
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    return page.figure


def _note(first: int, second: int) -> str:
    return (
        f"Cell {second} less cell {first}, each world against itself. Deals: worlds gain or lose "
        "one, so only the mean is drawn. Rates without a deal are the no-deal rates. "
    )


def _settings(results: Results, first: int, second: int) -> tuple[str, str]:
    """Name what differs between the cells."""
    rows = [results.frame[results.frame["cell"] == cell].iloc[0] for cell in (first, second)]
    differ = [path for path in results.varied if rows[0][path] != rows[1][path]]
    said = [", ".join(results.value(path, row[path]) for path in differ) for row in rows]
    return said[0] or f"cell {first}", said[1] or f"cell {second}"


def _labels(results: Results, part: pd.DataFrame) -> list[str]:
    words = []
    for row in part.to_dict("records"):
        family, _, name = row["quantity"].partition(".")
        who = row["of"] if family == "payoff" else results.partner(row["of"])
        said = results.country(who)
        words.append(f"{said}: {name.replace('_', ' ')}" if family == "rate" else said)
    return [wrapped(word, 1.3, 8) for word in words]


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=ORANGE, marker="D", markersize=4, markeredgecolor=DARK,
               markeredgewidth=0.5, linewidth=1.6, label=f"mean change, with its {PRECISION}"),
        Line2D([], [], color=SKY, linewidth=1.2, label="5 to 95 % of worlds"),
        Line2D([], [], color=SKY, linewidth=5, solid_capstyle="butt", label="middle half"),
        Line2D([], [], color=BLUE, marker="|", markersize=8, markeredgewidth=2, linestyle="none",
               label="median"),
    ]  # fmt: skip


def _ranges(axes: Axes, part: pd.DataFrame, scale: float, *, spread: bool) -> None:
    places = np.arange(len(part))
    axes.axvline(0, color="#888888", linewidth=1)
    if "mean" not in part:
        part = part.assign(**dict.fromkeys(("mean", "low", "high"), np.nan))
    some = part["worlds"].to_numpy() > 0
    part = part.assign(y=places)
    for y in places[~some]:
        axes.text(0, y, " no such world", fontsize=7, va="center", color=DARK)
    part = part[some]
    if not some.any():
        axes.set_xticks([])
        return
    if spread:
        axes.hlines(part["y"], part["p5"], part["p95"], color=SKY, linewidth=1.2)
        axes.hlines(part["y"], part["p25"], part["p75"], color=SKY, linewidth=5)
        axes.plot(part["p50"], part["y"], "|", color=BLUE, markersize=8, markeredgewidth=2)
    low, high = scale * part["low"], scale * part["high"]
    axes.hlines(part["y"], low, high, color=DARK, linewidth=2.6)
    axes.hlines(part["y"], low, high, color=ORANGE, linewidth=1.6)
    axes.plot(scale * part["mean"], part["y"], "D", color=ORANGE, markersize=4,
              markeredgecolor=DARK, markeredgewidth=0.5)  # fmt: skip
    axes.margins(x=0.08)

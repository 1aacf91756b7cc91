"""Any quantity over two swept paths, such as the strategies of two sides."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize, TwoSlopeNorm
from matplotlib.figure import Figure

from experiments.design.sweep import percent as shown
from experiments.figures.canvas import PRECISION
from experiments.figures.page import Page
from experiments.figures.shut import by_construction
from experiments.figures.words import count, widest, wrapped
from experiments.results.intervals import Quantity, estimate
from experiments.results.quantities import swept
from experiments.results.results import Results
from sim.config.schema.sentences import unknown
from sim.errors import ConfigError

TITLE = "How does it depend on who plays what?"
CAPTION = (
    "Each field is one pair of settings: the mean over all its worlds, and under it the interval "
    "of its computing precision (95 %). Fields share their worlds: whether two of them differ is "
    "told by the difference of each world with itself (figures price and difference), not by the "
    "two ranges."
)
EMPTY = "it needs two swept paths with several values, and the run has fewer"

ROW = 0.46
"""Inches of a row of fields."""


def numbers(
    results: Results,
    quantity: str = "deals",
    rows: str | None = None,
    columns: str | None = None,
) -> pd.DataFrame:
    """Give the mean of a quantity with its interval, for every pair of values of two paths.

    Args:
        results: of a run.
        quantity: `deals`, `lowers` or a column of the table of outcomes; `payoff` for that of every
            country.
        rows, columns: swept paths; the first strategies that are swept if not given.

    Returns:
        Columns: row, column (the paths), their values `at_row` and `at_column`, quantity, of (a
        talk or a country), worlds, mean, low, high. Empty if fewer than two paths are swept.

    Raises:
        ConfigError: there is no such quantity or path.
    """
    across, down = _paths(results, rows, columns)
    if across is None or down is None:
        return pd.DataFrame()
    frame = results.unmixed([down, across]).frame
    names = [f"payoff.{c}" for c in results.countries] if quantity == "payoff" else [quantity]
    tables = []
    for name in names:
        found = Quantity.named(name, frame)
        table = estimate(frame, found, [down, across, *(["talk"] if found.by_talk else [])])
        who = table["talk"] if found.by_talk else name.partition(".")[2]
        tables.append(table.assign(quantity=name, of=who))
    joined = pd.concat(tables, ignore_index=True)
    joined = joined.rename(columns={down: "at_row", across: "at_column"})
    joined = joined.assign(row=down, column=across)
    front = ["row", "column", "at_row", "at_column", "quantity", "of"]
    return joined[[*front, "worlds", "mean", "low", "high"]]


def _paths(
    results: Results, rows: str | None, columns: str | None
) -> tuple[str | None, str | None]:
    """Give the paths of columns and rows; None where there is none."""
    for key, path in (("rows", rows), ("columns", columns)):
        if path is not None and path not in swept(results.frame):
            raise unknown(key, path, swept(results.frame), "swept path")
    if rows is not None and rows == columns:
        raise ConfigError(f"columns: {columns} is what the rows show; name another swept path")
    order = sorted(results.varied, key=lambda path: not path.startswith("strategies."))
    free = [path for path in order if path not in (rows, columns)]
    down = rows or (free.pop(0) if free else None)
    return columns or (free.pop(0) if free else None), down


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw fields with numbers, a panel for each talk or country."""
    down, across = table["row"].iloc[0], table["column"].iloc[0]
    first = Quantity.named(table["quantity"].iloc[0], results.frame)
    title = results.quantity(first).partition(",")[0] if first.by_talk else "payoffs"
    ups = [results.value(down, value) for value in table["at_row"].unique()]
    ups = [wrapped(word, 1.25, 8) for word in ups]
    fields = table["at_row"].nunique() * table["at_column"].nunique()
    whole = len(table) == fields * len(table[["quantity", "of"]].drop_duplicates())
    lacking = "" if whole else " Empty fields were not played."
    note = (
        f"Rows: {results.path(down)}. Columns: {results.path(across)}. Under each mean its "
        f"{PRECISION}.{lacking} {by_construction(results, [down, across])} "
        f"{results.pooled([down, across])}"
    )
    page = Page(f"{title[0].upper()}{title[1:]}, by {_by(results, down, across)}", note)
    keys = list(table[["quantity", "of"]].drop_duplicates().itertuples(index=False, name=None))
    titles = [_title(results, *key) for key in keys]
    least = 0.78 * table["at_column"].nunique()
    left = widest(ups, 8) + 0.12
    panels = page.panels(
        titles, ROW * len(ups), least=least, left=left, below=_below(results, table)
    )
    colours = _colours(table, first)
    for n, (axes, (quantity, of)) in enumerate(zip(panels, keys, strict=True)):
        part = table[(table["quantity"] == quantity) & (table["of"] == of)]
        _fields(axes, part, table, colours, percent=first.share)
        axes.set_yticks(np.arange(len(ups)) + 0.5, ups if page.is_first(n) else [""] * len(ups))
        words = [_column(results, across, value) for value in table["at_column"].unique()]
        axes.set_xticks(np.arange(len(words)) + 0.5, words)
    return page.figure


def _by(results: Results, down: str, across: str) -> str:
    both = all(path.count(".") == 1 and path.startswith("strategies.") for path in (down, across))
    if both:
        return f"the strategies of {results.player(down)} and {results.player(across)}"
    return f"{results.path(down)} and {results.path(across)}"


def _column(results: Results, path: str, value: object) -> str:
    return wrapped(results.value(path, value), 0.8, 8)


def _below(results: Results, table: pd.DataFrame) -> float:
    """Give the inches that the labels of the columns take."""
    path = table["column"].iloc[0]
    return 0.15 * max(count(_column(results, path, v)) for v in table["at_column"].unique()) + 0.08


def _title(results: Results, quantity: str, of: str) -> str:
    named = Quantity.named(quantity, results.frame)
    if not named.by_talk:
        return f"{results.country(of)},\n{results.money}"
    return f"{results.talk(of)}\n{results.quantity(named)}"


def _colours(table: pd.DataFrame, quantity: Quantity) -> tuple[Colormap, Normalize]:
    """Give a map that ends before it grows too dark; two-sided around zero where signs differ."""
    low, high = float(table["mean"].min()), float(table["mean"].max())
    if quantity.share:
        return colormaps["Blues"], Normalize(-0.05, 1.3)
    if low < 0 < high:
        most = max(-low, high) * 1.3
        return colormaps["PuOr"], TwoSlopeNorm(0.0, -most, most)
    if high <= 0:
        return colormaps["Oranges_r"], Normalize(low - 0.4 * (high - low + 1e-9), high)
    return colormaps["Blues"], Normalize(low, high + 0.4 * (high - low + 1e-9))


def _fields(
    axes: Axes,
    part: pd.DataFrame,
    table: pd.DataFrame,
    colours: tuple[Colormap, Normalize],
    *,
    percent: bool,
) -> None:
    placed = part.set_index(["at_row", "at_column"])
    grids = [
        placed[value]
        .unstack()
        .reindex(index=table["at_row"].unique(), columns=table["at_column"].unique())
        .to_numpy(float)
        for value in ("mean", "low", "high")
    ]
    mean, low, high = grids
    colormap, norm = colours
    axes.pcolormesh(
        np.where(np.isnan(mean), 0, mean), cmap=colormap, norm=norm, edgecolors="white", linewidth=2
    )
    axes.set_xlim(0, mean.shape[1])
    axes.set_ylim(mean.shape[0], 0)
    digits = 0 if percent or np.nanmax(np.abs(mean)) >= 100 else 1
    for (r, c), value in np.ndenumerate(mean):
        if np.isnan(value):
            continue
        numbers = [float(number) for number in (value, low[r, c], high[r, c])]
        words = [shown(n) if percent else _written(n, digits) for n in numbers]
        ink = "white" if _is_dark(colormap(norm(value))) else "black"
        look: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
        axes.text(c + 0.5, r + 0.4, words[0], fontsize=8.5, fontweight="bold", **look)
        axes.text(c + 0.5, r + 0.74, f"{words[1]} to {words[2]}", fontsize=6.8, **look)
    _bare(axes)


def _written(number: float, digits: int) -> str:
    return f"{round(number, digits) + 0.0:.{digits}f}".replace("-", "−")


def _bare(axes: Axes) -> None:
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _is_dark(colour: tuple[float, float, float, float]) -> bool:
    red, green, blue, _ = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5

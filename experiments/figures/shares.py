"""How the talks end, over a number that is swept."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.canvas import DARK, PRECISION
from experiments.figures.headings import panel
from experiments.figures.page import Page
from experiments.figures.status import KINDS, patches, shares
from experiments.results.intervals import Quantity, estimate
from experiments.results.quantities import swept
from experiments.results.results import Results
from sim.config.schema.sentences import unknown
from sim.errors import ConfigError

TITLE = "How do the talks end, as a number changes?"
CAPTION = (
    "The height of each colour is the share of worlds that end so. Points are what was run; "
    "between them the lines are straight. Black bars: the computing "
    "precision (95 %) of the share of deals."
)
EMPTY = "it needs a swept path whose values are numbers, and the run has none"


def numbers(results: Results, path: str | None = None) -> pd.DataFrame:
    """Give the share of worlds in each kind of end, over the values of a swept number.

    Args:
        results: of a run.
        path: the swept path; the first one with numbers if not given.

    Returns:
        Columns: path, at (its value), the rule if it is swept, talk, the kinds of end, worlds,
        deals, low, high (what that share is computed to). Empty if no number is swept.

    Raises:
        ConfigError: the path is not swept, or over no numbers.
    """
    found = _path(results, path)
    if found is None:
        return pd.DataFrame()
    rule = [results.rule] if results.rule not in (None, found) else []
    frame = results.unmixed([*rule, found]).frame
    keys = [*rule, found, "talk"]
    table = estimate(frame, Quantity.named("deals", frame), keys).rename(columns={"mean": "deals"})
    table = shares(frame, keys).merge(table, on=keys)
    table = table.sort_values([found, "talk"], kind="stable", ignore_index=True)
    table.insert(0, "path", found)
    return table.rename(columns={found: "at"})


def _path(results: Results, path: str | None) -> str | None:
    frame = results.frame
    numeric = [p for p in results.varied if pd.api.types.is_numeric_dtype(frame[p])]
    if path is None:
        return numeric[0] if numeric else None
    if path not in swept(frame):
        raise unknown("path", path, swept(frame), "swept path")
    if path not in numeric:
        raise ConfigError(f"path: {path} is not swept over several numbers; heat_map shows names")
    return path


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw stacked areas, a panel for each talk, a line of panels for each rule."""
    path = table["path"].iloc[0]
    rule = results.rule if results.rule in table.columns else None
    rules = list(dict.fromkeys(table[rule])) if rule else [None]
    found = [kind for kind in KINDS if table[kind].any()]
    page = Page(
        f"How do the talks end, by {results.path(path)}?",
        f"Bars: {PRECISION} of the share of deals. {results.pooled([path, rule or ''])}",
        patches(found),
    )
    keys = [(said, talk) for said in rules for talk in results.talks]
    titles = [panel(results, talk, said) for said, talk in keys]
    panels = page.panels(titles, 1.4, least=1.6, across=len(results.talks), share=True)
    for n, (axes, (said, talk)) in enumerate(zip(panels, keys, strict=True)):
        part = table[table["talk"] == talk]
        part = part if rule is None else part[part[rule] == said]
        _areas(axes, part)
        axes.set_xlabel(results.path(path) if page.is_lowest(n) else "")
        axes.set_ylabel("percent of worlds" if page.is_first(n) else "")
    return page.figure


def _areas(axes: Axes, part: pd.DataFrame) -> None:
    at = part["at"].to_numpy(float)
    parts = [100 * part[kind].to_numpy(float) for kind in KINDS]
    colours = [colour for colour, _ in KINDS.values()]
    axes.stackplot(at, *parts, colors=colours, linewidth=0.5, edgecolor="white")
    deals = 100 * part["deals"].to_numpy(float)
    low, high = 100 * part["low"].to_numpy(float), 100 * part["high"].to_numpy(float)
    signed = 100 * part[["deal with a cut", "deal without"]].sum(axis=1).to_numpy(float)
    apart = np.maximum([deals - low, high - deals], 0)
    axes.errorbar(at, signed, yerr=apart, fmt="o", markersize=3, color="black", linewidth=1.2)
    for value in at:
        axes.axvline(value, color=DARK, linewidth=0.4, alpha=0.5)
    axes.set_ylim(0, 100)
    axes.margins(x=0.03)

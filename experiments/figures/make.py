"""Figures: the numbers of each, and its drawing, as two functions."""

from types import ModuleType
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from experiments.figures import (
    chance_and_terms,
    concessions,
    difference,
    docket,
    forecast,
    heat_map,
    marginals,
    patterns,
    payoff_plane,
    payoffs,
    price,
    ridges,
    rivalry,
    rounds,
    scores,
    shares,
    status,
    terms,
    timing,
)
from experiments.figures.canvas import WIDE, style
from experiments.results.results import Results
from sim.config.schema.sentences import unknown
from sim.errors import ConfigError

FIGURES: dict[str, ModuleType] = {
    "status": status,
    "price": price,
    "chance_and_terms": chance_and_terms,
    "timing": timing,
    "rounds": rounds,
    "terms": terms,
    "payoffs": payoffs,
    "ridges": ridges,
    "payoff_plane": payoff_plane,
    "heat_map": heat_map,
    "shares": shares,
    "docket": docket,
    "concessions": concessions,
    "rivalry": rivalry,
    "difference": difference,
    "forecast": forecast,
    "scores": scores,
    "patterns": patterns,
    "marginals": marginals,
}
"""Every figure by name: a module with `numbers(results, …)`, `draw(results, table)`, `TITLE`,
`CAPTION` (how to read it); `EMPTY` (what it needs) if its numbers may be empty; `NEEDS`, a key of
the config without which it is not among the usual ones; and `TURNS` if it reads the log of
turns."""


def make(
    results: Results, figure: str, *, width: float = WIDE, **arguments: Any
) -> tuple[pd.DataFrame, Figure]:
    """Compute the numbers of a figure and draw it.

    Args:
        results: of a run, or some of its worlds: `Results.load(directory)`, `results.only(…)`.
        figure: name of a figure, a key of `FIGURES`.
        width: of the page in inches; panels wrap to fit.
        arguments: those of the figure's `numbers`.

    Returns:
        The numbers, and the figure.

    Raises:
        ConfigError: there is no such figure, or the results do not have what it needs.
    """
    table = numbers(results, figure, **arguments)
    with style(width):
        drawn: Figure = FIGURES[figure].draw(results, table)
        drawn.draw_without_rendering()
    return table, drawn


def numbers(results: Results, figure: str, **arguments: Any) -> pd.DataFrame:
    """Compute the numbers of a figure; arguments and errors as of `make`."""
    if figure not in FIGURES:
        raise unknown("figure", figure, FIGURES, "figure")
    table: pd.DataFrame = FIGURES[figure].numbers(results, **arguments)
    if table.empty:
        raise ConfigError(f"figure {figure}: {FIGURES[figure].EMPTY}")
    return table

"""What a reader has to know of some cells before their findings."""

from collections.abc import Iterator

import pandas as pd

from experiments.analysis.closed import closed as by_construction
from experiments.analysis.copies import a_game, copies, told
from experiments.design.sweep import flat
from experiments.report.numbers import listed
from experiments.results.results import Results
from experiments.runs.silence import silence

_MOST = 8
"""Cells that a sentence names."""


def silent(results: Results) -> Iterator[tuple[str, str]]:
    """Warn of cells whose talks end because nobody speaks."""
    said = silence(results.frame, results.frame["cell"].nunique())
    if said:
        yield "Warning", f"{said[0].upper()}{said[1:]}."


def alike(results: Results) -> Iterator[tuple[str, str]]:
    """Warn of cells that are equal in every world, if every world was read."""
    every = results.plan.worlds * len(results.talks)
    whole = (results.frame["cell"].value_counts() == every).all()
    config = results.plan.config
    game = a_game(flat(config.levers), config.design.levers)
    said = told(copies([results.frame]), game) if whole else ""
    if said:
        yield "Warning", f"{said[0].upper()}{said[1:]}."


def closed(results: Results) -> Iterator[tuple[str, str]]:
    """Name the cells in which nothing could be signed, since what was asked for never opened."""
    frame = results.frame
    found = by_construction(frame)
    every = frame.drop_duplicates("cell").set_index("cell")
    for talk in results.talks:
        shut = found[found["talk"] == talk]
        if shut.empty:
            continue
        cells = list(dict.fromkeys(shut["cell"]))
        never = sorted({results.measure(name) for name in shut["measure"]})
        named = [f"cell {cell}{_named(results, every.loc[cell])}" for cell in cells[:_MOST]]
        more = [f"{len(cells) - _MOST} more"] if len(cells) > _MOST else []
        yield (
            "By construction",
            f"In {len(cells)} of {len(every)} cells {pair(results, talk)} reach no deal in any "
            f"world, because what was asked for never opened: {'; '.join(never)}. Whoever insists "
            f"on that cannot sign, whatever is offered, so that what differs between "
            f"{'this cell' if len(cells) == 1 else 'these cells'} and others holds by "
            f"construction: {listed([*named, *more])}.",
        )


def _named(results: Results, row: pd.Series) -> str:
    """Say in brackets what tells a cell apart."""
    said = results.setting(results.varied, row, named=True) if results.varied else ""
    return f" ({said})" if said else ""


def pair(results: Results, talk: str) -> str:
    """Name the two countries of a talk."""
    the = results.naming.the
    return f"{the(results.partner(talk))} and {the(results.hub)}"

"""What a reader has to know of some cells before their findings."""

from collections.abc import Iterator

import pandas as pd

from experiments.analysis.copies import a_game, copies, told
from experiments.design.sweep import flat
from experiments.report.numbers import listed
from experiments.results.quantities import names
from experiments.results.results import Results
from experiments.runs.silence import silence

_SHUT = ("requested", "refused")
"""States of a measure that was asked for and is not open."""


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
    """Say where nothing could be signed, since what was asked for never opened."""
    for talk in results.talks:
        rows = results.frame[results.frame["talk"] == talk]
        cells = rows.groupby("cell", observed=True)
        dead = cells["status"].apply(lambda status: not (status == "deal").any())
        shut = {
            name: cells[f"review.{name}"].apply(lambda state: state.isin(_SHUT).all()) & dead
            for name in names(results.frame, "review")
        }
        never = sorted(results.measure(name) for name, flags in shut.items() if flags.any())
        count = int(pd.DataFrame(shut).any(axis=1).sum())
        if count:
            yield (
                "By construction",
                f"In {count} of {len(dead)} cells {pair(results, talk)} reach no deal in any "
                f"world, since of what was asked for something never opened: {listed(never)}. Who "
                "insists on it cannot sign there, whatever is offered.",
            )


def pair(results: Results, talk: str) -> str:
    """Name the two countries of a talk."""
    return f"{results.country(results.partner(talk))} and {results.country(results.hub)}"

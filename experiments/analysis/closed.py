"""Talks that no deal can end, by construction: what was asked for never opened, in any world."""

from collections.abc import Sequence

import pandas as pd

from experiments.results.clustered import clusters
from experiments.results.quantities import names

BY_CONSTRUCTION, IN_PART = "by construction", "in part by construction"
"""What is said of a number that speaks only, or also, of talks that no deal can end."""

ENOUGH = 30
"""Draws of a cell (worlds, of one draw) in which nothing has to open before it is said that nothing
can: of fewer, none may have had the luck."""

_MOST = 12
"""Cells that a sentence names."""

_SHUT = ("requested", "refused")
"""States of a measure that was asked for and is not open."""


def closed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the talks of cells that have a deal in no world, since something never opened.

    Args:
        frame: table of outcomes; without states of reviews nothing is known to be closed.

    Returns:
        One row for each cell, talk and measure that was asked for in every world of the cell and
        opened in none, if these are `ENOUGH`: columns cell, talk, measure.
    """
    keys, own = ["cell", "talk"], str(clusters(frame).name)
    groups = frame.groupby(keys, sort=False, observed=True)
    dead = ~groups["status"].apply(lambda status: (status == "deal").any())
    dead &= groups[own].nunique() >= ENOUGH
    found = pd.DataFrame(columns=[*keys, "measure"])
    for name in names(frame, "review"):
        shut = groups[f"review.{name}"].apply(lambda state: state.isin(_SHUT).all()) & dead
        rows = shut[shut].reset_index()[keys].assign(measure=name)
        found = pd.concat([found, rows], ignore_index=True) if len(found) else rows
    return found


def is_closed(frame: pd.DataFrame) -> pd.Series:
    """Tell which rows are of talks that no deal can end."""
    found = closed(frame)
    shut = pd.MultiIndex.from_arrays([found["cell"], found["talk"].astype(str)])
    rows = pd.MultiIndex.from_arrays([frame["cell"], frame["talk"].astype(str)])
    return pd.Series(rows.isin(shut), index=frame.index, dtype=bool)


def holds(
    sides: Sequence[pd.DataFrame], rows: pd.DataFrame, every: pd.DataFrame, world: Sequence[str]
) -> list[str]:
    """Say of settings whether what changes in them holds by construction, or in part.

    Args:
        sides: tables whose rows are compared, with the same index; `closed` of `is_closed`, or
            nothing is said.
        rows: those that count, with their index.
        every: a row for each setting; its columns tell them apart, and are among those of `rows`.
        world: columns of the sides that tell worlds apart, if what changes is of all talks of a
            world, such as a payoff.
    """
    if any("closed" not in side for side in sides):
        return [""] * len(every)
    whole = some = pd.concat([side["closed"] for side in sides], axis=1).any(axis=1)
    if world:
        number = sides[0].groupby(list(world), sort=False, observed=True).ngroup()
        whole, some = (some.groupby(number).transform(how) for how in ("all", "any"))
    keys = list(every)
    data = rows[keys].assign(whole=whole.loc[rows.index], some=some.loc[rows.index])
    grouped = data.groupby(keys, sort=False, observed=True)
    found = grouped.agg(whole=("whole", "all"), some=("some", "any")).reset_index()
    found = every.merge(found, on=keys, how="left")
    pairs = zip(found["whole"], found["some"], strict=True)
    return [BY_CONSTRUCTION if whole else IN_PART if part else "" for whole, part in pairs]


def closed_told(frame: pd.DataFrame) -> list[str]:
    """Say which cells of a table have talks that no deal can end, and what never opened there."""
    found = closed(frame)
    said = []
    for talk, rows in found.groupby("talk", sort=False, observed=True):
        alike: dict[tuple[str, ...], list[int]] = {}
        for cell, part in rows.groupby("cell", sort=False):
            alike.setdefault(tuple(sorted(part["measure"])), []).append(int(str(cell)))
        for measures, cells in alike.items():
            said.append(
                f"{BY_CONSTRUCTION}: no deal of {talk} in {numbered(cells)}, where "
                f"{', '.join(measures)} {'was' if len(measures) == 1 else 'were'} asked for and "
                "never opened"
            )
    return said


def numbered(cells: Sequence[int]) -> str:
    """Name cells by their numbers, of many the first ones."""
    first = ", ".join(str(cell) for cell in cells[:_MOST])
    more = f" and {len(cells) - _MOST} more" if len(cells) > _MOST else ""
    return f"cell{'' if len(cells) == 1 else 's'} {first}{more}"

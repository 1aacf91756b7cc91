"""The table of cells: what was run, and what came of it."""

from dataclasses import dataclass

import pandas as pd

from experiments.report.numbers import amount, share
from experiments.results.clustered import mean_of
from experiments.results.intervals import Quantity, estimate
from experiments.results.quantities import one_per_world
from experiments.results.results import Results

MOST = 1_000
"""Cells that a report shows; the table of outcomes has them all."""


@dataclass(frozen=True)
class Field:
    """A field of the table: what is shown, and what it is sorted by."""

    text: str
    key: float | str


@dataclass(frozen=True)
class Cells:
    """The table.

    Attributes:
        head: names of the columns.
        rows: fields, one for each column.
        left_out: cells that are not shown.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Field, ...], ...]
    left_out: int


def cells_table(results: Results) -> Cells:
    """Give one row for each cell: its setting, and deals, rounds and payoffs."""
    frame = results.frame
    cells = frame[["cell", *results.varied]].drop_duplicates()
    shown = frame[frame["cell"].isin(cells["cell"].iloc[:MOST])]
    columns = _columns(results, shown)
    rows = []
    for setting in cells.iloc[:MOST].to_dict("records"):
        number = setting["cell"]
        fields = [Field(str(number), float(number))]
        fields += [_value(results, path, setting[path]) for path in results.varied]
        fields += [column.get(number, Field("–", float("-inf"))) for column in columns.values()]
        rows.append(tuple(fields))
    head = ("cell", *(results.path(path) for path in results.varied), *columns)
    return Cells(head, tuple(rows), max(len(cells) - MOST, 0))


def _value(results: Results, path: str, value: object) -> Field:
    key = float(value) if isinstance(value, int | float) else str(value)
    return Field(results.value(path, value), key)


def _columns(results: Results, frame: pd.DataFrame) -> dict[str, dict[int, Field]]:
    """Give the columns of results: by heading, a field for every cell that has one."""
    columns: dict[str, dict[int, Field]] = {}
    deals = estimate(frame, Quantity.named("deals", frame), ["cell", "talk"])
    rounds = estimate(frame, Quantity.named("round", frame), ["cell", "talk"])
    for talk in results.talks:
        who = results.country(results.partner(talk))
        columns[f"{who}: deals"] = _fields(deals[deals["talk"] == talk], percent=True)
        columns[f"{who}: round of signing"] = _fields(rounds[rounds["talk"] == talk])
    for country in results.countries:
        for about, values in parts_of(frame, country).items():
            rows = one_per_world(frame.assign(_part=values))
            name = f"{results.country(country)}: {about}, {results.money}"
            columns[name.replace(f"{WHOLE}, ", "")] = _fields(
                mean_of(rows, rows["_part"], ["cell"], share=False)
            )
    return columns


WHOLE, TRADE, COSTS = "payoff", "trade and politics", "reviews and other assumed costs"
"""A payoff, and its two parts: what the end state is worth, and what the moves there have cost."""


def parts_of(frame: pd.DataFrame, country: str) -> dict[str, pd.Series]:
    """Give the payoff of a country and its two parts, which add up to it; one where moves are free.

    Args:
        frame: table of outcomes; one of before it had the costs has the payoff alone.
        country: its key.
    """
    payoff = frame[f"payoff.{country}"].astype(float)
    cost = frame.get(f"cost.{country}")
    if cost is None or not cost.any():
        return {WHOLE: payoff}
    return {WHOLE: payoff, TRADE: payoff + cost, COSTS: -cost}


def _fields(table: pd.DataFrame, *, percent: bool = False) -> dict[int, Field]:
    rows = table[["cell", "mean", "low", "high"]].itertuples(index=False, name=None)
    return {
        int(cell): Field(
            share(mean, low, high) if percent else amount(mean, (high - low) / 2), mean
        )
        for cell, mean, low, high in rows
    }

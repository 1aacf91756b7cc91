"""Silent talks: time ran out, and a side that could have made an offer never did."""

import time
from io import BytesIO

import pandas as pd

from experiments.design.plan import Plan
from experiments.design.sweep import percent
from experiments.runs.dispatch import attempt
from experiments.runs.play import Chunk, Task
from experiments.runs.workers import InProcess

SILENT = "silent"
"""The status of such a talk."""

MOST = 0.01
"""Share of the talks of a cell that may be silent without a word."""

FEW, PATIENCE, LIMIT = 20, 8.0, 60.0
"""Worlds of a cell that are tried before a run; seconds for all tries, and for one of them."""


def silent_cells(frame: pd.DataFrame) -> dict[int, float]:
    """Give the share of silent talks in the cells where it is more than 1 %, the most first.

    Args:
        frame: table of outcomes, or such rows with their `count`, as from `table.tally`.
    """
    count = frame.get("count", pd.Series(1, index=frame.index))
    mute = count.where(frame["status"] == SILENT, 0)
    cells = frame["cell"]
    shares = mute.groupby(cells).sum() / count.groupby(cells).sum()
    shares = shares[shares > MOST].sort_values(ascending=False, kind="stable")
    return {int(str(cell)): float(share) for cell, share in shares.items()}


def silence(frame: pd.DataFrame, cells: int, tried: str = "") -> str:
    """Say in how many cells more than 1 % of the talks are silent; nothing if in none.

    Args:
        frame: as for `silent_cells`.
        cells: how many there are.
        tried: on what it was tried, if not all was played.
    """
    found = silent_cells(frame)
    if not found:
        return ""
    worst, share = next(iter(found.items()))
    said = f"in {len(found)} of {cells} cells{tried} more than 1 % of the talks ended silent, "
    said += f"most in cell {worst} ({_percent(share)})"
    if cells == 1:
        said = f"{_percent(share)} of the talks{tried} ended silent"
    return (
        f"{said}: time ran out, and a side to which some package was worth more than no deal never "
        "made an offer; such talks tell of players that do not speak, not of the rule"
    )


def _percent(share: float) -> str:
    return f"{percent(share)} %"


def tried(plan: Plan) -> str:
    """Play a few worlds of cells that lie evenly over a plan, and say which of them are silent.

    Whether a side speaks depends on rules, positions and strategies together: it is played, as a
    guess from the config would be wrong where a strategy asks. A few worlds of a cell tell it, as
    silence is as a rule in no world or in most of them.
    """
    began, numbers = time.monotonic(), list[int]()
    parts: list[pd.DataFrame] = []
    with InProcess() as here:
        for cell in _evenly(len(plan.cells)):
            if time.monotonic() - began > PATIENCE and parts:
                break
            done = attempt(Task.of(plan, Chunk(cell, 0, min(FEW, plan.worlds)), LIMIT), here)
            if done.part is not None:
                parts.append(pd.read_parquet(BytesIO(done.part), columns=["cell", "status"]))
                numbers.append(cell)
    if not parts:
        return ""
    what = f", tried on {min(FEW, plan.worlds)} worlds of each,"
    return silence(pd.concat(parts, ignore_index=True), len(numbers), what)


def _evenly(cells: int) -> list[int]:
    """Give the numbers of some cells, evenly over all, from coarse to fine."""
    order, step = [0], 1 << max(cells - 1, 0).bit_length()
    while step > 1:
        step //= 2
        order += range(step, cells, 2 * step)
    return order

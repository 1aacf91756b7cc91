"""What a page computes: scenarios and figures behind a lock, worlds beside each other.

A page serves several visitors in threads of one process. Payoff tables are solved, and figures are
drawn in a style of the process, one at a time. Worlds are played without a lock, since models may
run in threads: a slow strategy keeps nobody else waiting.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from threading import RLock
from typing import Any

import pandas as pd

from experiments.design.designs import Cell
from experiments.design.plan import Plan
from experiments.figures import FIGURES, Results, numbers
from experiments.figures.canvas import NARROW, style
from experiments.runs.dispatch import apart
from experiments.runs.play import Chunk, Task
from experiments.runs.table import grids_of, on_grids
from sim import Scenario, negotiate
from sim.errors import ConfigError, StrategyError

_LOCK = RLock()
_UNDATED = {"Date": None, "Creator": None}
KEPT = 6
"""Scenarios that are kept."""

_games: OrderedDict[tuple[str, int], Scenario] = OrderedDict()


@contextmanager
def alone() -> Iterator[None]:
    """Solve or draw while nobody else does; nothing is played meanwhile."""
    with _LOCK:
        yield


def game_of(plan: Plan, cell: Cell) -> Scenario:
    """Build the scenario of a cell, or give it again; the latest ones are kept.

    A visitor's own strategies play a world in a process of their own first.

    Raises:
        TariffTalksError: as `Plan.game`; or such a strategy loops, or ends its process.
    """
    key = (plan.digest, cell.index)
    with alone():
        if key in _games:
            _games.move_to_end(key)
            return _games[key]
        game = plan.game(cell)
    _try(plan, cell, 0, 1)  # may take long, and holds up no other visitor
    with alone():
        _games[key] = game
        while len(_games) > KEPT:
            _games.popitem(last=False)
    return game


def _try(plan: Plan, cell: Cell, first: int, worlds: int) -> None:
    """See that what strangers play in these worlds comes back: here it could not be ended."""
    task = Task.of(plan, Chunk(cell.index, first, worlds))
    if task.strangers:
        apart(task.strangers, _play, task)


def _play(task: Task) -> None:
    with suppress(StrategyError):  # is told of who raises it, once it is played here
        negotiate(task.game(), task.chunk.worlds, task.seed, task.chunk.first)


def play_worlds(plan: Plan, first: int, worlds: int) -> dict[int, pd.DataFrame]:
    """Play some worlds of every cell; give outcomes as a run keeps them, by number of the cell."""
    played = {}
    for cell in plan.cells:
        game = game_of(plan, cell)
        _try(plan, cell, first, worlds)
        record = negotiate(game, worlds, plan.config.seed, first)
        played[cell.index] = on_grids(record.to_frame(), grids_of(game))
    return played


def picture(
    results: Results, figure: str, *, width: float = NARROW, kind: str = "png", **arguments: Any
) -> tuple[pd.DataFrame, bytes]:
    """Draw a figure; give its numbers and its picture.

    Args:
        results: what is drawn.
        figure: a key of `FIGURES`.
        width: in inches.
        kind: `png` or `svg`.
        arguments: of the figure.

    Raises:
        ConfigError: the results do not have what it needs.
    """
    file = BytesIO()
    with alone(), style(width):
        table = numbers(results, figure, **arguments)
        drawn = FIGURES[figure].draw(results, table)
        drawn.savefig(file, format=kind, metadata=_UNDATED if kind == "svg" else None)
    return table, file.getvalue()


def drawable(results: Results, names: Iterable[str]) -> list[str]:
    """List those of some figures that these results have numbers for."""
    found = []
    for name in names:
        try:
            with alone():
                empty = FIGURES[name].numbers(results).empty
        except ConfigError:
            continue
        if not empty:
            found.append(name)
    return found

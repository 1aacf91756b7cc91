"""A chunk of worlds, played: the one function that workers call."""

import os
import time
import traceback
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np

import sim
from experiments.design.designs import Cell
from experiments.design.plan import Plan
from experiments.runs.limit import TimeLimitError, within
from experiments.runs.provenance import code_version, host
from experiments.runs.table import encode, grids_of
from sim import Record, Scenario
from sim.config import override, parse
from sim.errors import StrategyError, TariffTalksError, clean, is_ctrl_c
from sim.scenario import valuation
from sim.scenario.players.registry import GROUP


@dataclass(frozen=True)
class Chunk:
    """Some worlds of a cell."""

    cell: int
    first: int
    worlds: int


@dataclass(frozen=True, eq=False)
class Task:
    """All that a worker has to know to play a chunk, on this machine or another.

    Attributes:
        chunk: what to play.
        cell: the cell of the chunk.
        scenario: as a mapping, before the cell's values.
        directory: where the scenario's relative paths start.
        seed: of the run.
        digest: names the plan.
        code: version of the code that plays the other chunks.
        limit: seconds that the chunk may take; None for no limit.
        own_process: whether a process plays it that does nothing else, and may be ended.
        strangers: what it plays besides the package's own code.
    """

    chunk: Chunk
    cell: Cell
    scenario: Mapping[str, Any]
    directory: Path
    seed: int
    digest: str
    code: str
    limit: float | None = None
    own_process: bool = False
    strangers: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, plan: Plan, chunk: Chunk, limit: float | None = None, *, own_process: bool = False
    ) -> "Task":
        """Give the task of playing a chunk of a plan."""
        return cls(
            chunk=chunk,
            cell=plan.cells[chunk.cell],
            scenario=plan.scenario,
            directory=plan.directory,
            seed=plan.config.seed,
            digest=plan.digest,
            code=code_version(),
            limit=limit,
            own_process=own_process,
            strangers=strangers(override(plan.scenario, plan.cells[chunk.cell].values)),
        )

    def game(self) -> Scenario:
        """Build the scenario of the cell."""
        config = parse(override(self.scenario, self.cell.values), self.directory)
        return Scenario.from_config(config, self.seed)


@dataclass(frozen=True, eq=False)
class Done:
    """What became of a chunk.

    Attributes:
        chunk: which.
        seconds: how long it took.
        part: its rows as the bytes of a parquet file; None if it failed.
        failure: what failed; None if nothing did.
        worker: machine and process that played it.
        warnings: what was warned of meanwhile, each once.
        tries: how often it was begun.
    """

    chunk: Chunk
    seconds: float
    part: bytes | None = None
    failure: dict[str, Any] | None = None
    worker: str = ""
    warnings: tuple[str, ...] = ()
    tries: int = 1


_ERRSTATE: dict[str, Any] = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
"""What numpy does about errors of numbers unless it is told otherwise: a chunk tells no other."""


def strangers(scenario: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what a scenario's strategies name that is not built in, in order, each once.

    What is not ours may do anything. Cells with strangers are played in processes that play nothing
    else, so that whatever a strategy leaves behind, or takes with it, is its own cell's alone.

    Args:
        scenario: as a mapping, with the values of the cell.
    """
    known = {point.name for point in entry_points(group=GROUP)}
    stances = scenario.get("stances")
    stances = stances if isinstance(stances, Mapping) else {}
    said = list(_words(scenario.get("strategies")))
    for named in stances.values():
        if isinstance(named, Mapping):
            said += [word for name in set(said) & set(named) for word in _words(named[name])]
    return tuple(sorted({word for word in said if _is_strange(word, known)}))


def _is_strange(word: str, known: Collection[str]) -> bool:
    return ":" in word or word in known


def _words(said: Any) -> Iterator[str]:
    """Find every text in what is said of strategies."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        for value in said.values():
            yield from _words(value)
    elif isinstance(said, list | tuple):
        for value in said:
            yield from _words(value)


_GAMES: dict[tuple[str, int], Scenario] = {}
_MOST_GAMES = 2


def _game(task: Task) -> Scenario:
    """Build the scenario of a task; chunks of one cell follow each other and share it."""
    key = (task.digest, task.chunk.cell)
    if key not in _GAMES:
        while len(_GAMES) >= _MOST_GAMES:
            _GAMES.pop(next(iter(_GAMES)))
        _GAMES[key] = task.game()
    return _GAMES[key]


def forget() -> None:
    """Forget all games and what they have worked out; those who draw have no use for them."""
    _GAMES.clear()
    valuation.forget()


def play(task: Task) -> Done:
    """Play a chunk; a failure is given back, not raised. Imports do not count as its time."""
    negotiate = sim.negotiate
    started, stages = time.monotonic(), ["start"]
    part = failure = None
    with warnings.catch_warnings(record=True) as caught:
        try:
            part = within(
                task.limit, lambda: _part(task, stages, negotiate), own_process=task.own_process
            )
        except BaseException as problem:
            if is_ctrl_c(problem):
                raise
            failure = failed(task.chunk, stages[-1], problem)
    said = dict.fromkeys(f"{each.category.__name__}: {each.message}" for each in caught)
    return Done(
        task.chunk,
        time.monotonic() - started,
        part,
        failure,
        worker=f"{host()}:{os.getpid()}",
        warnings=tuple(clean(sentence) for sentence in said),
    )


def _part(task: Task, stages: list[str], negotiate: Callable[..., Record]) -> bytes:
    chunk = task.chunk
    if task.code != code_version():
        raise TariffTalksError(
            f"this worker has other code ({code_version()}) than the run ({task.code}); "
            "install the same version on every machine, and the same numpy, pandas and pyarrow"
        )
    stages.append("scenario")
    game = _game(task)
    stages.append("talks")
    with np.errstate(**_ERRSTATE):
        record = negotiate(game, chunk.worlds, task.seed, chunk.first)
    stages.append("results")
    return encode(task.cell, record.to_frame(), grids_of(game))


_LONGEST = 100_000
"""Letters of a traceback that are kept at most."""


def failed(chunk: Chunk, stage: str, problem: BaseException) -> dict[str, Any]:
    """Write down a failure: cell, worlds, stage, exception, seat, round, world, traceback."""
    named = problem if isinstance(problem, StrategyError) else None
    late = isinstance(problem, TimeLimitError) or isinstance(problem.__cause__, TimeLimitError)
    return {
        "cell": chunk.cell,
        "first_world": chunk.first,
        "worlds": chunk.worlds,
        "stage": stage,
        "exception": TimeLimitError.__name__ if late else type(problem).__name__,
        "message": clean(str(problem)),
        "seat": f"{named.country}:{named.talk}" if named else None,
        "round": named.round if named else None,
        "world": named.world if named else None,
        "traceback": clean("".join(traceback.format_exception(problem)), _LONGEST),
    }

"""Some worlds of a finished run, played again: the log of their turns, and three told in words.

A table of outcomes says how talks ended, not how they went. What shows that – figures of the docket
and of concessions, and a report's transcripts – reads a sample that is played again after the run,
with the same seed, and compared with the outcomes that are stored: it is the same negotiation.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

import sim
from experiments.design.plan import Plan
from experiments.results.examples import Example, witnesses
from experiments.results.intervals import telling
from experiments.results.quantities import swept
from experiments.results.transcript import transcript
from experiments.runs.kept.whole import atomic, digest_of, is_whole
from experiments.runs.store import ROWS, Store
from sim import Scenario
from sim.errors import TariffTalksError

CELLS, WORLDS, EACH = 24, 900, 50
"""Cells that are played again at most; worlds in all, about; and worlds of a cell at most."""

TRANSCRIPTS, _INDEX = "transcripts", "index.json"

_SAME = ["world", "talk", "status", "package"]


class ReplayError(TariffTalksError):
    """A world does not end as it did in the run."""


@dataclass(frozen=True)
class Transcript:
    """A transcript, with what it stands for.

    Attributes:
        witness: the world.
        text: the transcript.
    """

    witness: Example
    text: str


def keep_turns(store: Store, plan: Plan, executor: Executor | None = None) -> None:
    """Play a sample of a finished run again with a log, unless its directory holds it already.

    About 900 worlds are played, at most 50 of a cell, the next ones in every next cell, so that all
    draws have their turn. Of more than 24 cells only those are played that tell the settings that
    matter most apart, everything else at its first value. Writes `turns.parquet`: columns as
    `Record.to_turns` gives them, after the number of the cell.

    Args:
        store: of the run.
        plan: of the run.
        executor: plays the cells; None plays them in this process.

    Raises:
        ReplayError: a world ends otherwise than in the run: the code or a file has changed since.
    """
    if store.turns() is not None:
        return
    played = _turns(store, plan, executor)
    table = pa.Table.from_pandas(played, preserve_index=False)
    store.write_turns(table.replace_schema_metadata(None))


def turns_of(store: Store, plan: Plan) -> pd.DataFrame:
    """Give the turns that `keep_turns` would keep, and leave the run as it is.

    Raises:
        ReplayError: a world ends otherwise than in the run.
    """
    kept = store.turns()
    return _turns(store, plan) if kept is None else kept


def _turns(store: Store, plan: Plan, executor: Executor | None = None) -> pd.DataFrame:
    """Play a sample of a run again; give its turns."""
    jobs = list(_jobs(store, plan))
    if executor is None:
        parts = [_play(plan, *job) for job in jobs]
    else:
        waiting = [executor.submit(_play, plan, *job) for job in jobs]
        parts = [future.result() for future in waiting]
    return pd.concat(parts, ignore_index=True)


def keep_transcripts(store: Store, plan: Plan) -> None:
    """Tell three worlds of a finished run in words, unless its directory holds them already.

    Writes a text for each in `transcripts/`, and `index.json` with what it stands for.

    Raises:
        ReplayError: a world ends otherwise than in the run.
    """
    folder = store.directory / TRANSCRIPTS
    if transcripts(store):
        return
    folder.mkdir(exist_ok=True)
    payoffs = [f"payoff.{country}" for country in _game(plan, 0).countries]
    columns = ["cell", "world", "talk", "status", "round", "refusals", *payoffs]
    told = []
    for witness in witnesses(store.outcomes(columns, ROWS)):
        game = _game(plan, witness.cell)
        record = sim.negotiate(game, first=witness.world, seed=plan.config.seed, turns=True)
        ends = _ends(store, witness.cell, witness.world, 1)
        _compare(witness.cell, ends, record.to_frame())
        text = transcript(game, witness.world, plan.config.seed, record)
        with atomic(_file(store, witness)) as file:
            file.write_text(text, encoding="utf-8")
        told.append({"digest": digest_of(_file(store, witness)), **asdict(witness)})
    store.note(folder / _INDEX, {"told": told})


def transcripts(store: Store) -> list[Transcript]:
    """Read the transcripts of a run; none if there are none, or they are damaged or of another."""
    found = []
    for said in store.noted(store.directory / TRANSCRIPTS / _INDEX).get("told", []):
        witness = Example(**{key: said[key] for key in said if key != "digest"})
        if not is_whole(_file(store, witness), said["digest"]):
            return []
        found.append(Transcript(witness, _file(store, witness).read_text(encoding="utf-8")))
    return found


def _jobs(store: Store, plan: Plan) -> Iterator[tuple[int, int, pd.DataFrame]]:
    """Choose cells and worlds; give each cell, its first world, and how the worlds ended."""
    columns = ["cell", *plan.swept, "world", "talk", "status"]
    cells = _cells(store.outcomes(columns, ROWS), plan.uncertainties)
    each = min(plan.worlds, EACH, WORLDS // max(len(cells), 1))
    for n, cell in enumerate(cells):
        first = min(n * each % plan.worlds, plan.worlds - each)
        yield cell, first, _ends(store, cell, first, each)


def _cells(outcomes: pd.DataFrame, nature: Sequence[str] = ()) -> list[int]:
    """Choose the cells that are played again; evenly, if some paths are nobody's to decide."""
    cells = outcomes[["cell", *swept(outcomes)]].drop_duplicates()
    if len(cells) > CELLS:
        shown = telling(outcomes, CELLS)
        rest = [path for path in swept(outcomes) if path not in shown]
        same = (cells[rest] == cells[rest].iloc[0]).all(axis=1)
        chosen = cells[same] if shown and not nature else cells
        cells = chosen.iloc[np.linspace(0, len(chosen) - 1, min(CELLS, len(chosen))).astype(int)]
    return [int(cell) for cell in cells["cell"]]


def _ends(store: Store, cell: int, first: int, worlds: int) -> pd.DataFrame:
    """Read how some worlds of a cell ended, and no others."""
    wanted = [("cell", "==", cell), ("world", ">=", first), ("world", "<", first + worlds)]
    return pd.read_parquet(store.table(), columns=_SAME, filters=wanted)


@lru_cache(maxsize=1)
def _game(plan: Plan, cell: int) -> Scenario:
    return plan.game(plan.cells[cell])


def _play(plan: Plan, cell: int, first: int, ends: pd.DataFrame) -> pd.DataFrame:
    """Play worlds of a cell again; give their turns."""
    worlds = ends["world"].nunique()
    record = sim.negotiate(_game(plan, cell), worlds, plan.config.seed, first, turns=True)
    _compare(cell, ends, record.to_frame())
    turns = record.to_turns()
    turns.insert(0, "cell", cell)
    return turns


def _compare(cell: int, ends: pd.DataFrame, played: pd.DataFrame) -> None:
    ends = ends.reset_index(drop=True)
    now = played[_SAME].astype(ends.dtypes).reset_index(drop=True)
    differ = (now != ends).any(axis=1)
    if differ.any():
        world = ends.loc[differ, "world"].iloc[0]
        raise ReplayError(
            f"world {world} of cell {cell}: played again, it ends otherwise than in this run; the "
            "code or a file that the scenario names has changed since, so run the config again"
        )


def _file(store: Store, witness: Example) -> Path:
    return store.directory / TRANSCRIPTS / f"{witness.name}.txt"

"""A run directory: parts while it runs, the table, the config as run, and a manifest."""

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from experiments.design.plan import Plan
from experiments.runs import table
from experiments.runs.provenance import host
from experiments.runs.schema import describe
from sim.errors import ConfigError, TariffTalksError

OUTCOMES, SCHEMA, CONFIG = "outcomes.parquet", "outcomes.schema.json", "config.toml"
MANIFEST, FAILURES, PARTS, FIGURES = "manifest.json", "failures.parquet", "parts", "figures"
TURNS = "turns.parquet"
ROWS = 300_000
"""Rows of a table of outcomes that are shown; of a larger one an even share of the worlds."""

LOCK, HOLDER = ".lock", ".lock.json"

FINISHED, FAILED, RUNNING = "finished", "failed", "running"


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Write a file whole or not at all: give a path beside it, and move that over it at the end.

    Raises:
        TariffTalksError: it cannot be written, because the disk is full or for another reason.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(path)
    except OSError as problem:
        why = os.strerror(problem.errno) if problem.errno else str(problem)
        raise TariffTalksError(
            f"{path}: cannot be written ({why}); what was written before is whole, and the same "
            "command goes on there once it can be"
        ) from problem
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _remove_empty(directories: Iterable[Path]) -> None:
    """Remove directories, the innermost first, as far as they are empty."""
    with suppress(OSError):
        for directory in directories:
            directory.rmdir()


class Store:
    """The directory of one run, named by the experiment and by what its results depend on."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def of(cls, plan: Plan, parent: Path) -> "Store":
        """Give the store of a plan."""
        return cls(parent / f"{plan.config.name}-{plan.digest}")

    @classmethod
    def open(cls, directory: Path) -> "Store":
        """Open a finished run.

        Raises:
            ConfigError: the directory holds none.
        """
        store = cls(directory)
        if not (directory / MANIFEST).is_file() or not (directory / OUTCOMES).is_file():
            raise ConfigError(
                f"{directory}: holds no finished run ({MANIFEST} or {OUTCOMES} is missing); "
                "name a directory that 'tariff-talks run' wrote"
            )
        return store

    @property
    def figures(self) -> Path:
        """The directory of the figures."""
        return self.directory / FIGURES

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory: nobody else writes there.

        The lock is the operating system's: that of a process that was killed is free.

        Raises:
            TariffTalksError: another run holds it.
        """
        from filelock import FileLock, Timeout

        made = [each for each in (self.directory, *self.directory.parents) if not each.exists()]
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.directory / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise TariffTalksError(
                f"{self.directory}: another run is writing there{self._holder()}; wait for it, or "
                "stop it: the same command goes on where it was"
            ) from None
        try:
            self._hold()
            yield
        finally:
            (self.directory / HOLDER).unlink(missing_ok=True)
            lock.release()
            if made and {file.name for file in self.directory.iterdir()} <= {LOCK}:
                (self.directory / LOCK).unlink(missing_ok=True)
                _remove_empty(made)

    def _hold(self) -> None:
        who = {"process": os.getpid(), "host": host(), "since": time.strftime("%Y-%m-%d %H:%M")}
        with suppress(OSError):
            (self.directory / HOLDER).write_text(json.dumps(who), encoding="utf-8")

    def _holder(self) -> str:
        try:
            who = json.loads((self.directory / HOLDER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ""
        return f" (process {who['process']} on {who['host']}, since {who['since']})"

    def begin(self, plan: Plan, manifest: dict[str, Any]) -> None:
        """Make the directory, sweep up what a killed run left half, and say what is run."""
        (self.directory / PARTS).mkdir(parents=True, exist_ok=True)
        for half in [*self.directory.glob("*.partial"), *self._parts.glob("*.partial")]:
            half.unlink(missing_ok=True)
        self.write_config(plan)
        self.write_manifest(manifest)

    def write_config(self, plan: Plan) -> None:
        """Write the config as run."""
        with atomic(self.directory / CONFIG) as file:
            file.write_bytes(tomli_w.dumps(plan.as_run()).encode())

    @property
    def _parts(self) -> Path:
        return self.directory / PARTS

    def parts(self) -> dict[int, list[tuple[int, int]]]:
        """Give for every cell the worlds that are there: first and number, in order."""
        there: dict[int, list[tuple[int, int]]] = {}
        for file in sorted(self._parts.glob("*.parquet")):
            cell, first, worlds = (int(word) for word in file.stem.split("-"))
            there.setdefault(cell, []).append((first, worlds))
        return there

    def part(self, cell: int, first: int, worlds: int) -> Path:
        """Give the file of some worlds of a cell."""
        return self._parts / f"{cell:06d}-{first:010d}-{worlds:010d}.parquet"

    def write_part(self, cell: int, first: int, worlds: int, part: bytes) -> None:
        """Write the outcomes of some worlds of a cell."""
        with atomic(self.part(cell, first, worlds)) as file:
            file.write_bytes(part)

    def finish(self, cells: Iterable[int], swept: Sequence[str]) -> int:
        """Join the parts of cells to the table of the run, and describe it; give its rows."""
        there = self.parts()
        parts = [[self.part(cell, *worlds) for worlds in there[cell]] for cell in cells]
        with atomic(self.directory / OUTCOMES) as file:
            rows = table.join(parts, file)
        if parts:
            described = describe(table.kinds(pq.read_schema(self.directory / OUTCOMES)), swept)
            with atomic(self.directory / SCHEMA) as file:
                file.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
        return rows

    def tidy(self) -> None:
        """Delete what a finished run does not need, also if one was killed while it did so."""
        for part in self._parts.glob("*"):
            part.unlink(missing_ok=True)
        with suppress(OSError):
            self._parts.rmdir()
        (self.directory / HOLDER).unlink(missing_ok=True)

    def write_failures(self, failures: Sequence[dict[str, Any]]) -> None:
        """Write what failed; nothing if nothing did."""
        path = self.directory / FAILURES
        if not failures:
            path.unlink(missing_ok=True)
            return
        with atomic(path) as file:
            pq.write_table(pa.Table.from_pylist(list(failures)), file)

    def failures(self) -> list[dict[str, Any]]:
        """Read what failed."""
        path = self.directory / FAILURES
        found: list[dict[str, Any]] = pq.read_table(path).to_pylist() if path.is_file() else []
        return found

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Write the manifest."""
        with atomic(self.directory / MANIFEST) as file:
            file.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")

    def manifest(self) -> dict[str, Any]:
        """Read the manifest; empty if there is none."""
        path = self.directory / MANIFEST
        if not path.is_file():
            return {}
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return read

    def outcomes(
        self, columns: Sequence[str] | None = None, most: int | None = None
    ) -> pd.DataFrame:
        """Read the table of outcomes; as `table.read`."""
        return table.read(self.directory / OUTCOMES, columns, most)

    def heads(self) -> pd.DataFrame:
        """Give the table of outcomes without its rows."""
        schema = pq.read_schema(self.directory / OUTCOMES)
        empty: pd.DataFrame = schema.empty_table().to_pandas()
        return empty

    def parted(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Read the table of outcomes a part at a time; as `table.parted`."""
        return table.parted(self.directory / OUTCOMES, columns)

    def tally(self, columns: Sequence[str]) -> pd.DataFrame:
        """Count outcomes that are alike in some columns; as `table.tally`."""
        return table.tally(self.directory / OUTCOMES, columns)

    def turns(self) -> pd.DataFrame | None:
        """Read the log of turns; None if none was kept."""
        path = self.directory / TURNS
        return pd.read_parquet(path) if path.is_file() else None


def plan_of(store: Store) -> Plan:
    """Read the plan of a run; its cells have the numbers that they have in the table.

    Raises:
        ConfigError: the config as run is wrong, or is not of this run.
    """
    path = store.directory / CONFIG
    plan = Plan.load(path)
    told = [dict(cell.labels) for cell in plan.cells]
    for number, labels in enumerate(store.manifest()["labels"]):
        if number >= len(told) or told[number] != labels:
            said = ", ".join(f"{k} {v}" for k, v in labels.items())
            raise ConfigError(
                f"{path}: has no cell {number} ({said}) of its manifest; it was changed since"
            )
    return plan


def for_readers(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Leave out of a table the swept paths that are told by the labels of their cells."""
    return frame.drop(columns=[path for path in plan.swept if path not in plan.told])

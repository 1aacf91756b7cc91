"""A run directory: parts while it runs, the table, the config as run, and a manifest."""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import tomli_w

from experiments.design.plan import Plan
from experiments.runs import table
from experiments.runs.kept.carried import carry, changed, files_of, sources
from experiments.runs.kept.parts import Part, Parts
from experiments.runs.kept.whole import (
    DamagedError,
    atomic,
    checked,
    digest_of,
    is_checked,
    is_whole,
    read_json,
    sweep,
    write_json,
)
from experiments.runs.provenance import host
from experiments.runs.schema import describe, unit_given
from sim.errors import ConfigError, TariffTalksError

OUTCOMES, SCHEMA, CONFIG = "outcomes.parquet", "outcomes.schema.json", "config.toml"
MANIFEST, FAILURES, PARTS, FIGURES = "manifest.json", "failures.parquet", "parts", "figures"
TURNS, TURNS_OF = "turns.parquet", "turns.json"
COPY, DIGESTS, SOURCES = ".manifest.json", "digests", "sources"
ROWS = 300_000
"""Rows of a table of outcomes that are shown; of a larger one an even share of the worlds."""

LOCK, HOLDER = ".lock", ".lock.json"

FINISHED, FAILED, RUNNING = "finished", "failed", "running"


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
            ConfigError: the directory holds none, or its table is damaged.
        """
        store = cls(directory)
        if not (directory / MANIFEST).is_file() or not (directory / OUTCOMES).is_file():
            raise ConfigError(
                f"{directory}: holds no finished run ({MANIFEST} or {OUTCOMES} is missing); "
                "name a directory that 'tariff-talks run' wrote"
            )
        if store.manifest()["status"] == RUNNING:
            raise ConfigError(
                f"{directory}: its run is not over; 'tariff-talks run --retry {directory}' goes on "
                "with it"
            )
        store.table()
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
        sweep(self.directory)
        self.write_config(plan)
        self.write_manifest(manifest)

    def write_config(self, plan: Plan) -> None:
        """Write the config as run, and beside it the files that it names."""
        carry(files_of(plan), self.directory)
        with atomic(self.directory / CONFIG) as file:
            file.write_bytes(checked(tomli_w.dumps(plan.carried[0])).encode())

    def sources(self, plan: Plan) -> dict[str, str]:
        """Say where the files that a run carries come from; for `run --retry` alone."""
        known: dict[str, str] = self.manifest().get(SOURCES, {})
        return known | sources(files_of(plan), self.directory)

    def changed(self) -> dict[str, Path]:
        """Give the files that have changed since they were copied, by the names of the copies."""
        return changed(self.manifest().get(SOURCES, {}), self.directory)

    def read_config(self, *, played: bool = False) -> Plan:
        """Read the plan of the config as run.

        Args:
            played: whether nothing is to be played, as for `Plan.load`.

        Raises:
            ConfigError: it is wrong, or damaged.
        """
        path = self.directory / CONFIG
        if path.is_file() and not is_checked(path.read_bytes()):
            raise DamagedError(
                f"{path}: is not as it was written; run the config that it is of again, which "
                "writes it anew, or delete its last line if you have changed it yourself"
            )
        return Plan.load(path, played=played)

    def parts(self) -> Parts:
        """Give the parts that there are while a run goes on."""
        named = self.manifest().get("digest", self.directory.name.rpartition("-")[2])
        return Parts(self.directory / PARTS, named)

    def there(self) -> dict[int, list[tuple[int, int]]]:
        """Give for every cell the worlds that are there: first and number, in order.

        They are parts, or of a finished run the table.
        """
        manifest = self.manifest()
        if manifest.get("status") == FINISHED:
            worlds = manifest["worlds_per_cell"] if self.is_whole(OUTCOMES) else 0
            return {cell: [(0, worlds)] for cell in range(len(manifest["labels"])) if worlds}
        return self.parts().there()

    def finish(self, cells: Iterable[int], plan: Plan) -> int:
        """Join the parts of cells to the table of the run, and describe it; give its rows.

        Raises:
            DamagedError: a part is damaged, or is not there any more.
        """
        parts = self.parts()
        there = parts.files()
        files = [there[cell] for cell in cells if cell in there]
        with atomic(self.directory / OUTCOMES) as file:
            rows = table.join(files, file, parts.read)
        if files:
            self.describe(plan)
        return rows

    def describe(self, plan: Plan) -> None:
        """Write what the columns of the table are."""
        kinds = table.kinds(pq.read_schema(self.directory / OUTCOMES))
        described = describe(kinds, plan.swept, given=unit_given(plan.scenario))
        with atomic(self.directory / SCHEMA) as file:
            file.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")

    def cut(self, talks: Callable[[int], int]) -> None:
        """Cut the table of a finished run into parts, of which a run of more worlds goes on."""
        parts = self.parts()
        parts.directory.mkdir(exist_ok=True)
        for cell, first, worlds, content in table.cut(self.table(), talks):
            parts.write(Part(cell, first, worlds), content)

    def digests(self) -> dict[str, str]:
        """Give the digests of the tables that there are, by name."""
        files = (self.directory / name for name in (OUTCOMES, SCHEMA, FAILURES))
        return {file.name: digest_of(file) for file in files if file.is_file()}

    def is_whole(self, name: str) -> bool:
        """Tell whether a file of a run that is over is as it was written."""
        return is_whole(self.directory / name, self.manifest().get(DIGESTS, {}).get(name))

    def kept(self, name: str) -> Path:
        """Give a file of a run that is over.

        Raises:
            DamagedError: it is not as it was written.
        """
        if not self.is_whole(name):
            raise DamagedError(
                f"{self.directory / name}: is damaged: it is not as the run wrote it; "
                f"'tariff-talks run --retry {self.directory}' makes it anew"
            )
        return self.directory / name

    def table(self) -> Path:
        """Give the file of the table; as `kept`."""
        return self.kept(OUTCOMES)

    def tidy(self) -> None:
        """Delete what a finished run does not need, also if one was killed while it did so."""
        sweep(self.directory)
        for part in (self.directory / PARTS).glob("*"):
            part.unlink(missing_ok=True)
        with suppress(OSError):
            (self.directory / PARTS).rmdir()
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
        if not (self.directory / FAILURES).is_file():
            return []
        found: list[dict[str, Any]] = pq.read_table(self.kept(FAILURES)).to_pylist()
        return found

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, and its copy before it, which is read where that is damaged."""
        write_json(self.directory / COPY, manifest)
        write_json(self.directory / MANIFEST, manifest)

    def manifest(self) -> dict[str, Any]:
        """Read the manifest; empty if there is none.

        Raises:
            DamagedError: it is damaged, and so is its copy.
        """
        path = self.directory / MANIFEST
        if not path.is_file():
            return {}
        for file in (path, self.directory / COPY):
            with suppress(DamagedError):
                return _shaped(file, read_json(file))
        raise DamagedError(
            f"{path}: is damaged, and so is its copy ({COPY}); delete both and run the config "
            "again: parts that are whole are not played again"
        )

    def mend(self) -> list[str]:
        """Write the manifest and its copy anew where one of them is damaged, and say so."""
        manifest = self.manifest()
        for file in (self.directory / MANIFEST, self.directory / COPY):
            if manifest and file.is_file():
                try:
                    _shaped(file, read_json(file))
                except DamagedError:
                    self.write_manifest(manifest)
                    return [f"{file}: was damaged, and is written anew from what lies beside it"]
        return []

    def outcomes(
        self, columns: Sequence[str] | None = None, most: int | None = None
    ) -> pd.DataFrame:
        """Read the table of outcomes; as `table.read`."""
        return table.read(self.table(), columns, most)

    def with_rows(self) -> "Store":
        """Give the store, if there is something to read and to draw; raises ConfigError."""
        if self.manifest()["rows"] == 0:
            raise ConfigError(
                f"{self.directory}: every cell failed, so that there is nothing to read or draw; "
                f"{FAILURES} says why, and 'tariff-talks run --retry {self.directory}' plays them "
                "again"
            )
        return self

    def heads(self) -> pd.DataFrame:
        """Give the table of outcomes without its rows."""
        schema = pq.read_schema(self.table())
        empty: pd.DataFrame = schema.empty_table().to_pandas()
        return empty

    def parted(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Read the table of outcomes a part at a time; as `table.parted`."""
        return table.parted(self.table(), columns)

    def tally(self, columns: Sequence[str]) -> pd.DataFrame:
        """Count outcomes that are alike in some columns; as `table.tally`."""
        return table.tally(self.table(), columns)

    def turns(self) -> pd.DataFrame | None:
        """Read the log of turns; None if none was kept, or it is damaged or of another table."""
        path = self.directory / TURNS
        said = self.noted(self.directory / TURNS_OF)
        return pd.read_parquet(path) if said and is_whole(path, said["digest"]) else None

    def write_turns(self, turns: pa.Table) -> None:
        """Write a log of turns, and of which table it is."""
        path = self.directory / TURNS
        with atomic(path) as file:
            pq.write_table(turns, file, compression="zstd")
        self.note(self.directory / TURNS_OF, {"digest": digest_of(path)})

    def note(self, file: Path, said: Mapping[str, Any]) -> None:
        """Write down, in JSON, what was made of the table as it is now."""
        write_json(file, {"of": self.mark, **said})

    def noted(self, file: Path) -> dict[str, Any]:
        """Read such a note; empty if there is none, or it is damaged or of another table."""
        try:
            said = read_json(file)
        except DamagedError:
            return {}
        return said if said.get("of") == self.mark else {}

    @property
    def mark(self) -> str:
        """Digest of the table, by which it is told from others."""
        said: str | None = self.manifest().get(DIGESTS, {}).get(OUTCOMES)
        return said or digest_of(self.directory / OUTCOMES)


_SHAPE = {
    "name": str, "status": str, "digest": str, "worlds_per_cell": int, "rows": int,
    "failed_cells": list, "labels": list, "sessions": list,
}  # fmt: skip
"""What a manifest has to say, and as what."""


def _shaped(file: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Check that a manifest says what is read of it."""
    for key, kind in _SHAPE.items():
        if not isinstance(manifest.get(key), kind):
            raise DamagedError(f"{file}: {key} is missing, or is no {kind.__name__}")
    return manifest


def plan_of(store: Store) -> Plan:
    """Read the plan of a run; its cells have the numbers that they have in the table.

    Raises:
        ConfigError: the config as run is wrong, or is not of this run.
    """
    path = store.directory / CONFIG
    plan = store.read_config(played=True)
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

"""A table that is joined while its cells come in is the one that is joined at the end."""

import threading
import time

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.runs import table
from experiments.runs.joining import Joining
from experiments.runs.run import run
from experiments.runs.table import columns, join
from experiments.runs.workers import InProcess
from tests.experiments.small import SWEEP, Elsewhere, load

FRAMES = [
    pd.DataFrame({"cell": 0, "world": range(5), "status": "deal"}),
    pd.DataFrame({"cell": 1, "world": range(3), "extensions": 1}),
    pd.DataFrame({"cell": 2, "world": range(4), "deadline": 2.5}),
    pd.DataFrame({"cell": 3, "world": range(2), "status": "no deal", "extensions": 2}),
]


@pytest.fixture
def cells(tmp_path):
    """Two parts of each cell."""
    found = []
    for number, frame in enumerate(FRAMES):
        parts = [tmp_path / f"{number}-{half}.parquet" for half in (0, 1)]
        for half, part in enumerate(parts):
            frame[half::2].to_parquet(part, index=False)
        found.append(parts)
    return found


def at_once(cells, file):
    join(cells, file, columns(parts[0] for parts in cells))
    return file.read_bytes()


@pytest.fixture
def read(monkeypatch):
    """The parts that have been read."""
    paths, file = [], pq.ParquetFile
    monkeypatch.setattr(
        "experiments.runs.table.pq.ParquetFile", lambda p: paths.append(p) or file(p)
    )
    return paths


def test_cells_that_come_one_by_one_are_read_meanwhile_and_give_the_same_bytes(
    cells, tmp_path, read
):
    joining = Joining(tmp_path / "table.partial")
    for parts in cells:
        joining.add(parts)
        _until(lambda parts=parts: set(parts) <= set(read))
    rows, schema = joining.end()
    assert rows == sum(len(frame) for frame in FRAMES)
    assert schema.names == ["cell", "world", "status", "extensions", "deadline"]
    assert joining.file.read_bytes() == at_once(cells, tmp_path / "table")
    joining.stop()
    assert not joining.file.exists()


def test_cells_that_come_together_give_the_same_bytes(cells, tmp_path):
    joining = Joining(tmp_path / "table.partial")
    for parts in cells:
        joining.add(parts)
    joining.end()
    assert joining.file.read_bytes() == at_once(cells, tmp_path / "table")
    joining.stop()


def test_without_cells_the_table_is_empty(tmp_path):
    joining = Joining(tmp_path / "table.partial")
    assert joining.end() == (0, None)
    assert pq.read_table(joining.file).num_rows == 0
    joining.stop()


def test_a_part_that_is_gone_is_told_at_the_end_and_leaves_no_file(cells, tmp_path):
    joining = Joining(tmp_path / "table.partial")
    cells[1][1].unlink()
    for parts in cells:
        joining.add(parts)
    with pytest.raises(FileNotFoundError, match=r"1-1\.parquet"):
        joining.end()
    assert not joining.file.exists()
    joining.stop()


def test_what_could_not_be_written_meanwhile_is_tried_once_more(cells, tmp_path, monkeypatch):
    writes = table.pq.ParquetWriter.write_table
    full = [True]

    def write(*told, **more):
        if full:
            raise OSError(28, "No space left on device")
        return writes(*told, **more)

    monkeypatch.setattr("experiments.runs.table.pq.ParquetWriter.write_table", write)
    joining = Joining(tmp_path / "table.partial")
    joining.add(cells[0])
    _until(lambda: joining._rows.done())
    assert not joining.file.exists(), "parts that are still to come have its place"
    joining.add(cells[1])
    full.clear()
    assert joining.end()[0] == 8
    assert joining.file.read_bytes() == at_once(cells[:2], tmp_path / "table")
    joining.stop()

    full.append(True)
    joining = Joining(tmp_path / "table.partial")
    joining.add(cells[0])
    with pytest.raises(OSError, match="No space"):
        joining.end()
    joining.stop()


def test_the_first_part_of_a_cell_says_its_columns(cells, tmp_path):
    mixed = [[cells[0][0], cells[1][0]], cells[2]]
    joining = Joining(tmp_path / "table.partial")
    for parts in mixed:
        joining.add(parts)
    rows, schema = joining.end()
    assert (rows, schema.names) == (3 + 2 + 4, ["cell", "world", "status", "deadline"])
    assert joining.file.read_bytes() == at_once(mixed, tmp_path / "table")
    joining.stop()


def test_stopping_does_not_wait_for_cells_that_do_not_come(cells, tmp_path):
    before = set(threading.enumerate())
    joining = Joining(tmp_path / "table.partial")
    joining.add(cells[0])
    _until(lambda: joining.file.exists())
    joining.stop()
    assert not joining.file.exists()
    _until(lambda: set(threading.enumerate()) <= before)


@pytest.mark.parametrize(("parts", "times"), [(2, 100), (200, 1)])
def test_stopping_leaves_what_has_not_been_joined(cells, tmp_path, monkeypatch, parts, times):
    read, going = [], threading.Event()

    def slow(path):
        read.append(path)
        going.set()
        time.sleep(0.05)
        return file(path)

    file = pq.ParquetFile
    monkeypatch.setattr("experiments.runs.table.pq.ParquetFile", slow)
    joining = Joining(tmp_path / "table.partial")
    for _ in range(times):
        joining.add(cells[0] * (parts // 2))
    going.wait(10)
    joining.stop()
    assert len(read) < 20
    assert not joining.file.exists()


def test_whole_cells_are_joined_while_others_are_played(tmp_path):
    seen = []

    def report(done, left):
        if done.chunk.cell > 0 and not seen:
            _until(lambda: list((tmp_path / "there").glob("*/*.joining.partial")))
            seen.append(done.chunk.cell)

    plan = load(tmp_path, SWEEP)
    there = run(plan, tmp_path / "there", executor=Elsewhere(), chunk=5, report=report)
    here = run(plan, tmp_path / "here", chunk=7)
    assert seen == [1]
    assert there.rows == here.rows
    tables = [(done.store.directory / "outcomes.parquet").read_bytes() for done in (there, here)]
    assert tables[0] == tables[1]
    assert not list(there.store.directory.glob("*.partial"))


def test_one_process_does_one_thing_at_a_time(tmp_path):
    there = []

    def report(done, left):
        time.sleep(0.01)
        there.extend((tmp_path / "out").glob("*/*.joining.partial"))

    run(load(tmp_path, SWEEP), tmp_path / "out", executor=InProcess(), chunk=5, report=report)
    assert there == []


def test_a_run_that_is_stopped_leaves_no_half_table(tmp_path):
    def report(done, left):
        if done.chunk.cell == 2:
            raise KeyboardInterrupt

    plan, before = load(tmp_path, SWEEP), set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        run(plan, tmp_path / "out", executor=Elsewhere(), chunk=5, report=report)
    assert not list((tmp_path / "out").glob("*/*.partial"))
    _until(lambda: set(threading.enumerate()) <= before)
    runs = [run(plan, tmp_path / name, executor=Elsewhere()) for name in ("out", "other")]
    tables = [(done.store.directory / "outcomes.parquet").read_bytes() for done in runs]
    assert tables[0] == tables[1]


def _until(happens):
    for _ in range(1000):
        if happens():
            return
        time.sleep(0.01)
    raise TimeoutError

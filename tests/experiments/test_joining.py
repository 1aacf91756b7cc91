"""A table that is joined while its cells come in is the one that is joined at the end."""

import threading
import time

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.joining import Joining
from experiments.run import run
from experiments.table import columns, join
from experiments.workers import InProcess
from tests.experiments.small import SWEEP, load

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
    monkeypatch.setattr("experiments.table.pq.ParquetFile", lambda p: paths.append(p) or file(p))
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


def test_stopping_does_not_wait_for_cells_that_do_not_come(cells, tmp_path):
    before = set(threading.enumerate())
    joining = Joining(tmp_path / "table.partial")
    joining.add(cells[0])
    _until(lambda: joining.file.exists())
    joining.stop()
    assert not joining.file.exists()
    assert set(threading.enumerate()) == before


def test_stopping_leaves_what_has_not_been_joined(cells, tmp_path, monkeypatch):
    read, going = [], threading.Event()

    def slow(path):
        read.append(path)
        going.set()
        time.sleep(0.05)
        return file(path)

    file = pq.ParquetFile
    monkeypatch.setattr("experiments.table.pq.ParquetFile", slow)
    joining = Joining(tmp_path / "table.partial")
    for _ in range(100):
        joining.add(cells[0])
    going.wait(10)
    joining.stop()
    assert len(read) < 20
    assert not joining.file.exists()


class Elsewhere(InProcess):
    """Plays here, but says otherwise, so that tables are joined meanwhile."""

    elsewhere = True


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


def test_a_run_that_is_stopped_leaves_no_half_table(tmp_path):
    def report(done, left):
        if done.chunk.cell == 2:
            raise KeyboardInterrupt

    plan = load(tmp_path, SWEEP)
    with pytest.raises(KeyboardInterrupt):
        run(plan, tmp_path / "out", executor=Elsewhere(), chunk=5, report=report)
    assert not list((tmp_path / "out").glob("*/*.partial"))
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]
    assert run(plan, tmp_path / "out").rows == run(plan, tmp_path / "other").rows


def _until(happens):
    for _ in range(1000):
        if happens():
            return
        time.sleep(0.01)
    raise TimeoutError

"""Runs that are killed, run out of disk, or are cut in any way: the table is the same."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.runs import table
from experiments.runs.run import run
from experiments.runs.store import COPY, MANIFEST, OUTCOMES, PARTS, Store
from experiments.runs.workers import InProcess, workers
from sim.errors import TariffTalksError
from tests.experiments.small import SWEEP, load

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return load(tmp_path_factory.mktemp("plan"), SWEEP, worlds=40)


@pytest.fixture(scope="module")
def whole(plan, tmp_path_factory):
    return (run(plan, tmp_path_factory.mktemp("whole")).store.directory / OUTCOMES).read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork a process")
@pytest.mark.parametrize("kills", [20, pytest.param(100, marks=pytest.mark.nightly)])
def test_a_run_that_is_killed_at_random_moments_ends_in_the_same_table(
    plan, whole, tmp_path, kills
):
    config = plan.directory / "config.toml"
    config.write_text(config.read_text().replace("worlds = 12", "worlds = 40"))
    words = [sys.executable, "-m", "tests.experiments.runs.killed", config, tmp_path, kills, 1]
    done = subprocess.run(list(map(str, words)), cwd=ROOT, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    directories = done.stdout.split()
    for directory in directories:
        (results,) = Path(directory).iterdir()
        assert (results / OUTCOMES).read_bytes() == whole
        assert {file.name for file in results.iterdir()} == {
            OUTCOMES, MANIFEST, COPY, "config.toml", "outcomes.schema.json", ".lock", "run.log",
        }  # fmt: skip
    sessions = [
        s for d in directories for s in Store(next(Path(d).iterdir())).manifest()["sessions"]
    ]
    assert sum(session["finished"] is None for session in sessions) > 0


class Stopped(BaseException):
    """As Ctrl-C."""


CUTS = {
    "chunks": st.lists(st.sampled_from([5, 7, 12, 39, 45]), min_size=1, max_size=3),
    "stops": st.lists(st.integers(1, 12), min_size=2, max_size=2),
    "batch": st.sampled_from([11, 1000]),
}
"""Worlds played together in each sitting, when sittings end, worlds stepped together."""


@pytest.mark.slow
@given(**CUTS)
@settings(max_examples=max(4, settings.default.max_examples // 50))
def test_chunks_batches_and_stops_change_no_byte(plan, whole, chunks, stops, batch):
    check_cut(plan, whole, chunks, stops, batch, InProcess())


@pytest.mark.nightly
@given(**CUTS)
@settings(max_examples=20)
def test_nor_do_processes(plan, whole, chunks, stops, batch, pool):
    check_cut(plan, whole, chunks, stops, batch, pool)


@pytest.fixture(scope="module")
def pool():
    with workers(2) as executor:
        yield executor


def check_cut(plan, whole, chunks, stops, batch, executor):
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.talks.model.chunk_of", lambda game: batch)
        for chunk, stop in zip(chunks[:-1], stops, strict=False):
            _interrupted(plan, Path(place), executor, chunk, stop)
        last = run(plan, Path(place), executor=executor, chunk=chunks[-1])
        assert (last.store.directory / OUTCOMES).read_bytes() == whole


def _interrupted(plan, directory, executor, chunk, stop):
    told = 0

    def report(done, left):
        nonlocal told
        told += 1
        if told == stop:
            raise Stopped

    with suppress(Stopped):
        run(plan, directory, executor=executor, chunk=chunk, report=report)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", [3, 40])
def test_groups_of_rows_are_cut_whatever_the_parts(plan, tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(table, "GROUP", 16)
    done = run(plan, tmp_path, chunk=chunk)
    meta = pq.read_metadata(done.store.directory / OUTCOMES)
    sizes = [meta.row_group(n).num_rows for n in range(meta.num_row_groups)]
    assert sizes == [16] * 5 * 4
    assert len(done.store.outcomes()) == 40 * 2 * 4


# --- disk --------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """Give a directory on a disk of 400 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    words = [mount or "mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)]
    if mount is None or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("a small disk has to be mounted, which this system does not allow")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_said_and_what_was_played_is_whole(plan, whole, small_disk, tmp_path):
    with pytest.raises(TariffTalksError) as caught:
        run(plan, small_disk, chunk=2)
    said = str(caught.value)
    assert "cannot be written (No space left on device)" in said
    assert "what was written before is whole, and the same command goes on there" in said
    (directory,) = small_disk.iterdir()
    assert not list(directory.glob("*.partial"))
    parts = sorted((directory / PARTS).iterdir())
    assert len(parts) > 2
    for part in parts:
        assert part.suffix == ".parquet"
        assert pq.read_table(part).num_rows == 4
    roomy = tmp_path / "roomy"
    shutil.copytree(small_disk, roomy)
    rest = run(plan, roomy, chunk=2)
    assert 0 < rest.fresh < 80
    assert (rest.store.directory / OUTCOMES).read_bytes() == whole


class _EnoughError(Exception):
    """Stops a run between two chunks."""


@pytest.mark.slow
@pytest.mark.parametrize("gone", [1, 2])
def test_parts_that_are_gone_are_played_again_with_a_line(tmp_path, gone):
    plan = load(tmp_path)
    whole = run(plan, tmp_path / "whole")
    seen = []

    def stop(done, left):
        seen.append(done.chunk)
        if len(seen) == 4:
            raise _EnoughError

    with pytest.raises(_EnoughError):
        run(plan, tmp_path / "out", chunk=6, report=stop)
    (directory,) = (tmp_path / "out").iterdir()
    parts = sorted((directory / "parts").rglob("*.parquet"))
    for part in parts[1 : 1 + gone]:
        part.unlink()
    again = run(plan, tmp_path / "out", chunk=6)
    (note,) = again.notes
    cells = len({chunk.cell for chunk in seen[1 : 1 + gone]})
    assert f"parts of {6 * gone} worlds in {cells} cells are not there any more" in note
    assert note.endswith("run.log names them as played; these worlds are played again")
    assert again.fresh == 4 + gone
    for name in (OUTCOMES,):
        assert (directory / name).read_bytes() == (whole.store.directory / name).read_bytes()


@pytest.mark.slow
def test_a_run_that_was_only_stopped_says_nothing_of_parts(tmp_path):
    plan = load(tmp_path)

    def stop(done, left):
        raise _EnoughError

    with pytest.raises(_EnoughError):
        run(plan, tmp_path / "out", chunk=6, report=stop)
    assert run(plan, tmp_path / "out", chunk=6).notes == []

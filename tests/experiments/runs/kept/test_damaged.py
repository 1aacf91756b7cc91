"""A bit that flips anywhere in what a run keeps: the right table or a sentence, never another."""

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments.commands.cli import main
from experiments.results.replay import keep_transcripts, keep_turns, transcripts
from experiments.results.results import Results
from experiments.runs.kept.left import is_done
from experiments.runs.kept.parts import Part
from experiments.runs.run import run
from experiments.runs.store import (
    CONFIG,
    COPY,
    MANIFEST,
    OUTCOMES,
    PARTS,
    SCHEMA,
    TURNS,
    TURNS_OF,
    Store,
    plan_of,
)  # fmt: skip
from sim.economy.solved import cache
from sim.errors import TariffTalksError
from tests.experiments.small import SWEEP, load


class Stopped(BaseException):
    """As Ctrl-C."""


def stop_after(count):
    told = []

    def report(done, left):
        told.append(done)
        if len(told) == count:
            raise Stopped

    return report


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return load(tmp_path_factory.mktemp("plan"), SWEEP)


@pytest.fixture(scope="module")
def finished(plan, tmp_path_factory):
    store = run(plan, tmp_path_factory.mktemp("finished")).store
    keep_turns(store, plan)
    keep_transcripts(store, plan)
    return store


@pytest.fixture(scope="module")
def stopped(plan, tmp_path_factory):
    """A run of which 7 of 12 parts are there."""
    place = tmp_path_factory.mktemp("stopped")
    with pytest.raises(Stopped):
        run(plan, place, chunk=4, report=stop_after(7))
    return Store.of(plan, place)


def flip(file: Path, luck: random.Random) -> None:
    """Flip one bit of a file."""
    content = bytearray(file.read_bytes())
    content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)
    file.write_bytes(content)


def copied(store: Store, place: Path) -> Store:
    return Store(Path(shutil.copytree(store.directory, place / store.directory.name)))


FLIPS = [pytest.param(range(2), id="few"), pytest.param(range(2, 40), marks=pytest.mark.nightly)]


@pytest.mark.slow
@pytest.mark.parametrize("flips", FLIPS)
def test_parts_of_a_run_that_is_stopped(plan, finished, stopped, tmp_path, flips):
    for number in flips:
        luck, place = random.Random(number), tmp_path / str(number)
        store = copied(stopped, place)
        flip(luck.choice(sorted((store.directory / PARTS).iterdir())), luck)
        done = run(plan, place)
        assert (done.store.directory / OUTCOMES).read_bytes() == table(finished)
        (note,) = done.notes
        assert "damaged, of another run, or there twice" in note


KEPT = [OUTCOMES, SCHEMA, MANIFEST, COPY, CONFIG, TURNS, TURNS_OF]


@pytest.mark.slow
@pytest.mark.parametrize("flips", FLIPS)
@pytest.mark.parametrize("name", KEPT)
def test_what_a_finished_run_keeps(plan, finished, tmp_path, name, flips):
    """What is read of it is right, or there is a sentence; the same run then ends in the same."""
    frame, turns, told = finished.outcomes(), finished.turns(), transcripts(finished)
    for number in flips:
        place = tmp_path / str(number)
        store = copied(finished, place)
        flip(store.directory / name, random.Random(number))
        try:
            read = Results.load(store.directory)
        except TariffTalksError as problem:
            assert str(store.directory / name) in str(problem)
        else:
            assert read.frame.equals(frame)
            assert [cell.values for cell in read.plan.cells] == [cell.values for cell in plan.cells]
            assert read.log is None or read.log.equals(turns)
            assert transcripts(store) in ([], told)
        again = run(plan, place)
        assert (again.store.directory / OUTCOMES).read_bytes() == table(finished)
        assert len(again.notes) <= 1
        assert is_done(plan, again.store)


@pytest.mark.parametrize("name", ["typical.txt", "index.json"])
def test_transcripts_are_those_that_were_told_or_none(finished, tmp_path, name):
    store = copied(finished, tmp_path)
    flip(store.directory / "transcripts" / name, random.Random(3))
    told = transcripts(store)
    assert told in ([], transcripts(finished))
    keep_transcripts(store, plan_of(store))
    assert transcripts(store) == transcripts(finished)


@pytest.mark.parametrize(
    "flips", [range(12), pytest.param(range(12, 60), marks=pytest.mark.nightly)]
)
def test_solved_tables_are_those_that_were_kept_or_none(tmp_path, monkeypatch, flips):
    monkeypatch.setenv("TARIFF_TALKS_CACHE", str(tmp_path))
    for number in flips:
        tables = {"welfare": np.linspace(0.0, 1.0, 50)}
        cache.save("name", tables)
        flip(tmp_path / "name.npz", random.Random(number))
        found = cache.load("name")
        assert found is None or (found["welfare"] == tables["welfare"]).all()


def table(store: Store) -> bytes:
    return (store.directory / OUTCOMES).read_bytes()


# --- parts that are not what their name says --------------------------------------------------


def first(store: Store) -> Path:
    return min((store.directory / PARTS).iterdir())


def foreign(store: Store, other: Store) -> None:
    """A part of another run, under its own name."""
    first(store).unlink()
    shutil.copy(first(other), store.directory / PARTS)


def renamed(store: Store, other: Store) -> None:
    """A part of the third cell under the name of the first."""
    files = sorted((store.directory / PARTS).iterdir())
    files[0].write_bytes(files[-1].read_bytes())


def doubled(store: Store, other: Store) -> None:
    """The worlds of a part once more, in a larger one."""
    parts = store.parts()
    parts.write(Part(0, 2, 4), parts.read(first(store)))


def a_stranger(store: Store, other: Store) -> None:
    (store.directory / PARTS / "notes.parquet").write_text("what is this")
    (store.directory / PARTS / "000000-x-1.parquet").write_text("and this")


def cut_short(store: Store, other: Store) -> None:
    first(store).write_bytes(first(store).read_bytes()[:-100])


def empty(store: Store, other: Store) -> None:
    first(store).write_bytes(b"")


def of_too_few_rows(store: Store, other: Store) -> None:
    """A part that is whole, and has fewer worlds than its name says."""
    parts, content = store.parts(), store.parts().read(first(store))
    first(store).unlink()
    parts.write(Part(0, 0, 5), content)


def of_no_cell(store: Store, other: Store) -> None:
    store.parts().write(Part(77, 0, 4), store.parts().read(first(store)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [foreign, renamed, doubled, a_stranger, cut_short, empty, of_too_few_rows, of_no_cell],
    ids=lambda damage: damage.__name__,
)
def test_a_part_that_is_not_what_its_name_says_is_played_again(
    plan, finished, stopped, tmp_path, damage
):
    other = load(tmp_path, SWEEP, seed=6)
    with pytest.raises(Stopped):
        run(other, tmp_path / "other", chunk=4, report=stop_after(1))
    store = copied(stopped, tmp_path)
    damage(store, Store.of(other, tmp_path / "other"))
    done = run(plan, tmp_path)
    assert table(done.store) == table(finished)
    (note,) = done.notes
    assert note.endswith("what is not there whole is played again")


@pytest.mark.slow
def test_a_part_that_is_damaged_while_others_play_is_played_again(plan, finished, tmp_path):
    flipped = []

    def report(done, left):
        if len(flipped) < 2:
            flip(first(Store.of(plan, tmp_path)), random.Random(len(flipped)))
            flipped.append(done)

    done = run(plan, tmp_path, chunk=5, report=report)
    assert table(done.store) == table(finished)
    assert "it is played again" in done.notes[0]
    assert done.failures == []


def test_a_part_that_vanishes_while_others_play_is_played_again(plan, finished, tmp_path):
    def report(done, left):
        if done.chunk.cell == 2 and not vanished:
            first(Store.of(plan, tmp_path)).unlink()
            vanished.append(done)

    vanished = []
    done = run(plan, tmp_path, report=report)
    assert table(done.store) == table(finished)
    assert done.fresh == 5


# --- manifests ---------------------------------------------------------------------------------


DAMAGES = {
    "empty": b"",
    "half": b'{"name": "small", "status": "fini',
    "a list": b"[]",
    "another kind": b'{"status": 7, "labels": 3}',
    "no text": b"\xff\x00\xfe",
}


@pytest.mark.slow
@pytest.mark.parametrize("content", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_manifest_costs_nothing(plan, finished, stopped, tmp_path, content, capsys):
    for name, store in (("done", finished), ("half", stopped)):
        held = copied(store, tmp_path / name)
        (held.directory / MANIFEST).write_bytes(content)
        done = run(plan, tmp_path / name, chunk=4)
        assert done.fresh == {"done": 0, "half": 5}[name]
        assert table(done.store) == table(finished)
        assert "manifest.json: was damaged" in done.notes[0]


@pytest.mark.slow
@pytest.mark.parametrize("content", DAMAGES.values(), ids=DAMAGES)
def test_a_manifest_that_is_lost_is_a_sentence_and_parts_stay(
    plan, finished, stopped, tmp_path, content, capsys
):
    store = copied(stopped, tmp_path)
    for name in (MANIFEST, COPY):
        (store.directory / name).write_bytes(content)
    words = ["--workers", "1", "--no-figures"]
    assert main(["run", "--retry", str(store.directory), *words]) == 2
    said = capsys.readouterr().err
    assert f"{store.directory / MANIFEST}: is damaged, and so is its copy" in said
    assert "Traceback" not in said
    for name in (MANIFEST, COPY):
        (store.directory / name).unlink()
    done = run(plan, tmp_path, chunk=4)
    assert done.fresh == 5
    assert table(done.store) == table(finished)

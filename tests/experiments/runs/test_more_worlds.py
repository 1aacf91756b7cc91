"""More worlds for a run that is done: those that were played are taken, the others are added."""

import json

import pytest

from experiments.commands.cli import main
from experiments.runs.run import run
from experiments.runs.store import OUTCOMES, PARTS, Store
from experiments.runs.workers import workers
from sim.errors import ConfigError, TariffTalksError
from tests.experiments.small import SWEEP, breaking, load


class Stopped(BaseException):
    """As Ctrl-C."""


def stop(done, left):
    raise Stopped


def table(summary):
    return (summary.store.directory / OUTCOMES).read_bytes()


CASES = """
[[cells]]
label = "the pause ends"
[[cells]]
label = "it may be extended"
"calendar.mode" = "extension"
"strategies.hub" = { name = "extender", inner = "boulware" }
"""
"""Cells with different columns."""


@pytest.mark.slow
@pytest.mark.parametrize("more", [SWEEP, CASES], ids=["the same columns", "different columns"])
def test_only_the_new_ones_are_played_and_the_table_is_that_of_all(tmp_path, more):
    few, many = load(tmp_path, more), load(tmp_path, more, worlds=20)
    assert few.digest == many.digest
    first = run(few, tmp_path / "out")
    seen = []
    second = run(many, tmp_path / "out", report=lambda done, left: seen.append(done.chunk))
    assert second.store.directory == first.store.directory
    assert {(chunk.first, chunk.worlds) for chunk in seen} == {(12, 8)}
    assert table(second) == table(run(many, tmp_path / "at once"))
    assert second.store.manifest()["worlds_per_cell"] == 20
    assert not (second.store.directory / PARTS).exists()


@pytest.mark.slow
def test_a_table_of_many_groups_is_cut_at_worlds(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.runs.table.GROUP", 7)
    few, many = load(tmp_path), load(tmp_path, worlds=15)
    run(few, tmp_path / "out")
    with workers(2) as executor:
        second = run(many, tmp_path / "out", executor=executor, chunk=2)
    assert table(second) == table(run(many, tmp_path / "at once"))


@pytest.mark.slow
def test_more_worlds_that_are_stopped_go_on(tmp_path):
    few, many, most = (load(tmp_path, worlds=worlds) for worlds in (12, 20, 23))
    run(few, tmp_path / "out")
    with pytest.raises(Stopped):
        run(many, tmp_path / "out", chunk=4, report=stop)
    with pytest.raises(ConfigError, match="its run is not over; 'tariff-talks run --retry"):
        Store.open(Store.of(few, tmp_path / "out").directory)
    last = run(most, tmp_path / "out")
    assert last.fresh == 4
    assert table(last) == table(run(most, tmp_path / "at once"))


def test_more_worlds_after_a_failure(tmp_path):
    """The worlds of the cells that are whole are not played again, those of the other are."""
    more = breaking('{ name = "own.py:Breaks", world = 7 }')
    first = run(load(tmp_path, more), tmp_path / "out")
    assert first.failed_cells == [2]
    seen = []
    many = load(tmp_path, more, worlds=20)
    second = run(many, tmp_path / "out", report=lambda done, left: seen.append(done.chunk))
    assert second.failed_cells == [2]
    assert {(chunk.cell, chunk.first) for chunk in seen} == {(0, 12), (1, 12), (2, 0)}
    assert table(second) == table(run(many, tmp_path / "at once"))


def test_other_draws_are_another_run(tmp_path):
    few, many = load(tmp_path), load(tmp_path, worlds=20, draws=4)
    assert Store.of(few, tmp_path) != Store.of(many, tmp_path)
    assert few.digest != many.digest


@pytest.mark.slow
@pytest.mark.parametrize("status", ["finished", "running"])
def test_fewer_worlds_than_there_are_refused_and_nothing_is_lost(tmp_path, status):
    many, few = load(tmp_path, worlds=20), load(tmp_path)
    if status == "running":
        with pytest.raises(Stopped):
            run(many, tmp_path / "out", report=stop)
    else:
        run(many, tmp_path / "out")
    directory = Store.of(many, tmp_path / "out").directory
    with pytest.raises(ConfigError) as caught:
        run(few, tmp_path / "out")
    assert str(caught.value) == (
        f"worlds: 12 are fewer than the 20 of {directory}, which is the same experiment; say "
        "worlds = 20, or name another place with --out"
    )
    assert run(many, tmp_path / "out").fresh == {"finished": 0, "running": 3}[status]


def test_more_worlds_with_other_code_are_refused(tmp_path, monkeypatch):
    few, many = load(tmp_path), load(tmp_path, worlds=20)
    run(few, tmp_path / "out")
    for module in ("run", "kept.left", "play"):
        monkeypatch.setattr(f"experiments.runs.{module}.code_version", lambda: "0123456789ab")
    with pytest.raises(TariffTalksError, match="was begun by other code"):
        run(many, tmp_path / "out")


@pytest.mark.slow
def test_the_command_says_how_many_there_are(tmp_path, capsys):
    load(tmp_path)
    words = ["run", str(tmp_path / "config.toml"), "--out", str(tmp_path), "--workers", "1"]
    assert main([*words, "--no-figures"]) == 0
    assert main([*words, "--no-figures", "--set", "worlds=20"]) == 0
    out = capsys.readouterr().out
    assert "4 cells of 12 worlds" in out
    assert "4 cells of 20 worlds" in out
    (directory,) = tmp_path.glob("small-*")
    sessions = json.loads((directory / "manifest.json").read_text())["sessions"]
    assert [session["worlds"] for session in sessions] == [48, 32]

"""What counts as the same code, and what is refused with other code."""

import json

import pytest

from experiments.commands import run as run_command
from experiments.commands.cli import main
from experiments.runs import provenance
from experiments.runs import run as runs
from experiments.runs.kept import left
from experiments.runs.run import run
from experiments.runs.store import MANIFEST, OUTCOMES
from sim.errors import TariffTalksError
from tests.experiments.small import load


class Stopped(BaseException):
    """As Ctrl-C."""


def stop(done, left):
    raise Stopped


@pytest.fixture
def begun(tmp_path):
    """A run of which one chunk was played."""
    plan = load(tmp_path)
    with pytest.raises(Stopped):
        run(plan, tmp_path / "out", report=stop)
    return plan


def other(monkeypatch, code="0123456789ab"):
    for module in (left, runs, run_command):
        monkeypatch.setattr(module, "code_version", lambda: code)
    monkeypatch.setattr("experiments.runs.play.code_version", lambda: code)


@pytest.mark.fast
def test_the_code_version_covers_what_moves_the_table(monkeypatch, tmp_path):
    names = {file.name for file in provenance._sources()}
    assert {"talk.py", "menu.py", "solve.py", "table.py", "designs.py"} <= names
    assert not {"cli.py", "status.py", "quantities.py"} & names
    now = provenance.code_version()
    assert len(now) == 12
    assert int(now, 16) >= 0
    provenance.code_version.cache_clear()
    monkeypatch.setattr(provenance, "version", lambda name: "0.0.0")
    assert provenance.code_version() != now
    provenance.code_version.cache_clear()


def test_a_run_of_other_code_does_not_go_on_unless_forced(begun, tmp_path, monkeypatch):
    before = provenance.code_version()
    other(monkeypatch)
    with pytest.raises(TariffTalksError) as caught:
        run(begun, tmp_path / "out")
    (directory,) = (tmp_path / "out").iterdir()
    assert str(caught.value) == (
        f"{directory}: was begun by other code ({before}; this is 0123456789ab), and its parts and "
        "new ones might not fit together; go on anyway with --force, or run it anew elsewhere "
        "with --out"
    )
    done = run(begun, tmp_path / "out", force=True)
    sessions = json.loads((done.store.directory / MANIFEST).read_text())["sessions"]
    assert [session["code"] for session in sessions] == [before, "0123456789ab"]
    assert [session["worlds"] for session in sessions] == [0, 36]
    assert done.rows == 96


def test_a_finished_run_of_other_code_says_so(tmp_path, monkeypatch, capsys):
    plan = load(tmp_path)
    words = ["run", str(tmp_path / "config.toml"), "--out", str(tmp_path), "--workers", "1"]
    assert main([*words, "--no-figures"]) == 0
    directory = tmp_path / f"small-{plan.digest}"
    table = (directory / OUTCOMES).read_bytes()
    capsys.readouterr()
    assert main([*words, "--no-figures"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"{directory} was finished before."
    before = provenance.code_version()
    other(monkeypatch)
    assert main([*words, "--no-figures"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        f"{directory} was finished before, by other code ({before}; this is 0123456789ab); to "
        "play it with this code, name another place with --out."
    )
    assert (directory / OUTCOMES).read_bytes() == table


def test_a_worker_with_other_code_plays_nothing(tmp_path, monkeypatch):
    plan = load(tmp_path)
    monkeypatch.setattr("experiments.runs.play.Task.of", _with_code(plan))
    summary = run(plan, tmp_path / "out")
    assert {failure["stage"] for failure in summary.failures} == {"start"}
    assert "this worker has other code" in summary.failures[0]["message"]


def _with_code(plan):
    from dataclasses import replace

    from experiments.runs.play import Task

    made = Task.of

    def of(*given, **how):
        return replace(made(*given, **how), code="other")

    return of

"""Where workers start from: a process that has done the imports, and is gone with its maker."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from experiments.commands.cli import main
from experiments.commands.start import wants_workers
from experiments.runs.processes import BEFORE, IMPORTED, STOPPED, alone, interrupted
from experiments.runs.workers import workers
from sim.errors import ConfigError, TariffTalksError

FORKS = pytest.mark.skipif(alone(), reason="every worker starts afresh here")

SERVED = """
import sys, time
from multiprocessing import forkserver
from experiments.runs.processes import begin
begin()
print(forkserver._forkserver._forkserver_pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("run configs/quickstart.toml", True),
        ("run configs/quickstart.toml --workers 2", True),
        ("run configs/quickstart.toml --workers 10", True),
        ("run --retry results/quickstart-0", True),
        ("retry results/quickstart-0", True),
        ("backtest score configs/backtest.toml", True),
        ("run configs/quickstart.toml --workers 1", False),
        ("run configs/quickstart.toml --workers=1", False),
        ("run configs/quickstart.toml --scheduler tcp://localhost:8786", False),
        ("run --help", False),
        ("plan configs/quickstart.toml", False),
        ("", False),
    ],
)
def test_a_command_that_plays_has_workers_get_ready(words, wanted, monkeypatch):
    monkeypatch.setattr("experiments.commands.start.cores", lambda: 2)
    assert wants_workers(words.split()) is wanted


def test_on_one_core_there_is_nobody_to_get_ready(monkeypatch):
    monkeypatch.setattr("experiments.commands.start.cores", lambda: 1)
    assert not wants_workers(["run", "configs/quickstart.toml"])


@FORKS
def test_a_worker_has_its_imports_done():
    with workers(2) as executor:
        for name in (IMPORTED, "experiments.runs.play", "sim.talks.model", "mesa"):
            assert executor.submit(eval, f"{name!r} in __import__('sys').modules").result(), name


def test_a_worker_sees_the_environment_of_now(monkeypatch):
    for value in ("before", "after"):
        monkeypatch.setenv("TARIFF_TALKS_TEST", value)
        with workers(2) as executor:
            assert executor.submit(os.getenv, "TARIFF_TALKS_TEST").result() == value
    monkeypatch.delenv("TARIFF_TALKS_TEST")
    with workers(2) as executor:
        assert executor.submit(os.getenv, "TARIFF_TALKS_TEST").result() is None


@FORKS
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_what_workers_start_from_ends_with_the_process_that_made_it(how):
    words = [sys.executable, "-c", SERVED]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as maker:
        assert maker.stdout is not None
        server = Path("/proc") / maker.stdout.readline().strip()
        assert server.exists()
        maker.send_signal(how)
    for _ in range(900):
        if not server.exists() or "\nState:\tZ" in (server / "status").read_text():
            return
        time.sleep(0.1)
    raise AssertionError(f"{server.name} is still there")


@FORKS
@pytest.mark.parametrize("after", [0.1, 0.6, 1.2])
def test_ctrl_c_is_for_the_command_alone(after, tmp_path):
    words = ["run", "configs/quickstart.toml", "--workers", "2", "--out", str(tmp_path)]
    code = f"""
import signal, sys
from experiments.commands.start import begin, main
signal.signal(signal.SIGINT, signal.default_int_handler)
begin()
print("begun", flush=True)
sys.exit(main({words!r}))
"""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as told:  # fmt: skip
        assert told.stdout is not None
        assert told.stdout.readline() == "begun\n"
        time.sleep(after)
        os.killpg(told.pid, signal.SIGINT)
        _, said = told.communicate(timeout=60)
    assert told.returncode == 130
    assert said.strip().splitlines()[-1].startswith("tariff-talks: stopped")
    assert "Traceback" not in said


@FORKS
def test_what_lies_where_the_command_is_given_is_not_imported(tmp_path):
    (tmp_path / "sim.py").write_text("raise RuntimeError('not this one')")
    (tmp_path / "pandas.py").write_text("raise SystemExit('nor this')")
    assert given_at(tmp_path, {}) == "True\n"


@FORKS
def test_where_no_server_can_be_started_workers_start_afresh(tmp_path):
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    assert given_at(tmp_path, {"TMPDIR": str(deep)}) == "False\n"


def given_at(directory, environment):
    """Give whether a worker of a command that is given at a directory has its imports done."""
    code = f"""
import sys
sys.path = [place for place in sys.path if place]
from experiments.runs.processes import alone
from experiments.runs.workers import workers
with workers(2) as executor:
    there = executor.submit(eval, "{IMPORTED!r} in __import__('sys').modules").result()
    print(there and not alone())
"""
    words = [sys.executable, "-c", code]
    environment = {**os.environ, **environment}
    told = subprocess.run(
        words, cwd=directory, env=environment, capture_output=True, text=True, timeout=60
    )
    assert told.stderr == ""
    return told.stdout


@pytest.mark.slow
@FORKS
def test_a_server_that_dies_is_started_again():
    from multiprocessing import forkserver

    with workers(2) as executor:
        first = {executor.submit(os.getpid).result() for _ in range(2)}
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
        for _ in range(100):
            try:
                later = executor.submit(os.getpid).result()
            except BrokenExecutor:
                time.sleep(0.1)
                continue
            if later not in first:
                break
            time.sleep(0.1)
        assert later not in first


def test_ctrl_c_while_a_class_is_made_is_ctrl_c():
    wrapped, other = RuntimeError("in a class"), RuntimeError("something else")
    wrapped.__cause__ = KeyboardInterrupt()
    other.__cause__ = ValueError()
    assert interrupted(KeyboardInterrupt())
    assert interrupted(wrapped)
    assert not interrupted(other)


TURNS = {
    "into an error of a library": lambda: (_ for _ in ()).throw(ValueError("of a library")),
    "into one of ours": lambda: (_ for _ in ()).throw(ConfigError("worlds: what?")),
    "into one without a file": lambda: (_ for _ in ()).throw(OSError("interrupted call")),
    "into an exit": lambda: sys.exit(3),
    "into nothing else": lambda: (_ for _ in ()).throw(KeyboardInterrupt),
}


@pytest.mark.parametrize("turn", TURNS)
def test_ctrl_c_is_ctrl_c_whatever_it_turns_into(turn, monkeypatch, capsys):
    def pressed(words, called):
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        TURNS[turn]()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr("experiments.commands.cli._called", pressed)
    try:
        assert main(["plan", "nothing.toml"]) == STOPPED
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == f"\ntariff-talks: {BEFORE}\n"


def test_without_ctrl_c_an_error_stays_one(monkeypatch):
    def failing(words, called):
        raise ValueError("of a library")

    monkeypatch.setattr("experiments.commands.cli._called", failing)
    with pytest.raises(ValueError, match="of a library"):
        main(["plan", "nothing.toml"])


def test_a_daemonic_process_says_that_it_may_have_no_children(monkeypatch):
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)
    with pytest.raises(TariffTalksError, match=r"daemonic process .*\(workers=1, --workers 1\)"):
        workers(2)
    assert workers(1).submit(abs, -3).result() == 3

"""Executors: a worker that dies, a strategy that never ends, a script, a notebook."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from experiments.runs.run import resume, run
from experiments.runs.store import OUTCOMES, Store
from experiments.runs.workers import InProcess, ProcessPool, workers
from sim.errors import TariffTalksError
from tests.experiments.small import SWEEP, breaking, load


def table(summary):
    return (summary.store.directory / OUTCOMES).read_bytes()


# --- processes ---------------------------------------------------------------------------------


def test_one_process_is_this_one():
    with workers(1) as executor:
        assert isinstance(executor, InProcess)
        assert executor.submit(os.getpid).result() == os.getpid()
        with pytest.raises(ZeroDivisionError):
            executor.submit(divmod, 1, 0).result()


def test_ctrl_c_goes_through_the_only_process():
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        InProcess().submit(stop)


@pytest.fixture
def own_handler():
    """Python's own handler of Ctrl-C, which a shell takes from what it starts in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("own_handler")
def test_a_ctrl_c_that_is_lost_on_the_way_comes_after_the_call():
    gone_on = []

    def swallows():
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        gone_on.append(True)

    with pytest.raises(KeyboardInterrupt):
        InProcess().submit(swallows)
    assert gone_on == [True]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert InProcess().submit(divmod, 7, 2).result() == (3, 1)


def test_who_handles_ctrl_c_otherwise_still_does():
    pressed = []
    before = signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        InProcess().submit(os.kill, os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert pressed == [signal.SIGINT]


def test_work_is_spread_over_processes():
    with workers(2) as executor:
        assert isinstance(executor, ProcessPool)
        ids = {executor.submit(os.getpid) for _ in range(2)}
        assert len({future.result() for future in ids} - {os.getpid()}) == 2
        assert list(executor.map(abs, [-1, 2, -3])) == [1, 2, 3]


class Murder:
    """Kills a worker each time that it is told of a chunk, so many times."""

    def __init__(self, executor, times):
        self.executor, self.left, self.killed = executor, times, []

    def __call__(self, done, left):
        busy = [each for each in self.executor._processes if each.waiting]
        if self.left and busy:
            for process in list(busy[0]._pool._processes.values()):
                with suppress(ProcessLookupError):  # gone with the one that was killed before
                    os.kill(process.pid, signal.SIGKILL)
                self.killed.append(process.pid)
            self.left -= 1


@pytest.mark.slow
def test_a_killed_worker_costs_only_its_chunk(tmp_path):
    plan = load(tmp_path, SWEEP, worlds=300)
    whole = run(plan, tmp_path / "whole")
    with workers(2) as executor:
        murder, seen = Murder(executor, 2), []

        def report(done, left):
            seen.append(done.chunk)
            murder(done, left)

        spread = run(plan, tmp_path / "out", executor=executor, chunk=50, report=report)
    assert len(murder.killed) == 2
    assert spread.failures == []
    assert len(seen) == len(set(seen)) == 4 * 6
    assert table(spread) == table(whole)


@pytest.mark.nightly
def test_a_chunk_that_kills_its_worker_is_given_up_and_the_others_finish(tmp_path):
    more = breaking('{ name = "own.py:Breaks", how = "exit" }', '"linear"')
    plan = load(tmp_path, more)
    with workers(2) as executor:
        summary = run(plan, tmp_path / "out", executor=executor, chunk=4)
    (failure,) = summary.failures
    assert (failure["cell"], failure["first_world"], failure["worlds"]) == (1, 4, 4)
    assert (failure["stage"], failure["exception"]) == ("worker", "ProcessEndedError")
    assert set(summary.store.outcomes()["cell"]) == {0}


@pytest.mark.nightly
def test_processes_end_at_once_when_a_run_is_stopped(tmp_path):
    started = time.time()
    with pytest.raises(KeyboardInterrupt), workers(2) as executor:
        sleeper = executor.submit(time.sleep, 60)
        executor.submit(os.getpid).result()
        raise KeyboardInterrupt
    assert time.time() - started < 30
    assert not sleeper.done() or sleeper.exception() is not None


# --- scripts and notebooks ---------------------------------------------------------------------

SCRIPT = """
from pathlib import Path
from experiments.design.plan import Plan
from experiments.runs.run import run
from experiments.runs.workers import workers

plan = Plan.load("config.toml")
with workers(2) as executor:
    summary = run(plan, Path("out"), executor=executor, chunk=4)
print(summary.rows, len(summary.failures))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "how", ["script", pytest.param("typed in, as in a notebook", marks=pytest.mark.nightly)]
)
def test_processes_need_nothing_of_the_main_script(tmp_path, how):
    load(tmp_path)
    (tmp_path / "script.py").write_text(SCRIPT)
    word, typed = ("script.py", None) if how == "script" else ("-", SCRIPT)
    done = subprocess.run(
        [sys.executable, word], cwd=tmp_path, input=typed, text=True, capture_output=True
    )
    assert done.stdout == "96 0\n", done.stderr
    assert done.stderr == ""


@pytest.mark.nightly
def test_workers_end_with_the_process_that_made_them(tmp_path):
    script = """
import os, sys, time
from experiments.runs.workers import workers
if __name__ == "__main__":
    with workers(2) as executor:
        print(executor.submit(os.getpid).result(), flush=True)
        executor.submit(time.sleep, 600)
        time.sleep(600)
"""
    (tmp_path / "script.py").write_text(script)
    parent = subprocess.Popen(
        [sys.executable, "script.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.time() + 20
    while time.time() < end and alive(child):
        time.sleep(0.05)
    assert not alive(child)


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:  # noqa: PTH123
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


# --- two runs in one directory -----------------------------------------------------------------


@pytest.mark.fast
def test_a_second_run_in_one_directory_is_refused(tmp_path):
    plan = load(tmp_path)

    def second(done, left):
        with pytest.raises(TariffTalksError) as caught:
            run(plan, tmp_path / "out")
        said = str(caught.value)
        assert "another run is writing there (process" in said
        assert "the same command goes on where it was" in said

    run(plan, tmp_path / "out", chunk=100, report=second)
    assert resume(plan, Store.of(plan, tmp_path / "out")).fresh == 0

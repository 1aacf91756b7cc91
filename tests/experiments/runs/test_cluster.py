"""A real scheduler with two real workers, started here on this machine."""

import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from functools import reduce
from operator import getitem
from pathlib import Path

import pytest

from experiments.runs.cluster import DaskCluster, _beside
from experiments.runs.kept.journal import LOG
from experiments.runs.processes import hidden_main
from experiments.runs.provenance import host
from experiments.runs.run import run
from experiments.runs.store import OUTCOMES
from sim.errors import ConfigError
from tests.experiments.small import OWN, breaking, load

pytest.importorskip("distributed", reason="needs the extra cluster")

LOOPS = '{ name = "own.py:Breaks", how = "loop" }'
QUIET = {"DASK_CONFIG": str(Path(__file__).parents[3] / "configs" / "dask.yaml")}


def started(log, words, pattern):
    """Start a process; give it, and what a pattern finds in its log."""
    with log.open("w") as file:
        command = [sys.executable, "-m", "dask", *words]
        process = subprocess.Popen(command, stderr=file, env=os.environ | QUIET)
    end = time.time() + 60
    while time.time() < end and process.poll() is None:
        found = re.search(pattern, log.read_text())
        if found:
            return process, found.group(1)
        time.sleep(0.05)
    process.kill()
    raise AssertionError(log.read_text())


def scheduled(directory):
    words = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    return started(directory / "scheduler.log", words, r"Scheduler at:\s+(tcp:\S+)")


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    directory = tmp_path_factory.mktemp("cluster")
    process, address = scheduled(directory)
    words = ["worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    workers = [
        started(directory / f"{k}.log", words, r"Registered to:\s+(tcp:\S+)")[0] for k in range(2)
    ]
    yield address, workers
    for each in [*workers, process]:
        each.terminate()
        each.wait(20)


def table(summary):
    return (summary.store.directory / OUTCOMES).read_bytes()


def at_work(seconds):
    time.sleep(seconds)
    return os.getpid(), os.getppid()


def test_the_worker_that_has_nothing_to_do_is_given_the_next_chunk(scheduler):
    """So that whoever comes back gets the next chunk of its cell: see `dispatch.py`."""
    with DaskCluster(scheduler[0]) as executor:
        assert executor.ahead == 2
        long = executor.submit(at_work, 5)
        time.sleep(0.5)
        short = {executor.submit(at_work, 0.01).result() for _ in range(8)}
        assert len(short) == 1
        assert long.result() not in short


def test_what_takes_its_process_with_it_leaves_the_worker_where_it_is(scheduler):
    with DaskCluster(scheduler[0]) as executor:
        with pytest.raises(BrokenExecutor) as caught:
            executor.submit(os._exit, 3).result()
        assert executor.lost(caught.value)
        assert not executor.lost(ValueError())
        assert executor.ahead == 2
        assert executor.submit(divmod, 7, 2).result() == (3, 1)


def test_a_strategy_that_never_ends_is_named_and_one_that_hangs_is_ended(scheduler, tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    more = breaking('{ name = "own.py:Breaks", how = "hang" }', '"linear", ' + LOOPS)
    with DaskCluster(scheduler[0]) as executor:
        done = run(load(tmp_path, more), tmp_path / "out", executor=executor, chunk=12, limit=3.0)
    loops, hangs = done.failures
    assert (loops["cell"], loops["exception"]) == (1, "TimeLimitError")
    assert "Breaks of east in talk east, round 3, world 7" in loops["message"]
    assert (hangs["cell"], hangs["exception"]) == (2, "TimeLimitError")
    assert hangs["message"].endswith("; its worker was ended")
    assert set(done.store.outcomes()["cell"]) == {0}


def test_a_strategy_that_ends_its_process_costs_its_own_chunk(scheduler, tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    plan = load(tmp_path, breaking('{ name = "own.py:Breaks", how = "exit" }', '"linear"'))
    with DaskCluster(scheduler[0]) as executor:
        done = run(plan, tmp_path / "out", executor=executor, chunk=6)
    (failure,) = done.failures
    assert (failure["cell"], failure["stage"]) == (1, "worker")
    assert "3 times: it was ended from inside, with exit code 3; a strategy" in failure["message"]
    assert set(done.store.outcomes()["cell"]) == {0}
    lines = [json.loads(line) for line in (done.store.directory / LOG).read_text().splitlines()]
    assert sorted(line["tries"] for line in lines) == [1, 1, 1, 3]
    played = [line["worker"].rpartition(":") for line in lines if line["event"] == "played"]
    assert {name for name, _, _ in played} == {host()}
    assert os.getpid() not in {int(number) for _, _, number in played}


@pytest.mark.slow
def test_a_worker_that_is_told_to_have_no_children_has_one():
    """As one that a nanny of Dask looks after."""
    way = multiprocessing.get_context("spawn")
    reader, writer = way.Pipe(duplex=False)
    child = way.Process(target=_told, args=(writer,), daemon=True)
    with hidden_main():
        child.start()
    assert reader.poll(60)
    assert reader.recv() == (3, 1)
    child.join(60)
    assert child.exitcode == 0


def _told(writer):
    writer.send(_beside(divmod, 7, 2))


KEYS = ["admin.tick.interval", "worker.profile.enabled"]


def settings():
    import dask

    return [dask.config.get(f"distributed.{key}") for key in KEYS]


def test_a_worker_looks_after_itself_as_often_as_the_shipped_settings_say(scheduler):
    from distributed.config import defaults

    known = [reduce(getitem, key.split("."), defaults["distributed"]) for key in KEYS]
    assert known == ["20ms", True]
    with DaskCluster(scheduler[0]) as executor:
        told = executor._client.run(settings).values()
        assert list(told) == [["1s", False]] * 2


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_also_if_a_worker_is_killed(scheduler, tmp_path):
    address, workers = scheduler
    more = breaking('"own.py:Best"', '"linear", "boulware"')
    plan = load(tmp_path, more, worlds=400)
    whole = run(plan, tmp_path / "whole")
    with DaskCluster(address) as executor:
        assert executor.name == "dask, 2 workers"
        spread = run(plan, tmp_path / "out", executor=executor, chunk=50)
    assert spread.failures == []
    assert table(spread) == table(whole)
    assert spread.store.manifest()["sessions"][0]["workers"] == "dask, 2 workers"

    seen = []

    def kill_one(done, left):
        seen.append(done.chunk)
        if len(seen) == 3:
            os.kill(workers[1].pid, signal.SIGKILL)

    with DaskCluster(address) as executor:
        again = run(plan, tmp_path / "again", executor=executor, chunk=50, report=kill_one)
    assert again.failures == []
    assert len(seen) == len(set(seen)) == 3 * 8
    assert table(again) == table(whole)


def test_where_no_scheduler_answers_is_said(monkeypatch):
    monkeypatch.setattr("experiments.runs.cluster.PATIENCE", 1)
    before = time.time()
    with pytest.raises(ConfigError) as caught:
        DaskCluster("tcp://127.0.0.1:9")
    assert time.time() - before < 60
    assert str(caught.value).startswith("--scheduler tcp://127.0.0.1:9: no scheduler answers there")
    assert "dask scheduler" in str(caught.value)


@pytest.mark.slow
def test_a_scheduler_without_workers_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.runs.cluster.PATIENCE", 1)
    process, address = scheduled(tmp_path)
    try:
        with pytest.raises(ConfigError) as caught:
            DaskCluster(address)
    finally:
        process.terminate()
        process.wait(20)
    assert "has no workers; start some with 'dask worker" in str(caught.value)


def test_an_encrypted_scheduler_without_certificates_is_told():
    with pytest.raises(ConfigError) as caught:
        DaskCluster("tls://127.0.0.1:9")
    said = str(caught.value)
    assert said.startswith("--scheduler tls://127.0.0.1:9: no connection that is encrypted (")
    assert "distributed.comm.tls (ca-file, client.cert, client.key)" in said


@pytest.mark.slow
def test_without_the_extra_the_way_to_it_is_said(monkeypatch):
    monkeypatch.setattr("experiments.runs.cluster.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install -e '\.\[cluster\]' in the checkout"):
        DaskCluster("tcp://127.0.0.1:8786")

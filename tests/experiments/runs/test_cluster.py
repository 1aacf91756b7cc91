"""A real scheduler with two real workers, started here on this machine."""

import os
import re
import signal
import subprocess
import sys
import time
from functools import reduce
from operator import getitem
from pathlib import Path

import pytest

from experiments.runs.cluster import DaskCluster, cluster
from experiments.runs.run import run
from experiments.runs.store import OUTCOMES
from sim.errors import ConfigError
from tests.experiments.small import breaking, load

pytest.importorskip("distributed", reason="needs the extra cluster")

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


def at_work():
    from distributed import get_worker

    time.sleep(0.3)
    return get_worker().address


KEYS = ["admin.tick.interval", "worker.profile.enabled"]


def settings():
    import dask

    return [dask.config.get(f"distributed.{key}") for key in KEYS]


def test_a_worker_looks_after_itself_as_often_as_the_shipped_settings_say(scheduler):
    from distributed.config import defaults

    known = [reduce(getitem, key.split("."), defaults["distributed"]) for key in KEYS]
    assert known == ["20ms", True]
    with cluster(scheduler[0]) as executor:
        assert executor.submit(settings).result() == ["1s", False]


def test_a_worker_is_given_what_comes_under_its_key_unless_it_has_much_more_to_do(scheduler):
    with cluster(scheduler[0]) as executor:
        turns = [[executor.submit_near(key, at_work) for key in (3, 8)] for _ in range(4)]
        one, other = ({turn[k].result() for turn in turns} for k in range(2))
        assert len(one) == len(other) == 1
        assert one != other
        alone = [executor.submit_near(3, at_work) for _ in range(8)]
        assert {future.result() for future in alone} == one | other


def test_a_cluster_gives_the_same_bytes_also_if_a_worker_is_killed(scheduler, tmp_path):
    address, workers = scheduler
    more = breaking('"own.py:Best"', '"linear", "boulware"')
    plan = load(tmp_path, more, worlds=400)
    whole = run(plan, tmp_path / "whole")
    with cluster(address) as executor:
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

    with cluster(address) as executor:
        again = run(plan, tmp_path / "again", executor=executor, chunk=50, report=kill_one)
    assert again.failures == []
    assert len(seen) == len(set(seen)) == 3 * 8
    assert table(again) == table(whole)


def test_where_no_scheduler_answers_is_said(monkeypatch):
    monkeypatch.setattr("experiments.runs.cluster.PATIENCE", 1)
    before = time.time()
    with pytest.raises(ConfigError) as caught, cluster("tcp://127.0.0.1:9"):
        pass
    assert time.time() - before < 60
    assert str(caught.value).startswith("--scheduler tcp://127.0.0.1:9: no scheduler answers there")
    assert "dask scheduler" in str(caught.value)


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


def test_without_the_extra_the_way_to_it_is_said(monkeypatch):
    monkeypatch.setattr("experiments.runs.cluster.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'tariff-talks\[cluster\]'"):
        DaskCluster("tcp://127.0.0.1:8786")

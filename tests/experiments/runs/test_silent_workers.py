"""Workers of a cluster that are stopped, gone, or come back: real processes, ended by their id."""

import logging
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import BrokenExecutor

import pytest

from experiments.runs.cluster import DaskCluster
from experiments.runs.run import run
from experiments.runs.store import OUTCOMES
from sim.errors import ConfigError, TariffTalksError
from tests.experiments.runs.test_cluster import scheduled, started
from tests.experiments.small import load

pytest.importorskip("distributed", reason="needs the extra cluster")
pytestmark = pytest.mark.slow


class Cluster:
    """A scheduler and workers of this machine, one after the other."""

    def __init__(self, directory):
        self.directory, self.workers = directory, []
        self.scheduler, self.address = scheduled(directory)

    def start(self):
        log = self.directory / f"{len(self.workers)}.log"
        words = ["worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        self.workers.append(started(log, words, r"(Registered to:)\s+tcp")[0])

    def end(self):
        for each in [*self.workers, self.scheduler]:
            if each.poll() is None:
                each.send_signal(signal.SIGCONT)
                each.kill()
                each.wait(20)


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.runs.cluster.SILENCE", 6.0)
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    cluster.start()
    yield cluster
    cluster.end()


def table(summary):
    return (summary.store.directory / OUTCOMES).read_bytes()


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM])
def test_a_lone_worker_goes_and_another_comes(cluster, tmp_path, how):
    plan = load(tmp_path, worlds=60)
    whole, seen = run(plan, tmp_path / "whole"), []

    def change(done, left):
        seen.append(done)
        if len(seen) == 2:
            cluster.workers[0].send_signal(how)
            threading.Thread(target=cluster.start).start()

    with DaskCluster(cluster.address) as executor:
        again = run(plan, tmp_path / "out", executor=executor, chunk=15, report=change)
        said = list(executor.notes)
    assert again.failures == []
    assert len({each.worker for each in seen}) == 2
    assert len({each.chunk for each in seen}) == len(seen) == 16
    assert table(again) == table(whole)
    if how == signal.SIGSTOP:
        assert any(each.endswith("has not answered for 6 seconds; it is left out") for each in said)


def test_no_worker_for_a_while_is_told_and_the_same_command_goes_on(cluster, tmp_path):
    plan, seen = load(tmp_path, worlds=60), []

    def change(done, left):
        seen.append(done.chunk)
        if len(seen) == 2:
            cluster.workers[0].kill()

    with pytest.raises(TariffTalksError) as caught, DaskCluster(cluster.address) as executor:
        run(plan, tmp_path / "out", executor=executor, chunk=15, report=change)
    said = str(caught.value)
    assert said.startswith(f"--scheduler {cluster.address}: no worker has answered for 6 seconds")
    assert f"dask worker {cluster.address}" in said
    cluster.start()
    with DaskCluster(cluster.address) as executor:
        done = run(plan, tmp_path / "out", executor=executor, chunk=15)
    assert (done.failures, done.fresh) == ([], 16 - len(seen))


def test_who_does_not_answer_at_the_start_is_left_out_until_it_does(cluster, monkeypatch, caplog):
    cluster.start()
    with DaskCluster(cluster.address) as executor:
        assert executor.ahead == 2
    monkeypatch.setattr("experiments.runs.cluster.ANSWER", 3.0)
    cluster.workers[0].send_signal(signal.SIGSTOP)
    with caplog.at_level(logging.WARNING), DaskCluster(cluster.address) as executor:
        assert (executor.name, executor.ahead) == ("dask, 1 workers", 1)
        assert len(executor.notes) == 1
        assert "has not answered for 3 seconds; it is left out" in caplog.text
        assert {executor.submit(os.getppid).result(60) for _ in range(4)}
        cluster.workers[0].send_signal(signal.SIGCONT)
        end = time.monotonic() + 60
        while executor.ahead < 2 and time.monotonic() < end:
            time.sleep(0.2)
        assert executor.notes[-1].endswith("answers again")
    cluster.workers[0].send_signal(signal.SIGSTOP)
    cluster.workers[1].send_signal(signal.SIGSTOP)
    with pytest.raises(ConfigError, match="of its 2 workers none answers within 3 seconds"):
        DaskCluster(cluster.address)


def test_what_a_silent_worker_had_is_told_as_lost(cluster):
    with DaskCluster(cluster.address) as executor:
        assert executor.submit(divmod, 7, 2).result(60) == (3, 1)
        cluster.start()
        futures = [executor.submit(time.sleep, 3) for _ in range(2)]
        cluster.workers[0].send_signal(signal.SIGSTOP)
        lost = [each.exception(60) for each in futures]
    (problem,) = [each for each in lost if each is not None]
    assert isinstance(problem, BrokenExecutor)
    assert str(problem).endswith("does not answer")


def test_an_encrypted_connection_works_where_certificates_are_named(tmp_path, monkeypatch):
    import dask

    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run(words, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs openssl")
    at = "distributed.comm.tls"
    tls = {f"{at}.ca-file": str(certificate)}
    tls |= {f"{at}.client.cert": str(certificate), f"{at}.client.key": str(key)}
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE", str(certificate))
    for role in ("CLIENT", "WORKER", "SCHEDULER"):
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT", str(certificate))
        monkeypatch.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{role}__KEY", str(key))
    words = ["scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", "0"]
    scheduler, address = started(
        tmp_path / "s.log", [*words, "--no-dashboard"], r"Scheduler at:\s+(tls:\S+)"
    )
    words = ["worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    worker, _ = started(tmp_path / "w.log", words, r"(Registered to:)\s+tls")
    try:
        with dask.config.set(tls), DaskCluster(address) as executor:
            assert executor.submit(divmod, 7, 2).result(60) == (3, 1)
    finally:
        for each in (worker, scheduler):
            each.kill()
            each.wait(20)

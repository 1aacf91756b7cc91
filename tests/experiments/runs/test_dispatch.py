"""Who plays which chunk, and where: a worker stays at its cell."""

import threading
from collections import defaultdict
from concurrent.futures import BrokenExecutor, Future
from concurrent.futures.process import BrokenProcessPool
from types import SimpleNamespace

import pytest

from experiments.runs.cluster import DaskCluster
from experiments.runs.dispatch import Dispatch
from experiments.runs.play import Chunk, Done
from experiments.runs.workers import TRIES, BesideEndedError, InProcess, ProcessPool, Workers
from sim.errors import TariffTalksError
from tests.experiments.small import SWEEP, load


class Hands(Workers):
    """Two workers: the one that has had its chunk longest is done when the other gets one."""

    ahead = 2

    def __init__(self, count):
        self.count, self.given, self.waiting = count, [], []

    def submit(self, fn, /, task):
        self.given.append((task.chunk.cell, task.chunk.first))
        future = Future()
        self.waiting.append((future, task.chunk))
        over = len(self.given) == self.count
        for _ in self.waiting[: len(self.waiting) if over else len(self.waiting) - 1]:
            self.end_one()
        return future

    def end_one(self):
        future, chunk = self.waiting.pop(0)
        future.set_result(Done(chunk, 0.0, b""))


def played(plan, chunks):
    hands = Hands(len(chunks))
    done = [each.chunk for each in Dispatch(plan, chunks, hands, None)]
    assert sorted(done, key=lambda c: (c.cell, c.first)) == chunks
    return hands.given


def test_each_stays_at_its_cell_as_long_as_there_are_others(tmp_path):
    plan = load(tmp_path, SWEEP)
    cells = [cell.index for cell in plan.cells][:3]
    chunks = [Chunk(cell, first, 4) for cell in cells for first in (0, 4, 8)]
    given = played(plan, chunks)
    at = defaultdict(list)
    for place, (cell, _) in enumerate(given):
        at[cell].append(place)
    assert at == {0: [0, 2, 4], 1: [1, 3, 5], 2: [6, 7, 8]}
    assert [first for cell, first in given if cell == 2] == [0, 4, 8]


def test_the_last_cell_is_shared(tmp_path):
    plan = load(tmp_path, SWEEP)
    chunks = [Chunk(0, first, 2) for first in range(0, 12, 2)]
    assert played(plan, chunks) == [(0, first) for first in range(0, 12, 2)]


class Mortal(Hands):
    """Dies of every chunk of some cells at once, and is slow with the others."""

    def __init__(self, fatal):
        super().__init__(0)
        self.fatal = fatal

    def submit(self, fn, /, task):
        self.given.append((task.chunk.cell, task.chunk.first))
        future = Future()
        if task.chunk.cell in self.fatal:
            future.set_exception(BrokenProcessPool("died"))
            return future
        self.waiting.append((future, task.chunk))
        threading.Timer(1.0, self.end_one).start()
        return future


def test_a_cell_whose_workers_die_is_given_up_while_a_slow_one_is_still_played(tmp_path):
    chunks = [Chunk(0, 0, 12), Chunk(1, 0, 6), Chunk(1, 6, 6)]
    done = list(Dispatch(load(tmp_path, SWEEP), chunks, Mortal({1}), None))
    assert [each.chunk for each in done] == [*chunks[1:], chunks[0]]
    failures = [each.failure and each.failure["stage"] for each in done]
    assert failures == ["worker", "worker", None]


def test_workers_that_die_of_everything_end_the_run(tmp_path):
    chunks = [Chunk(cell, first, 4) for cell in range(3) for first in (0, 4, 8)]
    hands = Mortal({0, 1, 2})
    with pytest.raises(TariffTalksError) as caught:
        list(Dispatch(load(tmp_path, SWEEP), chunks, hands, None))
    assert str(caught.value) == (
        "workers die before they have done anything (BrokenProcessPool: died); look for what "
        "they wrote above, or play in one process (--workers 1)"
    )
    assert len(hands.given) <= 2 * TRIES


@pytest.mark.parametrize(
    ("workers", "own"), [(InProcess, False), (ProcessPool, True), (DaskCluster, True)]
)
def test_whose_process_plays_is_said(tmp_path, monkeypatch, workers, own):
    tasks = []
    monkeypatch.setattr(Hands, "own_processes", workers.own_processes)
    submit = Hands.submit
    monkeypatch.setattr(Hands, "submit", lambda *all: tasks.append(all[-1]) or submit(*all))
    played(load(tmp_path, SWEEP), [Chunk(0, 0, 4)])
    assert [task.own_process for task in tasks] == [own]


def test_a_process_that_ends_once_its_time_is_up_is_not_tried_again(tmp_path, monkeypatch):
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr(
        "experiments.runs.dispatch.time", SimpleNamespace(monotonic=lambda: next(clock))
    )
    hands = Mortal({0})
    (done,) = Dispatch(load(tmp_path, SWEEP), [Chunk(0, 0, 4)], hands, 5.0)
    assert len(hands.given) == 1
    assert (done.failure["stage"], done.failure["exception"]) == ("talks", "TimeLimitError")
    assert "took longer than the 5 seconds" in done.failure["message"]


@pytest.mark.parametrize(
    "problem", [BesideEndedError("it was killed", 2.0), BrokenExecutor("its worker is silent")]
)
def test_seconds_of_other_tries_and_of_waiting_do_not_count(tmp_path, monkeypatch, problem):
    """A cluster tries by itself, and lets a chunk wait: only its last try is held to the limit."""
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr(
        "experiments.runs.dispatch.time", SimpleNamespace(monotonic=lambda: next(clock))
    )

    class Far(Mortal):
        took = DaskCluster.took
        died = False

        def submit(self, fn, /, task):
            if self.died:
                return Hands.submit(self, fn, task)
            self.died, future = True, Future()
            future.set_exception(problem)
            return future

    hands = Far({0})
    hands.count = 1
    (done,) = Dispatch(load(tmp_path, SWEEP), [Chunk(0, 0, 4)], hands, 5.0)
    assert (done.failure, done.tries) == (None, 2)

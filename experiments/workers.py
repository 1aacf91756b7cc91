"""Worker processes: they play chunks and draw figures."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager


def cores() -> int:
    """Give the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def workers(count: int) -> Iterator[Executor | None]:
    """Give an executor of so many processes; None for one: then everything is done in this one.

    A process starts with the first task that finds no idle one. At the end, tasks that have not
    begun are dropped.
    """
    if count == 1:
        yield None
        return
    pool = ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_ctrl_c
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def wake(executor: Executor | None, count: int) -> None:
    """Have processes begin to start up."""
    if executor is not None:
        for _ in range(count):
            executor.submit(_ready)


def _ready() -> None:
    """Do nothing: the imports are what takes time."""


def _leave_ctrl_c() -> None:
    """Leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

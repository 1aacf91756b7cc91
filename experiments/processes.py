"""Processes of this machine: how many there are cores for, and what workers start from.

Imports are what takes time when a worker starts. On Linux one process does them for all: a fork
server, which then only copies itself. It may begin before there is any worker. Elsewhere every
worker starts afresh (spawn). This module imports nothing of the project, so that the server can do
its imports while the command does its own.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

IMPORTED = "experiments.play"
"""What the fork server imports: all that a worker needs to play."""


def cores() -> int:
    """Give the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def alone() -> bool:
    """Tell whether every worker has to start afresh."""
    return sys.platform != "linux"


def context() -> BaseContext:
    """Give the way in which workers start."""
    if alone():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([IMPORTED])
    return found


def begin() -> None:
    """Have the fork server begin its imports, if there is one, and go on at once."""
    if alone():
        return
    context()
    with _without_interrupts():
        forkserver.ensure_running()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let a process that starts leave Ctrl-C to this one, from its first moment."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

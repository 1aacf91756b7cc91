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
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from pathlib import Path
from types import FrameType, ModuleType

IMPORTED = "experiments.runs.ready"
"""What the fork server imports, and with it all that a worker needs to play."""

STOPPED = 130
"""Exit code of a command that was stopped with Ctrl-C."""

BEFORE = "stopped before anything was played"
"""What a command says that is stopped before it began."""


def cores() -> int:
    """Give the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_have_children() -> bool:
    """Tell whether this process may start others: a daemonic one of multiprocessing may not."""
    return not multiprocessing.current_process().daemon


_NO_SERVER = threading.Event()
"""Set where there is no fork server."""

if sys.platform != "linux":
    _NO_SERVER.set()


def alone() -> bool:
    """Tell whether every worker has to start afresh."""
    return _NO_SERVER.is_set()


def context() -> BaseContext:
    """Give the way in which workers start."""
    if alone():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([IMPORTED])
    return found


def begin() -> None:
    """Have the fork server begin its imports, and go on at once.

    Where it cannot be started workers start afresh, as on systems that have none.
    """
    if alone():
        return
    context()
    try:
        with _without_interrupts(), _importing_the_same():
            forkserver.ensure_running()
    except OSError:
        _NO_SERVER.set()


def end() -> None:
    """End the fork server, if there is one, whatever it is doing."""
    number = getattr(forkserver._forkserver, "_forkserver_pid", None)
    if number is not None:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGTERM)


def interrupted(problem: BaseException) -> bool:
    """Tell whether it is Ctrl-C by its looks: Python 3.11 wraps one that comes in a class body."""
    return isinstance(problem, KeyboardInterrupt) or isinstance(
        problem.__cause__, KeyboardInterrupt
    )


class _Noting:
    """A handler of Ctrl-C that notes it, and then does what Python does.

    Attributes:
        pressed: how often it was pressed.
    """

    def __init__(self) -> None:
        self.pressed = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.pressed += 1
        signal.default_int_handler(number, frame)


@contextmanager
def ctrl_c_noted() -> Iterator[Callable[[], bool]]:
    """Note Ctrl-C in a block, whatever exception it turns into on the way out, or none.

    Libraries wrap what is raised while they work, or drop it. Give what tells whether it was
    pressed in the block. Who handles Ctrl-C otherwise, or is not the main thread, still does.
    """
    held = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    if isinstance(held, _Noting):
        before = held.pressed
        yield lambda: held.pressed > before
    elif not main or held is not signal.default_int_handler:
        yield lambda: False
    else:
        noting = _Noting()
        signal.signal(signal.SIGINT, noting)
        try:
            yield lambda: noting.pressed > 0
        finally:
            signal.signal(signal.SIGINT, held)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let a process that starts leave Ctrl-C to this one, from its first moment."""
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _importing_the_same() -> Iterator[None]:
    """Have a process that starts look for modules where this one does, and nowhere else."""
    places = os.pathsep.join(place or str(Path.cwd()) for place in sys.path)
    said = {"PYTHONPATH": places, "PYTHONSAFEPATH": "1"}
    before = {name: os.environ.get(name) for name in said}
    os.environ.update(said)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def hidden_main() -> Iterator[None]:
    """Keep a process that starts from running the main script again.

    What workers do lies in modules, so that they need nothing of it: a script needs no guard, and
    what is typed in works as well.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main

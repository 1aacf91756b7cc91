"""A limit to the time that a call may take, wherever it runs.

A watch raises `TimeLimitError` inside the thread that plays, at the next step of Python code, and
again every second until it gets out: a strategy that loops for ever is stopped and named, also in
the only process, in a notebook, on a worker of a cluster. What never comes back to Python (a call
into compiled code that does not return) only the end of its process stops: `last_resort`.
"""

import ctypes
import faulthandler
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sim.seats.global_luck import WATCH

T = TypeVar("T")

AGAIN = 1.0
"""Seconds after which a thread that went on is interrupted again."""

GRACE = 5.0
"""Seconds beyond the limit after which a worker process is ended from outside Python."""


class TimeLimitError(Exception):
    """A chunk took longer than it may."""

    def __str__(self) -> str:
        return super().__str__() or "the chunk took longer than it may"


class _Watch:
    """Interrupts a thread once its time is up, until it is told that the call is over."""

    def __init__(self, seconds: float) -> None:
        self._thread = threading.get_ident()
        self._lock, self._woken = threading.Lock(), threading.Event()
        self._seconds = seconds
        self._late = self.over = False

    def begin(self) -> None:
        """Begin to watch."""
        threading.Thread(target=self._watch, name=WATCH, daemon=True).start()

    def _watch(self) -> None:
        wait = self._seconds
        while not self._woken.wait(wait):
            with self._lock:
                if self.over:
                    return
                self._late = True
                _raise_in(self._thread, TimeLimitError)
            wait = AGAIN

    def end(self) -> None:
        """End the watch; if it has raised, raise here, until that arrives.

        What has not arrived is not taken back (no exception in its place): the interpreter would go
        on looking for it at every step, and a profiler of Python 3.11 would never get beyond.
        """
        with self._lock:
            self.over = True
        while self._late:
            _raise_in(self._thread, TimeLimitError)
            time.sleep(0)
        self._woken.set()


def _raise_in(thread: int, problem: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(problem))


def within(seconds: float | None, call: Callable[[], T]) -> T:
    """Make a call that may take so long; None sets no limit.

    Ctrl-C goes through, also one that comes together with the limit.

    Raises:
        TimeLimitError: it took longer.
    """
    if seconds is None:
        return call()
    watch, stopped = _Watch(seconds), None
    try:
        watch.begin()
        return call()
    except TimeLimitError as late:
        stopped = _interrupted(late)
        raise TimeLimitError(too_long(seconds)) from None
    finally:
        while True:
            try:
                watch.end()
                break
            except KeyboardInterrupt as problem:
                stopped = problem
            except TimeLimitError as late:
                stopped = stopped or _interrupted(late)
                if watch.over:
                    break
        if stopped is not None:
            raise stopped from None


def _interrupted(late: TimeLimitError) -> KeyboardInterrupt | None:
    """Give the Ctrl-C in whose place a watch's exception has come, if there was one."""
    return late.__context__ if isinstance(late.__context__, KeyboardInterrupt) else None


def too_long(seconds: float) -> str:
    """Say that a chunk took too long."""
    return f"took longer than the {seconds:g} seconds that a chunk may take"


@contextmanager
def last_resort(seconds: float | None) -> Iterator[None]:
    """End this process if the block takes too long, whatever it does; a traceback goes to stderr.

    Only for worker processes.
    """
    if seconds is not None:
        faulthandler.dump_traceback_later(seconds + GRACE, exit=True)
    try:
        yield
    finally:
        if seconds is not None:
            faulthandler.cancel_dump_traceback_later()

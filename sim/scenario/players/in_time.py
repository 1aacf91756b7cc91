"""Code of strangers, called in time: what loops or ends its process when it is imported is told."""

import multiprocessing
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

LIMIT = 20.0
"""Seconds that importing a file, or making a strategy, may take."""

_GRACE = 3.0
"""Seconds beyond the limit after which a child is killed that swallowed being stopped."""


DEAF = 75
"""Exit code of a process of its own in which something went on however often it was stopped."""

_OFTEN = 5
"""How often it is stopped there."""

_COPIES: list[int] = []
"""The number of this process, if it is such a copy."""


class TooLongError(Exception):
    """It took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"took longer than {seconds:g} s: does a loop end?")


@contextmanager
def in_time(seconds: float) -> Iterator[None]:
    """Stop what takes longer, again and again until it is out.

    An alarm that was set goes on afterwards; one that rings earlier rings instead. Needs the main
    thread and a system with timers; elsewhere nothing is stopped.

    Raises:
        TooLongError: the time is over.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return
    if 0 < signal.getitimer(signal.ITIMER_REAL)[0] < seconds:
        yield
        return

    rung: list[int] = []

    def ring(number: int, frame: FrameType | None) -> None:
        rung.append(number)
        if len(rung) > _OFTEN and multiprocessing.parent_process() is not None:
            os._exit(DEAF)
        raise TooLongError(seconds)

    began, before = time.monotonic(), signal.signal(signal.SIGALRM, ring)
    left, every = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            rest = max(left - (time.monotonic() - began), 0.01)
            signal.setitimer(signal.ITIMER_REAL, rest, every)


def survived(call: Callable[[], object], seconds: float) -> str:
    """Make a call in a copy of this process first; say how that ended, if it did not come back.

    What the call raises is no matter here. Only where processes can be copied, and not in one that
    was started to be ended, such as a worker.
    """
    if not hasattr(os, "fork") or _COPIES or multiprocessing.parent_process() is not None:
        return ""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _in_copy(call, seconds, writer)
    os.close(writer)
    try:
        status = _ended(child, time.monotonic() + seconds + 2 * _GRACE)
        os.set_blocking(reader, False)
        with suppress(BlockingIOError):
            if os.read(reader, 1):
                return ""
    finally:
        os.close(reader)
    if status is None or -os.waitstatus_to_exitcode(status) in (signal.SIGALRM, signal.SIGXCPU):
        return f"{TooLongError(seconds)} (it swallowed being stopped)"
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"ended its process, with exit code {code}"
    return f"ended its process, by the signal {signal.Signals(-code).name}"


def _in_copy(call: Callable[[], object], seconds: float, writer: int) -> None:
    """Make the call, say that it came back, and end; what it prints is not shown."""
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(nowhere, number)
        spent = int(time.process_time() + seconds + 2 * _GRACE)
        _COPIES.append(os.getpid())
        with suppress(ValueError, OSError, ImportError):
            import resource

            resource.setrlimit(resource.RLIMIT_CPU, (spent, spent))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
        with in_time(seconds):
            call()
    except BaseException:  # noqa: BLE001 - the process that asked will meet it, too
        pass
    os.write(writer, b"1")
    os._exit(0)


def _ended(child: int, until: float) -> int | None:
    """Wait for a child, and give how it ended; None if it had to be killed."""
    pause = 0.001
    try:
        while time.monotonic() < until:
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                child = 0
                return status
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
        return None
    finally:
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)

"""A limit to the time that a chunk may take, wherever it is played.

The process that plays has the system wake it when its time is up: `TimeLimitError` is raised at its
next step of Python code, and again every second until the call is out, so that a strategy that
loops for ever is named. What never comes back to Python (a call into compiled code that does not
return) only the end of its process stops: one that does nothing else is ended. Nobody raises
anything in another thread. Where there is no such alarm (Windows, or a thread beside the main one)
a process of its own is ended at once, and the one that asks, which cannot be, has no limit.
"""

import faulthandler
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

AGAIN = 1.0
"""Seconds after which a call that went on is interrupted again."""

GRACE = 5.0
"""Seconds beyond the limit after which a process is ended that nothing else has stopped."""


class TimeLimitError(Exception):
    """A chunk took longer than it may."""

    def __str__(self) -> str:
        return super().__str__() or "it took longer than it may"


def too_long(seconds: float, what: str = "a chunk") -> str:
    """Say that a chunk, or something else, took too long."""
    return f"took longer than the {seconds:g} seconds that {what} may take"


def within(seconds: float | None, call: Callable[[], T], *, own_process: bool = False) -> T:
    """Make a call that may take so long.

    Args:
        seconds: that it may take; None sets no limit.
        call: what to call.
        own_process: whether this process does nothing else, and may be ended; a traceback on the
            error stream then tells where it was.

    Raises:
        TimeLimitError: it took longer.
    """
    if seconds is None:
        return call()
    main = threading.current_thread() is threading.main_thread()
    alarm = main and hasattr(signal, "setitimer")
    if own_process:
        faulthandler.dump_traceback_later(seconds + GRACE * alarm, exit=True)
    try:
        return _alarmed(seconds, call) if alarm else call()
    finally:
        if own_process:
            faulthandler.cancel_dump_traceback_later()


def _alarmed(seconds: float, call: Callable[[], T]) -> T:
    """Make a call that is interrupted once its time is up; no alarm is left behind."""
    over = False

    def ring(number: int, frame: FrameType | None) -> None:
        if not over:
            raise TimeLimitError

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        return call()
    except TimeLimitError:
        raise TimeLimitError(too_long(seconds)) from None
    finally:
        over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

"""Executors: they play chunks and draw figures, in this process or in processes of this machine.

Those of `cluster.py` are on other machines. All are executors of `concurrent.futures`, so that
whoever submits does not know which it is.
"""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any, TypeVar

from experiments.runs.processes import begin, context, hidden_main
from sim.seats.global_luck import WATCH

T = TypeVar("T")

GONE = "the workers are gone; what was played is kept, and the same command goes on there"
"""What is said when there is nobody left to play."""

TRIES = 3
"""How often a chunk is tried, and a process is started, before it is given up."""


class Workers(Executor):
    """An executor of chunks; as a context it ends at once what was interrupted.

    Attributes:
        name: for the manifest.
        ahead: how many chunks are handed to it at a time, as many as it plays.
        own_processes: whether each is played in a process that does nothing else, and may be ended.
    """

    name = "workers"
    ahead = 1
    own_processes = False

    def __exit__(self, kind: Any, problem: BaseException | None, trace: Any) -> None:
        if problem is None:
            self.shutdown(wait=True, cancel_futures=True)
        else:
            self.kill()

    def lost(self, problem: BaseException) -> bool:
        """Tell whether this says that a worker died, so that its chunk may be done again."""
        return isinstance(problem, BrokenExecutor)

    def kill(self) -> None:
        """End what is being done, now."""


def workers(count: int) -> Workers:
    """Give an executor of so many processes; for one, everything is done in this one."""
    return InProcess() if count == 1 else ProcessPool(count)


# --- this process ------------------------------------------------------------------------------


class InProcess(Workers):
    """Does everything in this process, at once."""

    name = "in process"

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Call, and give what comes of it; Ctrl-C goes through, at the latest after the call."""
        future: Future[T] = Future()
        with _ctrl_c_kept():
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as problem:  # noqa: BLE001 - the future holds it, as executors do
                future.set_exception(problem)
        return future


@contextmanager
def _ctrl_c_kept() -> Iterator[None]:
    """Raise a Ctrl-C once more that came in the block and was lost there.

    A strategy may catch whatever comes, numpy drops what is raised while it looks for an attribute
    of what an array is compared with, and the alarm of a chunk's limit may come on top of it.
    """
    pressed: list[int] = []

    def press(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.default_int_handler(number, frame)

    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if pressed:
        raise KeyboardInterrupt


# --- processes of this machine -----------------------------------------------------------------


class ProcessPool(Workers):
    """Processes of this machine that share nothing with this one, also from a notebook.

    Each is a pool of its own: one that dies takes only its chunk with it, and another takes its
    place. They end with the process that made them, however that ends.
    """

    own_processes = True

    def __init__(self, count: int) -> None:
        begin()
        self.name, self.ahead = f"{count} processes", count
        self._processes = [_Process() for _ in range(count)]
        self._over = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Give it to the process that has least to do; raises RuntimeError once all have ended."""
        if self._over:
            raise RuntimeError("the processes have been ended")
        number = min(range(self.ahead), key=lambda n: self._processes[n].waiting)
        for _ in range(TRIES):
            try:
                return self._processes[number].submit(fn, *args, **kwargs)
            except (BrokenProcessPool, EOFError, ConnectionError) as problem:
                why = problem
                self._processes[number].end(now=True)
                begin()
                self._processes[number] = _Process()
        raise BrokenProcessPool("no process can be started") from why

    def kill(self) -> None:
        """End the processes at once."""
        self.shutdown(wait=False)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the processes finish what they do, and end them."""
        self._over = True
        for process in self._processes:
            process.end(now=not wait)


class _Process:
    """One process, with what it has been given to do."""

    def __init__(self) -> None:
        way = context()
        self._futures: list[Future[Any]] = []
        self._reader, self._alive = way.Pipe(duplex=False)
        told = (self._reader, dict(os.environ))
        self._pool = ProcessPoolExecutor(1, mp_context=way, initializer=_begin, initargs=told)

    @property
    def waiting(self) -> int:
        """Tasks that are not done."""
        self._futures = [future for future in self._futures if not future.done()]
        return len(self._futures)

    def submit(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> "Future[T]":
        with _LAUNCH, hidden_main():
            future = self._pool.submit(fn, *args, **kwargs)
        self._futures.append(future)
        return future

    def end(self, now: bool) -> None:
        """End the process: now, or once it has done what it is doing."""
        if now or not self.waiting:
            self._alive.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._alive.close()
        self._reader.close()


_LAUNCH = threading.Lock()


def _begin(reader: Connection, environment: dict[str, str]) -> None:
    """Leave Ctrl-C to the parent, and end when the parent lets go or is gone.

    The environment is that of the parent now, not when the process that this is a copy of began;
    what libraries have read from it at their import, such as OMP_NUM_THREADS, is of then. Whatever
    was copied is never looked through for garbage: that would make pages of its own of it.
    """
    gc.freeze()
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(reader,), name=WATCH, daemon=True).start()


def _end_with(reader: Connection) -> None:
    try:
        reader.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)

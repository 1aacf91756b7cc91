"""Executors: they play chunks and draw figures, in this process or in processes of this machine.

Those of `cluster.py` are on other machines. All are executors of `concurrent.futures`, so that
whoever submits does not know which it is.
"""

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from experiments.runs.processes import (
    begin,
    context,
    ctrl_c_noted,
    hidden_main,
    may_have_children,
)
from sim.errors import TariffTalksError
from sim.seats.global_luck import WATCH

T = TypeVar("T")

GONE = "the workers are gone; what was played is kept, and the same command goes on there"
"""What is said when there is nobody left to play."""

TRIES = 3
"""How often a chunk is tried, and a process is started, before it is given up."""


class BesideEndedError(BrokenExecutor):
    """The process beside a worker ended; how, and the seconds after which it did."""

    def __init__(self, how: str, seconds: float) -> None:
        super().__init__(how, seconds)
        self.how, self.seconds = how, seconds

    def __str__(self) -> str:
        return self.how


class Workers(Executor):
    """An executor of chunks; as a context it ends at once what was interrupted.

    Attributes:
        name: for the manifest.
        ahead: how many chunks are handed to it at a time, as many as it plays.
        own_processes: whether each is played in a process that does nothing else, and may be ended.
        notes: what happened to them that somebody should know, a sentence each.
    """

    name = "workers"
    ahead = 1
    own_processes = False
    notes: Sequence[str] = ()

    def __exit__(self, kind: Any, problem: BaseException | None, trace: Any) -> None:
        if problem is None:
            self.shutdown(wait=True, cancel_futures=True)
        else:
            self.kill()

    def lost(self, problem: BaseException) -> bool:
        """Tell whether this says that a worker died, so that its chunk may be done again."""
        return isinstance(problem, BrokenExecutor)

    def took(self, problem: BaseException, seconds: float) -> float:
        """Give the seconds that a chunk had been played when it was lost, of those it was away."""
        return seconds

    def kill(self) -> None:
        """End what is being done, now."""

    def end(self, future: "Future[Any]") -> str:
        """End the process that has a future, if it is one of this machine; say how it ended."""
        return ""


def workers(count: int) -> Workers:
    """Give an executor of so many processes; for one, everything is done in this one."""
    return InProcess() if count == 1 else ProcessPool(count)


# --- this process ------------------------------------------------------------------------------


class InProcess(Workers):
    """Does everything in this process, at once; but strangers play in one beside it.

    Where this process may have no children, as a daemonic one, they play here.
    """

    name = "in process"

    def __init__(self) -> None:
        self._beside: ProcessPool | None = None

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Call, and give what comes of it; Ctrl-C goes through, at the latest after the call."""
        if _strangers(args) and may_have_children():
            self._beside = self._beside or ProcessPool(1)
            task, *rest = args
            return self._beside.submit(fn, replace(task, own_process=True), *rest, **kwargs)
        future: Future[T] = Future()
        with _ctrl_c_kept():
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as problem:  # noqa: BLE001 - the future holds it, as executors do
                future.set_exception(problem)
        return future

    def end(self, future: "Future[Any]") -> str:
        """End the process beside this one."""
        return "" if self._beside is None else self._beside.end(future)

    def kill(self) -> None:
        """End the process beside this one, now."""
        self.shutdown(wait=False)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the process beside this one end."""
        if self._beside is not None:
            self._beside.shutdown(wait)
        self._beside = None


def _strangers(args: Sequence[Any]) -> tuple[str, ...]:
    """Give what a task plays besides the package's own code."""
    found: tuple[str, ...] = getattr(args[0], "strangers", ()) if args else ()
    return found


@contextmanager
def _ctrl_c_kept() -> Iterator[None]:
    """Raise a Ctrl-C once more that came in the block and was lost there.

    A strategy may catch whatever comes, numpy drops what is raised while it looks for an attribute
    of what an array is compared with, and the alarm of a chunk's limit may come on top of it.
    """
    with ctrl_c_noted() as pressed:
        yield
    if pressed():
        raise KeyboardInterrupt


# --- processes of this machine -----------------------------------------------------------------


class ProcessPool(Workers):
    """Processes of this machine that share nothing with this one, also from a notebook.

    Each is a pool of its own: one that dies takes only its chunk with it, and another takes its
    place. They end with the process that made them, however that ends.
    """

    own_processes = True

    def __init__(self, count: int) -> None:
        if not may_have_children():
            raise TariffTalksError(
                "this is a daemonic process (of multiprocessing), which may have no children: play "
                "in one process (workers=1, --workers 1), or from a process that is not daemonic"
            )
        begin()
        self.name, self.ahead = f"{count} processes", count
        self._processes = [_Process() for _ in range(count)]
        self._over = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Give it to the process that has least to do; raises RuntimeError once all have ended."""
        if self._over:
            raise RuntimeError("the processes have been ended")
        alone = _strangers(args)
        number = min(range(self.ahead), key=lambda n: self._busy(n, alone))
        if not self._processes[number].suits(alone):
            self._replace(number)
        for _ in range(TRIES):
            try:
                return self._processes[number].submit(fn, *args, **kwargs)
            except (BrokenProcessPool, EOFError, ConnectionError) as problem:
                why = problem
                self._replace(number)
        raise BrokenProcessPool("no process can be started") from why

    def _busy(self, number: int, alone: tuple[str, ...]) -> tuple[int, bool]:
        """Say how little a process suits a task: by what it has to do, and what it has played."""
        return self._processes[number].waiting, self._processes[number].strangers != alone

    def _replace(self, number: int) -> str:
        """End a process, and put another one in its place; say how it ended."""
        how = self._processes[number].end(now=True)
        begin()
        self._processes[number] = _Process()
        return how

    def end(self, future: "Future[Any]") -> str:
        """End the process that has a future; say how it ended."""
        for number, process in enumerate(self._processes):
            if process.has(future):
                return self._replace(number)
        return ""

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
        self._given: list[Future[Any]] = []
        self._children: list[Any] = []
        self.strangers: tuple[str, ...] = ()
        self._reader, self._alive = way.Pipe(duplex=False)
        told = (self._reader, dict(os.environ), list(sys.path))
        self._pool = ProcessPoolExecutor(1, mp_context=way, initializer=_begin, initargs=told)

    @property
    def waiting(self) -> int:
        """Tasks that are not done."""
        self._futures = [future for future in self._futures if not future.done()]
        return len(self._futures)

    def suits(self, strangers: tuple[str, ...]) -> bool:
        """Tell whether it has played no strangers, or none but these, or has something to do."""
        return self.strangers in ((), strangers) or self.waiting > 0

    def has(self, future: "Future[Any]") -> bool:
        """Tell whether it was given this."""
        return any(each is future for each in self._given)

    def submit(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> "Future[T]":
        with _LAUNCH, hidden_main():
            future = self._pool.submit(fn, *args, **kwargs)
        self._children = list((self._pool._processes or {}).values()) or self._children
        self.strangers = _strangers(args) or self.strangers
        self._futures.append(future)
        self._given = [*self._futures]
        return future

    def end(self, now: bool) -> str:
        """End the process, now or once it has done what it is doing; say how it ended before."""
        over = [child for child in self._children if not child.is_alive()]
        if now or not self.waiting:
            self._alive.close()
        if now:
            _end_all(self._children)
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._alive.close()
        self._reader.close()
        return "; ".join(how_ended(child.exitcode) for child in over)


def _end_all(children: Sequence[Any]) -> None:
    """Kill processes that do not end when they are let go."""
    for child in children:
        child.join(_LET_GO)
        if child.is_alive():
            child.kill()


_LET_GO = 2.0
"""Seconds in which a process ends that is let go."""


def how_ended(code: int | None) -> str:
    """Say how a process ended."""
    if code is None or code == _UNKNOWN:
        return "it is gone"
    if code >= 0:
        return f"it was ended from inside, with exit code {code}"
    with suppress(ValueError):
        return f"it was killed by the signal {signal.Signals(-code).name}"
    return f"it was killed by the signal {-code}"


_UNKNOWN = 255
"""What multiprocessing says where it cannot tell."""


_LAUNCH = threading.Lock()


def _begin(reader: Connection, environment: dict[str, str], places: list[str]) -> None:
    """Leave Ctrl-C to the parent, and end when the parent lets go or is gone.

    It is in a group of its own, so that who ends its group ends nobody else. The environment, and
    where modules are found, are those of the parent now, not when what this is a copy of began;
    what libraries have read from it at their import, such as OMP_NUM_THREADS, is of then. Whatever
    was copied is never looked through for garbage: that would make pages of its own of it.
    """
    gc.freeze()
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:] = places
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(reader,), name=WATCH, daemon=True).start()


def _end_with(reader: Connection) -> None:
    try:
        reader.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)

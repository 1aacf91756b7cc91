"""A Dask cluster as an executor: `dask scheduler` on one machine, `dask worker` on any.

Dask does a chunk again by itself if the connection to its worker breaks, on another one. A worker
that no longer answers, without a word, is noticed here: every worker is asked again and again, and
what waits for one that is silent, or for none, is taken back. Beside each worker stands one
process that plays what the worker is given: a chunk that takes too long, or takes its process with
it, ends that process and not the worker.
"""

import asyncio
import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Collection
from concurrent.futures import BrokenExecutor, Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.util import Finalize
from threading import Event, Lock, Thread
from typing import Any, TypeVar
from uuid import uuid4

from experiments.runs.provenance import code_version
from experiments.runs.workers import GONE, BesideEndedError, ProcessPool, Workers
from sim.config.shipped import install
from sim.errors import ConfigError, TariffTalksError

T = TypeVar("T")

PATIENCE = 10
"""Seconds in which the scheduler has to answer, and a worker to be there."""

ANSWER = 30.0
"""Seconds in which a worker has to say at the start what code it has; it imports it meanwhile."""

SILENCE = 60.0
"""Seconds without an answer after which a worker is left out, and without workers a run ends."""

_LOG = logging.getLogger("tariff_talks.runs")


@dataclass
class _Given:
    """What was given to the scheduler: its key, and when a worker that answers last had it."""

    inner: "Future[Any]"
    key: str
    seen: float


class DaskCluster(Workers):
    """The workers of a Dask scheduler; the one that has least to do gets the next chunk.

    Args:
        address: of the scheduler, such as `tcp://localhost:8786`.

    Raises:
        ConfigError: the extra is missing, nobody answers there, or there is no worker or one with
            other code.
    """

    own_processes = True

    def __init__(self, address: str) -> None:
        if find_spec("distributed") is None:
            raise ConfigError(f"--scheduler: needs Dask; install it with: {install('cluster')}")
        self._address = address
        self._client = _connected(address)
        self._executor = self._client.get_executor(pure=False)
        self._given: dict[Future[Any], _Given] = {}
        self._heard: dict[str, float] = {}
        self._silent: set[str] = set()
        self._alone_since: float | None = None
        self._over = Event()
        self.notes: list[str] = []
        try:
            self._check()
            self.name = f"dask, {self.ahead} workers"
        except BaseException:
            self.kill()
            raise
        Thread(target=self._watch, name="tariff-talks-watch", daemon=True).start()

    @property
    def ahead(self) -> int:  # type: ignore[override]
        """One chunk for each thread of the workers that answer now; they may come and go."""
        try:
            threads: dict[str, int] = self._client.nthreads()
        except OSError:
            raise TariffTalksError(GONE) from None
        return max(sum(n for worker, n in threads.items() if worker not in self._silent), 1)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Submit to the scheduler; what nobody plays who answers is told as lost, in time."""
        key = f"{fn.__name__}-{uuid4().hex}"
        where: dict[str, Any] = {"key": key}
        if self._silent:
            answering = sorted(set(self._client.nthreads()) - self._silent)
            # who comes later may have it, too
            where |= {"workers": answering, "allow_other_workers": True} if answering else {}
        inner = self._executor.submit(_beside, fn, *args, **where, **kwargs)
        future: Future[T] = Future()
        self._given[future] = _Given(inner, key, time.monotonic())
        inner.add_done_callback(lambda done: self._came_back(done, future))
        return future

    def lost(self, problem: BaseException) -> bool:
        """Tell whether a process has died, or Dask has given a chunk up with its workers."""
        from distributed import KilledWorker

        return isinstance(problem, KilledWorker) or super().lost(problem)

    def took(self, problem: BaseException, seconds: float) -> float:
        """Give the seconds of the last try alone: Dask may have tried before, or had it wait."""
        return problem.seconds if isinstance(problem, BesideEndedError) else 0.0

    def kill(self) -> None:
        """Take back what is waiting, and leave the cluster."""
        self.shutdown(wait=False)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; it goes on."""
        try:
            self._executor.shutdown(wait=wait and not cancel_futures)
        finally:
            self._over.set()
            self._client.close()

    def _check(self) -> None:
        """See that there are workers with our code; who does not say so in time is left out."""
        from distributed import TimeoutError as Late

        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except (Late, TimeoutError):
            raise ConfigError(
                f"--scheduler {self._address}: has no workers; start some with "
                f"'dask worker {self._address} --nworkers 2 --nthreads 1'"
            ) from None
        asked = list(self._client.nthreads())
        answers = self._asked(code_version, asked, ANSWER)
        for worker, found in answers.items():
            if found != code_version():
                raise ConfigError(
                    f"--scheduler {self._address}: the worker {worker} has other code than this "
                    f"({found} instead of {code_version()}); install the same version of "
                    "tariff-talks, numpy, pandas, pyarrow and scipy on every machine"
                )
        if not answers:
            raise ConfigError(
                f"--scheduler {self._address}: of its {len(asked)} workers none answers within "
                f"{ANSWER:g} seconds; end them, and start others with "
                f"'dask worker {self._address} --nworkers 2 --nthreads 1'"
            )
        self._heard = dict.fromkeys(answers, time.monotonic())
        for worker in sorted(set(asked) - set(answers)):
            self._leave_out(worker, ANSWER)

    def _leave_out(self, worker: str, seconds: float) -> None:
        """Give a worker nothing until it answers again, and say so."""
        self._silent.add(worker)
        self._say(f"the worker {worker} has not answered for {seconds:g} seconds; it is left out")

    def _say(self, sentence: str) -> None:
        self.notes.append(sentence)
        _LOG.warning("tariff-talks: %s", sentence)

    def _asked(
        self, fn: Callable[[], T], workers: Collection[str], seconds: float
    ) -> dict[str, T | BaseException]:
        """Call on each worker, beside what it does; leave out who does not answer in time.

        Args:
            fn: what to call.
            workers: their addresses.
            seconds: how long to wait for all of them.

        Returns:
            What each that answered gave back, or the error that its call raised.
        """

        async def ask() -> dict[str, T | BaseException]:
            calls = [
                asyncio.ensure_future(self._client.run(fn, workers=[each], on_error="return"))
                for each in workers
            ]
            done, late = await asyncio.wait(calls, timeout=seconds) if calls else (set(), set())
            for call in late:
                call.cancel()
            answers: dict[str, T | BaseException] = {}
            for call in done:
                if call.exception() is None:
                    answers |= call.result()
            return {at: found for at, found in answers.items() if not isinstance(found, OSError)}

        found: dict[str, T | BaseException] = self._client.sync(ask)
        return found

    # --- what is given, and who has it ---------------------------------------------------------

    def _came_back(self, inner: "Future[T]", future: "Future[T]") -> None:
        """Hand on what came of it, unless it was taken back before."""
        self._given.pop(future, None)
        with suppress(InvalidStateError):
            if inner.cancelled():
                if future.cancel():
                    future.set_running_or_notify_cancel()
            elif (problem := inner.exception()) is not None:
                future.set_exception(problem)
            else:
                future.set_result(inner.result())

    def _take_back(self, future: "Future[Any]", why: BaseException) -> None:
        """Tell whoever waits for it why nobody plays it, and take it from the scheduler."""
        given = self._given.pop(future, None)
        if given is not None:
            with suppress(InvalidStateError):
                future.set_exception(why)
            given.inner.cancel()

    def _watch(self) -> None:
        """Look every few seconds whether those are there who have what was given."""
        while not self._over.wait(SILENCE / 6):
            try:
                self._look()
            except Exception as problem:  # noqa: BLE001 - Dask tells by itself who waits
                if not self._over.is_set():
                    _LOG.debug("the scheduler was not reached: %r", problem)

    def _look(self) -> None:
        """Take back what waits for a worker that is silent, or for none."""
        threads: dict[str, int] = self._client.nthreads()
        answers = self._asked(os.getpid, list(threads), SILENCE / 6)
        now = time.monotonic()
        self._hear(threads, answers, now)
        answering = {worker for worker in threads if worker not in self._silent}
        if answering:
            self._alone_since = None
        else:
            self._alone_since = self._alone_since or now
            if now - self._alone_since >= SILENCE:
                for future in list(self._given):
                    self._take_back(future, TariffTalksError(self._nobody()))
            return
        at: dict[str, Collection[str]] = self._client.processing()
        plays = {str(key): worker for worker, keys in at.items() for key in keys}
        idle = any(len(at.get(worker, ())) < threads[worker] for worker in answering)
        for future, given in list(self._given.items()):
            worker = plays.get(given.key)
            if worker in answering:
                given.seen = now
            elif worker in self._silent:
                self._take_back(future, BrokenExecutor(f"its worker {worker} does not answer"))
            elif idle and now - given.seen >= SILENCE:
                self._take_back(future, BrokenExecutor("no worker has it"))

    def _hear(self, threads: Collection[str], answers: Collection[str], now: float) -> None:
        """Note who has answered, and who has not for too long."""
        for worker in threads:
            last = self._heard.setdefault(worker, now)
            if worker in answers:
                self._heard[worker] = now
                if worker in self._silent:
                    self._silent.discard(worker)
                    self._say(f"the worker {worker} answers again")
            elif worker not in self._silent and now - last >= SILENCE:
                self._leave_out(worker, SILENCE)
        self._silent &= set(threads)
        self._heard = {worker: at for worker, at in self._heard.items() if worker in threads}

    def _nobody(self) -> str:
        return (
            f"--scheduler {self._address}: no worker has answered for {SILENCE:g} seconds; what "
            "was played is kept: start workers with "
            f"'dask worker {self._address} --nworkers 2 --nthreads 1' and give the same command "
            "again"
        )


def _connected(address: str) -> Any:
    """Give a client of a scheduler."""
    from distributed import Client

    connect: Any = Client
    try:
        return connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as problem:
        if address.startswith("tls:"):
            raise ConfigError(
                f"--scheduler {address}: no connection that is encrypted ({_first(problem)}); name "
                "certificates under distributed.comm.tls (ca-file, client.cert, client.key) in "
                "Dask's settings, for example in the file that DASK_CONFIG names, and start "
                "scheduler and workers with the same"
            ) from None
        raise ConfigError(
            f"--scheduler {address}: no scheduler answers there ({type(problem).__name__}); "
            "start one with 'dask scheduler' and give its address"
        ) from None


def _first(problem: BaseException) -> str:
    """Give the first line of what an error says."""
    return str(problem).strip().partition("\n")[0] or type(problem).__name__


_TURNS = Lock()
_POOL: list[ProcessPool] = []
"""The process beside this worker, once it is needed; the worker's threads take turns."""


def _beside(fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Call in the process beside this worker."""
    with _TURNS:
        if not _POOL:
            # a worker of Dask is told to have no children, who might outlive it: ours do not
            multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
            _POOL.append(ProcessPool(1))
            Finalize(None, _POOL[0].kill, exitpriority=1)
        future = _POOL[0].submit(fn, *args, **kwargs)
        begun = time.monotonic()
        try:
            return future.result()
        except BrokenExecutor as problem:
            how = _POOL[0].end(future) or f"{type(problem).__name__}: {problem}"
            raise BesideEndedError(how, time.monotonic() - begun) from None

"""A Dask cluster as an executor: `dask scheduler` on one machine, `dask worker` on any.

Dask does a chunk again by itself if its worker dies, on another one; a chunk that has taken several
workers with it is given up (`distributed.scheduler.allowed-failures`, 3 by default).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, TypeVar

from experiments.runs.provenance import code_version
from experiments.runs.workers import GONE, Post, Workers, prepare
from sim.errors import ConfigError, TariffTalksError

T = TypeVar("T")

PATIENCE = 10
"""Seconds in which the scheduler has to answer, and a worker to be there."""


class _Desk(Post):
    """What is meant for one worker; if it has gone, the scheduler gives it to any other."""

    def __init__(self, client: Any, address: str) -> None:
        super().__init__()
        self.address = address
        told = {"workers": [address], "allow_other_workers": True} if address else {}
        self.executor = client.get_executor(pure=False, **told)

    def submit(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> "Future[T]":
        return self.add(self.executor.submit(fn, *args, **kwargs))


class DaskCluster(Workers):
    """The workers of a Dask scheduler.

    Args:
        address: of the scheduler, such as `tcp://localhost:8786`.

    Raises:
        ConfigError: the extra is missing, nobody answers there, or there is no worker or one with
            other code.
    """

    def __init__(self, address: str) -> None:
        if find_spec("distributed") is None:
            raise ConfigError(
                "--scheduler: needs Dask; install it with: pip install 'tariff-talks[cluster]'"
            )
        from distributed import Client

        try:
            connect: Any = Client
            self._client = connect(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as problem:
            raise ConfigError(
                f"--scheduler {address}: no scheduler answers there ({type(problem).__name__}); "
                "start one with 'dask scheduler' and give its address"
            ) from None
        self._desks: dict[str, _Desk] = {}
        self._near: dict[int, str] = {}
        try:
            self._check(address)
        except BaseException:
            self.shutdown()
            raise
        self.name = f"dask, {self._threads} workers"

    elsewhere = True
    tries = 1

    def lost(self, problem: BaseException) -> bool:
        """Tell whether Dask has given a chunk up."""
        from distributed import KilledWorker

        return isinstance(problem, KilledWorker)

    @property
    def _threads(self) -> int:
        return sum(self._there().values())

    @property
    def cells(self) -> int:
        """One for each worker, whose threads take turns."""
        return max(len(self._there()), 1)

    @property
    def ahead(self) -> int:  # type: ignore[override]
        """How many chunks are handed out at a time: a thread has its next before it asks."""
        return 2 * max(self._threads, 1)

    def wake(self, count: int) -> None:
        """Have workers do their imports."""
        for _ in range(min(count, len(self._there()))):
            self.submit(prepare)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Submit to the scheduler; it gives it, if it can, to the worker that has least to do."""
        return self._least().submit(fn, *args, **kwargs)

    def submit_near(self, key: int, fn: Callable[..., T], /, *args: Any) -> "Future[T]":
        """Submit for the worker that had the key, unless another has much less to do."""
        least, near = self._least(), self._near.get(key)
        desk = self._desks[near] if near in self._there() else least
        if desk.waiting > least.waiting + 1:
            desk = least
        self._near[key] = desk.address
        return desk.submit(fn, *args)

    def _least(self) -> "_Desk":
        """Give the desk of the worker that has least to do; while there is none, of nobody."""
        there = self._there() or {"": 1}
        for address in there.keys() - self._desks.keys():
            self._desks[address] = _Desk(self._client, address)
        return min((self._desks[address] for address in there), key=lambda desk: desk.waiting)

    def _there(self) -> dict[str, int]:
        """Give the workers that are there now, with their threads; they may come and go."""
        try:
            found: dict[str, int] = self._client.nthreads()
        except OSError:
            raise TariffTalksError(GONE) from None
        return found

    def kill(self) -> None:
        """Take back what is waiting, and leave the cluster."""
        self._leave(wait=False)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; it goes on."""
        self._leave(wait and not cancel_futures)

    def _leave(self, wait: bool) -> None:
        try:
            for desk in self._desks.values():
                desk.executor.shutdown(wait=wait)
        finally:
            self._client.close()

    def _check(self, address: str) -> None:
        from distributed import TimeoutError as Late

        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except (Late, TimeoutError):
            raise ConfigError(
                f"--scheduler {address}: has no workers; start some with "
                f"'dask worker {address} --nworkers 2 --nthreads 1'"
            ) from None
        for worker, found in self._client.run(code_version, on_error="return").items():
            if found != code_version():
                raise ConfigError(
                    f"--scheduler {address}: the worker {worker} has other code than this "
                    f"({found} instead of {code_version()}); install the same version of "
                    "tariff-talks, numpy, pandas, pyarrow and scipy on every machine"
                )


@contextmanager
def cluster(address: str) -> Iterator[Workers]:
    """Give the workers of a scheduler; raises as `DaskCluster` does."""
    found = DaskCluster(address)
    try:
        yield found
    except BaseException:
        found.kill()
        raise
    found.shutdown(wait=True, cancel_futures=True)

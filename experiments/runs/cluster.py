"""A Dask cluster as an executor: `dask scheduler` on one machine, `dask worker` on any.

Dask does a chunk again by itself if its worker dies, on another one. Beside each worker stands one
process that plays what the worker is given: a chunk that takes too long, or takes its process with
it, ends that process and not the worker.
"""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future
from importlib.util import find_spec
from multiprocessing.util import Finalize
from threading import Lock
from typing import Any, TypeVar

from experiments.runs.provenance import code_version
from experiments.runs.workers import GONE, ProcessPool, Workers
from sim.config.shipped import install
from sim.errors import ConfigError, TariffTalksError

T = TypeVar("T")

PATIENCE = 10
"""Seconds in which the scheduler has to answer, and a worker to be there."""


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
        from distributed import Client

        try:
            connect: Any = Client
            self._client = connect(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as problem:
            raise ConfigError(
                f"--scheduler {address}: no scheduler answers there ({type(problem).__name__}); "
                "start one with 'dask scheduler' and give its address"
            ) from None
        self._executor = self._client.get_executor(pure=False)
        try:
            self._check(address)
            self.name = f"dask, {self.ahead} workers"
        except BaseException:
            self.kill()
            raise

    @property
    def ahead(self) -> int:  # type: ignore[override]
        """One chunk for each thread of the workers that are there now; they may come and go."""
        try:
            threads: dict[str, int] = self._client.nthreads()
        except OSError:
            raise TariffTalksError(GONE) from None
        return max(sum(threads.values()), 1)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Submit to the scheduler."""
        future: Future[T] = self._executor.submit(_beside, fn, *args, **kwargs)
        return future

    def lost(self, problem: BaseException) -> bool:
        """Tell whether a process has died, or Dask has given a chunk up with its workers."""
        from distributed import KilledWorker

        return isinstance(problem, KilledWorker) or super().lost(problem)

    def kill(self) -> None:
        """Take back what is waiting, and leave the cluster."""
        self.shutdown(wait=False)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; it goes on."""
        try:
            self._executor.shutdown(wait=wait and not cancel_futures)
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
        return _POOL[0].submit(fn, *args, **kwargs).result()

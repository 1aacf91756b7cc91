"""An experiment as a Python user asks it: a plan that can be played, without the shell."""

from pathlib import Path
from typing import Any

from experiments.design.plan import Plan
from experiments.results.results import Results
from experiments.runs.cluster import DaskCluster
from experiments.runs.run import run
from experiments.runs.workers import workers as processes
from sim.errors import TariffTalksError


class PlayablePlan(Plan):
    """A plan, and what plays it. `experiments.Plan` is this class."""

    def run(
        self, parent: str | Path = "results", *, workers: int | str = 1, **options: Any
    ) -> Results:
        """Play every cell and read the results, as the command `tariff-talks run` does.

        A run that was stopped goes on where it was; one that is finished is only read.

        Args:
            parent: where the run directory is made.
            workers: processes on this machine, or the address of a Dask scheduler.
            options: `chunk`, `limit`, `force`, `report`, as of `experiments.runs.run.run`.

        Raises:
            TariffTalksError: every cell failed, another run writes there, or its parts are of
                other code.
            OSError: a file could not be written; what was played before is kept.
        """
        executor = DaskCluster(workers) if isinstance(workers, str) else processes(workers)
        with executor:
            summary = run(self, Path(parent), executor=executor, **options)
        if not summary.rows:
            raise TariffTalksError(
                f"{summary.store.directory}: every cell failed, the first because "
                f"{summary.failures[0]['message']}"
            )
        return Results.load(summary.store.directory)

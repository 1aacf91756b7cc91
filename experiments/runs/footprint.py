"""How large a plan is to play: packages of its talks, and the memory that a process takes."""

import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from math import prod

from experiments.design.plan import Plan
from experiments.runs.estimate import Estimate, probe
from experiments.runs.processes import context
from sim.config import ScenarioConfig
from sim.config.paths import overlap
from sim.config.schema.talk_keys import ISSUE

LIMIT = 900.0
"""Seconds after which a try on a fine grid is given up: its payoff tables may take minutes."""


@dataclass(frozen=True)
class Footprint:
    """What was measured in a process that played some worlds of a plan and nothing else.

    Attributes:
        estimate: of its time; without a cell if it did not come to an end.
        peak: most bytes that the process had in memory; 0 where the system does not tell.
        failure: why there is nothing, as a sentence; empty if there is.
    """

    estimate: Estimate
    peak: float = 0.0
    failure: str = ""


def packages(plan: Plan) -> dict[str, int]:
    """Give the packages of every talk, in the cell in which it has most."""
    most: dict[str, int] = {}
    varied = any(overlap(said.path, path) for path in _SIZES for cell in plan.cells
                 for said in cell.said)  # fmt: skip
    for cell in plan.cells if varied else plan.cells[:1]:
        for talk, count in _packages(plan.said(cell)).items():
            most[talk] = max(most.get(talk, 0), count)
    return most


_SIZES = ("talks.*.measures.*.levels", "talks.*.concessions.*.levels", "rules.clause",
          "talks.*.rules.clause")  # fmt: skip


def _packages(config: ScenarioConfig) -> dict[str, int]:
    return {
        name: prod(len(issue.levels) for issue in (*t.measures.values(), *t.concessions.values()))
        * (2 if config.rules_of(name).clause == ISSUE else 1)
        for name, t in config.talks.items()
    }


def measure(plan: Plan, chunk: int) -> Footprint:
    """Play some worlds of a plan in a process of their own.

    Args:
        plan: what is played.
        chunk: most worlds that are played together.
    """
    with ProcessPoolExecutor(1, mp_context=context()) as pool:
        try:
            return pool.submit(_measured, plan, chunk).result()
        except BrokenProcessPool:
            return Footprint(
                Estimate(), failure="its process was ended, as systems do where memory runs out"
            )


def _measured(plan: Plan, chunk: int) -> Footprint:
    found = probe(plan, chunk, LIMIT)
    failures = found.failures
    return Footprint(found, _peak(), str(failures[0].get("message")) if failures else "")


def _peak() -> float:
    """Give the most bytes that this process has had in memory so far; 0 if nobody tells."""
    if sys.platform == "win32":
        return 0.0
    import resource

    most = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return most if sys.platform == "darwin" else 1024.0 * most

"""How large a plan is to play: packages of its talks, and the memory that a process takes."""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import combinations
from math import prod

import numpy as np

from experiments.design.plan import Plan
from experiments.design.refine import refined_scenario
from experiments.design.refinement import Refinement
from experiments.runs.estimate import Estimate, probe
from experiments.runs.processes import context, hidden_main
from sim.config import ScenarioConfig, override, validate
from sim.config.paths import overlap
from sim.config.schema.talk_keys import ISSUE, TalkConfig
from sim.protocol.issues import MOST_PACKAGES
from sim.scenario.economy import governments_of

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


@dataclass(frozen=True)
class Size:
    """How large the talks of a plan are, before anything is played.

    Attributes:
        rounds: of the first cell.
        packages: by talk, in the cell in which it has most.
        tables: most bytes that the payoffs of pairs of talks take while a cell is played; 0 where
            talks do not touch each other.
    """

    rounds: int
    packages: dict[str, int]
    tables: float

    @classmethod
    def of(cls, plan: Plan, refinement: Refinement | None = None) -> "Size":
        """Give the size of a plan, or of what a refinement would make of it, played or not."""
        found = list(_configs(plan, refinement or Refinement()))
        counts = [
            {name: _heads(c, name) * _tails(talk) for name, talk in c.talks.items()} for c in found
        ]
        most = {name: max(each[name] for each in counts) for name in counts[0]}
        tables = max(_tables(config, plan.config.seed) for config in found)
        return cls(found[0].calendar.rounds, most, tables)


def narrower(plan: Plan, wanted: Refinement) -> list[Refinement]:
    """Give parts of a refinement that are not too many packages, where all of it is.

    The rounds alone, each issue alone, and all but as few issues as possible; of these the
    smallest.
    """
    issues = {
        name: wanted.parts(name)
        for config in _configs(plan, Refinement())
        for talk in config.talks.values()
        for name in (*talk.measures, *talk.concessions)
        if wanted.parts(name) > 1
    }
    alone = [Refinement(rounds=wanted.rounds)] if wanted.rounds > 1 else []
    alone += [Refinement(issues={name: n}) for name, n in issues.items()]
    found = [each for each in alone if _fits(Size.of(plan, each))]
    for left in range(1, len(issues)):
        most = [replace(wanted, issues={**wanted.issues, **dict.fromkeys(names, 1)})
                for names in combinations(issues, left)]  # fmt: skip
        sizes = [(Size.of(plan, each), each) for each in most]
        fitting = [(max(s.packages.values()), k) for k, (s, _) in enumerate(sizes) if _fits(s)]
        if fitting:
            return [*found, sizes[min(fitting)[1]][1]]
    return found


def _fits(found: Size) -> bool:
    return max(found.packages.values()) <= MOST_PACKAGES


def _configs(plan: Plan, refinement: Refinement) -> Iterator[ScenarioConfig]:
    """Give the scenario of the first cell, or of every cell where their sizes differ."""
    varied = any(overlap(said.path, path) for path in _SIZES for cell in plan.cells
                 for said in cell.said)  # fmt: skip
    for cell in plan.cells if varied else plan.cells[:1]:
        said = override(plan.scenario, cell.values)
        yield validate(ScenarioConfig, refined_scenario(plan, said, refinement))


_SIZES = ("talks.*.measures.*.levels", "talks.*.concessions.*.levels", "rules.clause",
          "talks.*.rules.clause", "economy.elasticity_draws")  # fmt: skip


def _heads(config: ScenarioConfig, name: str) -> int:
    levels = [len(issue.levels) for issue in config.talks[name].measures.values()]
    return prod(levels) * (2 if config.rules_of(name).clause == ISSUE else 1)


def _tails(talk: TalkConfig) -> int:
    return prod(len(issue.levels) for issue in talk.concessions.values())


def _tables(config: ScenarioConfig, seed: int) -> float:
    """Give the bytes of `Payoffs.cross`, (E, K, 1 + H, 1 + H') for each country and pair."""
    if config.payoffs.kind == "table":
        return 0.0
    assert config.economy is not None
    pairs = combinations([1 + _heads(config, name) for name in config.talks], 2)
    used = 0
    for wants in governments_of(config, seed).values():
        sectors = {name for names, weight in wants.profits if weight.any() for name in names}
        used += 1 + len(sectors) + bool(wants.revenue.any()) + bool(wants.price.any())
    number = np.dtype(np.float64).itemsize
    return float(number * config.economy.elasticity_draws * used * sum(a * b for a, b in pairs))


def measure(plan: Plan, chunk: int) -> Footprint:
    """Play some worlds of a plan in a process of their own.

    Args:
        plan: what is played.
        chunk: most worlds that are played together.
    """
    with ProcessPoolExecutor(1, mp_context=context()) as pool:
        try:
            with hidden_main():
                measured = pool.submit(_measured, plan, chunk)
            return measured.result()
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

"""How large a plan is to play: packages of its talks, and the memory that a process takes."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from math import prod
from typing import Any

import numpy as np

from experiments.design.plan import Plan
from experiments.design.refinement import Refinement
from experiments.runs.estimate import Estimate, probe, size
from experiments.runs.processes import context, hidden_main
from sim.config import ScenarioConfig, validate
from sim.config.paths import overlap, overriding
from sim.config.schema.talk_keys import ISSUE, TalkConfig
from sim.errors import ConfigError
from sim.protocol.issues import MOST_PACKAGES
from sim.scenario.economy import governments_of

LIMIT = 900.0
"""Seconds after which a try on a fine grid is given up: its payoff tables may take minutes."""


class TooMuchMemoryError(ConfigError):
    """The payoffs of a plan take more memory than the machine has."""


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


def beyond(found: Size) -> bool:
    """Tell whether the tables of payoffs alone are more than this machine's memory."""
    return 0 < memory() < found.tables


def check_memory(plan: Plan) -> None:
    """Check that the payoffs of a plan fit into memory.

    Raises:
        TooMuchMemoryError: they do not.
    """
    found = list(_configs(plan, Refinement()))
    taken = max(map(_drawn, found))
    if taken <= memory() or memory() == 0:
        taken += max(_tables(config, plan.config.seed) for config in found)
    if 0 < memory() < taken:
        raise TooMuchMemoryError(
            f"payoffs: their tables take {size(taken)}, and this machine has "
            f"{size(memory())} of memory; give fewer draws, levels or talks, refine less, or play "
            "one sample of the elasticities (--set economy.elasticity_draws=1)"
        )


MOST_TALKS = 2
"""Talks of a trade model whose tables miss the joint solutions by less than a hundredth."""


def beyond_pairs(plan: Plan) -> str:
    """Say, before anything is solved, what many talks of one trade model come to; else nothing."""
    talks = len(plan.scenario["talks"])
    if plan.scenario.get("payoffs", {}).get("kind") != "economy" or talks <= MOST_TALKS:
        return ""
    return (
        f"{talks} talks of a trade model: its tables hold each talk and what pairs of talks add, "
        "not what more of them do together, and miss that by up to 0.7 % of the range with 2 "
        "talks, 2.3 % with 3 and 28 % with 10, where they take 3.3 GB (on the shipped data); the "
        f"payoffs of this one take {size(Size.of(plan).tables)} at least, and the report says by "
        "how much they are off"
    )


def memory() -> float:
    """Give the bytes of memory that this machine has; 0 where the system does not tell."""
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", ()):
        return 0.0
    return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")


def narrower(plan: Plan, wanted: Refinement) -> list[Refinement]:
    """Give parts of a refinement that can be played here, where all of it cannot.

    The rounds alone, each issue alone, and all but as few issues as possible; of these the
    smallest.
    """
    configs = list(_configs(plan, Refinement()))
    issues = {
        name: wanted.parts(name)
        for config in configs
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
        counts = {k: _packages(configs, each) for k, each in enumerate(most)}
        for k in sorted(counts, key=counts.__getitem__):
            if counts[k] <= MOST_PACKAGES and _fits(Size.of(plan, most[k])):
                return [*found, most[k]]
    return found


def _packages(configs: Sequence[ScenarioConfig], finer: Refinement) -> int:
    """Give the most packages that a talk of some scenarios has on a finer grid."""
    return max(
        (2 if config.rules_of(name).clause == ISSUE else 1)
        * prod(
            1 + finer.parts(key) * (len(issue.levels) - 1)
            for key, issue in (*talk.measures.items(), *talk.concessions.items())
        )
        for config in configs
        for name, talk in config.talks.items()
    )


def _fits(found: Size) -> bool:
    return max(found.packages.values()) <= MOST_PACKAGES and not beyond(found)


def _configs(plan: Plan, refinement: Refinement) -> Iterator[ScenarioConfig]:
    """Give the scenario of the first cell, or of every cell where their sizes differ."""
    change, sized = overriding(plan.scenario), cache(_sized)
    different: dict[str, Mapping[str, Any]] = {}
    for cell in plan.cells:
        sizes = [each for each in cell.values.items() if sized(each[0])]
        different.setdefault(repr(sizes), cell.values)
    for values in different.values():
        said = change(values)
        yield validate(ScenarioConfig, refinement.refined(said, ()))


_SIZES = ("talks.*.measures.*.levels", "talks.*.concessions.*.levels", "rules.clause",
          "talks.*.rules.clause", "economy.elasticity_draws", "payoffs.draws")  # fmt: skip


def _sized(path: str) -> bool:
    return any(overlap(path, each) for each in _SIZES)


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


def _drawn(config: ScenarioConfig) -> float:
    """Give the bytes of `Payoffs.main` and `tail`: (D, 1 + H) and (D, H') by country and talk."""
    draws = config.payoffs.draws if isinstance(config.payoffs.draws, int) else 1
    parts = sum(1 + _heads(config, name) + _tails(talk) for name, talk in config.talks.items())
    economy = config.payoffs.kind == "economy"
    return float(np.dtype(np.float64).itemsize * draws * len(config.countries) * parts * economy)


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

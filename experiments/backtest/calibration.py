"""Approximate Bayesian calibration: which draws lead to what happened.

Rejection (Pritchard and others 1999): the prior is the ranges of the scenario, the worlds of a
run are its simulations, and a world is accepted if it shows the patterns of what happened. A draw
counts by the share of its worlds that are accepted, an unbiased estimate of its likelihood.
Patterns are yes or no, so that there is no distance to shrink and nothing to regress on; and all
worlds of a run are played side by side, so that a sequential sampler (pyABC), which proposes draws
one generation after another, would save little and bring a database with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.design.plan import Plan
from experiments.history.patterns import Pattern, read_patterns
from experiments.history.worlds import Flags, Floats, Ints, ends_of
from experiments.results.clustered import mean_of
from sim.config import ScenarioConfig, override, parse
from sim.errors import ConfigError
from sim.scenario.draws import drawn_behaviour, drawn_numbers


@dataclass(frozen=True, eq=False)
class PatternMatch:
    """Worlds, held against the patterns.

    Attributes:
        patterns: by name (P).
        holds: (W, P) whether a world shows a pattern.
        world, draw: (W,).
        numbers: (D, …) values of the uncertain numbers in every draw, by path.
        behaviour: (W, …) parameters of strategies that were drawn in every world, by path.
        missed: patterns that an accepted world may miss.
    """

    patterns: Mapping[str, Pattern]
    holds: Flags
    world: Ints
    draw: Ints
    numbers: pd.DataFrame
    behaviour: pd.DataFrame
    missed: int

    @cached_property
    def accepted(self) -> Flags:
        """(W,): whether a world misses no more patterns than it may."""
        flags: Flags = (~self.holds).sum(axis=1) <= self.missed
        return flags

    @cached_property
    def counts(self) -> Ints:
        """(D,): the accepted worlds of every draw."""
        return np.bincount(self.draw[self.accepted], minlength=len(self.numbers))

    @property
    def effective(self) -> float:
        """Effective number of draws behind the posterior; Kish (1965)."""
        return effective_size(self.counts)

    def posterior(self) -> pd.DataFrame:
        """Give the numbers of the draw of every accepted world, a row for each."""
        rows = np.repeat(np.arange(len(self.numbers)), self.counts)
        return self.numbers.iloc[rows].reset_index(drop=True)


def effective_size(weights: Ints | Floats) -> float:
    """Give how many equally weighted draws these are worth, (sum w)^2 / sum w^2; Kish (1965)."""
    total = float((np.asarray(weights, dtype=np.float64) ** 2).sum())
    return float(np.sum(weights)) ** 2 / total if total else 0.0


def effective_patterns(holds: Flags) -> float:
    """Give how many independent patterns these amount to, from their correlation over worlds.

    The square of the sum of the eigenvalues of the correlation matrix over the sum of their squares
    (Bretherton and others 1999). A pattern that all worlds show, or none, says nothing.

    Args:
        holds: (W, P) whether a world shows a pattern.
    """
    telling = holds[:, holds.any(axis=0) & ~holds.all(axis=0)].astype(np.float64)
    if not telling.size:
        return 0.0
    correlation = np.atleast_2d(np.corrcoef(telling, rowvar=False))
    return float(len(correlation) ** 2 / (correlation**2).sum())


def calibrate(frame: pd.DataFrame, plan: Plan) -> PatternMatch:
    """Hold the worlds of a run against the patterns of its config.

    Args:
        frame: table of outcomes; cells are pooled, as equally likely.
        plan: of the run; its cells have the same uncertain numbers.

    Raises:
        ConfigError: the config has no patterns, or cells that change the uncertain numbers.
    """
    if not plan.config.patterns:
        raise ConfigError("patterns: missing; give what happened as a table [patterns.NAME]")
    seed, numbers = plan.config.seed, pd.DataFrame()
    parts: list[tuple[Flags, Ints, Ints, pd.DataFrame]] = []
    for cell in plan.cells:
        rows = frame[frame["cell"] == cell.index]
        if rows.empty:
            continue
        config = parse(override(plan.scenario, cell.values), plan.directory)
        here = drawn_numbers(config, seed)
        if parts and not here.equals(numbers):
            raise ConfigError(
                f"cell {cell.index}: draws other numbers than the first cell; a calibration asks "
                "which draws lead to what happened, so sweep nothing that is drawn"
            )
        numbers = here
        parts.append(_held(rows, config, plan))
    holds, world, draw, behaviour = zip(*parts, strict=True)
    return PatternMatch(
        patterns=read_patterns(plan.config.patterns, parse(plan.scenario, plan.directory)),
        holds=np.concatenate(holds),
        world=np.concatenate(world),
        draw=np.concatenate(draw),
        numbers=numbers,
        behaviour=pd.concat(behaviour, join="inner", ignore_index=True),
        missed=plan.config.calibration.missed,
    )


def _held(
    rows: pd.DataFrame, config: ScenarioConfig, plan: Plan
) -> tuple[Flags, Ints, Ints, pd.DataFrame]:
    """Hold the worlds of a cell against the patterns; give them with what was drawn in each."""
    ends = ends_of(rows, config)
    patterns = read_patterns(plan.config.patterns, config)
    holds = np.stack([pattern.holds(ends) for pattern in patterns.values()], axis=1)
    behaviour = drawn_behaviour(config, plan.worlds, plan.config.seed).loc[ends.world]
    return holds, ends.world, ends.draw, behaviour


def acceptance(found: PatternMatch) -> pd.DataFrame:
    """Say how often each pattern shows, alone and with the others.

    Returns:
        A row for each pattern and one for all: columns pattern, label, share, low, high (95 %
        interval, draws as clusters), others (share of worlds that show all other patterns), of
        others (share of those that show this one as well).
    """
    rows = []
    for k, (name, pattern) in enumerate(found.patterns.items()):
        rest = np.delete(found.holds, k, axis=1).all(axis=1)
        with_it = float(found.holds[rest, k].mean()) if rest.any() else np.nan
        said = {"pattern": name, "label": pattern.label or name}
        shared = {"others": float(rest.mean()), "of others": with_it}
        rows.append({**said, **_share(found, found.holds[:, k]), **shared})
    label = "all of them"
    if found.missed:
        label = f"all but {found.missed} or fewer"
    rows.append({"pattern": "all", "label": label, **_share(found, found.accepted)})
    return pd.DataFrame(rows)


def _share(found: PatternMatch, flags: Flags) -> dict[str, float]:
    frame = pd.DataFrame({"draw": found.draw, "world": found.world})
    table = mean_of(frame, pd.Series(flags.astype(float)), [], share=True)
    share, low, high = table[["mean", "low", "high"]].iloc[0]
    return {"share": share, "low": low, "high": high}

"""How well forecasts did: proper scores of every number and event that was observed.

A forecast is the worlds of a cell, every one of the same weight, or one of `backtest.naive`;
where cells differ in what such a one says of a number, it says nothing of it.
Luck is in the number of draws: intervals are those of a bootstrap over draws (Efron 1979), the same
draws for all targets; with a single draw over worlds, and then they speak of luck within it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd

from experiments.backtest.crps import central, crps, quantile
from experiments.backtest.naive import Naive, naive_forecasts
from experiments.backtest.targets import Target, targets
from experiments.design.designs import CASE
from experiments.design.plan import Plan
from experiments.history.patterns import Pattern, read_patterns
from experiments.history.worlds import Floats, Ints, WorldOutcomes, ends_of
from experiments.results.clustered import stretch
from sim.config import ScenarioConfig, override, parse
from sim.errors import ConfigError

MODEL, NAIVE = "model", "naive"
SHARES = (0.5, 0.9)
"""Shares of the intervals whose coverage is counted."""

_SAMPLES = 400
"""Bootstrap samples."""

_KNOWN = ("hub", "countries", "talks", "calendar", "economy")
"""Parts of a scenario that a naive forecast knows."""


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores of some forecasts.

    Attributes:
        table: a row for each forecast and target of which it says something: columns forecast,
            kind (`model` or `naive`), talk, target, family, observed, 5 %, 25 %, 50 %, 75 %, 95 %
            (quantiles of the forecast), mean, said (share of worlds that have the number; dates
            are those of deals), score (CRPS in the unit of the target; Brier score of events), low,
            high (95 % interval), in 50 %, in 90 % (whether the central interval holds what was
            observed; not a number for events).
        samples: (rows, B) scores of the bootstrap samples, spread about the score as far as so few
            draws need; B = 1 for naive forecasts.
    """

    table: pd.DataFrame
    samples: list[Floats] = field(repr=False)

    def means(self) -> pd.DataFrame:
        """Average the scores of a forecast over the targets of each family.

        Returns:
            A row for each forecast and family: forecast, kind, family, targets, score, low, high,
            and by the name of each naive forecast the skill against it, 1 − score / its score,
            over the targets that both speak of; not a number if there is none or its score is 0.
        """
        rows = []
        naive = self.table[self.table["kind"] == NAIVE]
        for (forecast, kind, family), part in self.table.groupby(
            ["forecast", "kind", "family"], sort=False
        ):
            samples = np.mean([self.samples[k] for k in part.index], axis=0)
            low, high = _ends(samples)
            row = {"forecast": forecast, "kind": kind, "family": family, "targets": len(part)}
            row |= {"score": float(part["score"].mean()), "low": low, "high": high}
            others = naive[naive["family"] == family]
            for name in dict.fromkeys(naive["forecast"]):
                row[name] = _skill(part, others[others["forecast"] == name])
            rows.append(row)
        return pd.DataFrame(rows)

    def coverage(self) -> pd.DataFrame:
        """Count the numbers that lie in the central intervals of every model forecast.

        Returns:
            A row for each forecast: forecast, targets, in 50 %, in 90 %.
        """
        numbers = self.table[(self.table["kind"] == MODEL) & self.table["in 50 %"].notna()]
        groups = numbers.groupby("forecast", sort=False)
        found = groups[["in 50 %", "in 90 %"]].sum().astype(int)
        found.insert(0, "targets", groups.size())
        return found.reset_index()


def _skill(mine: pd.DataFrame, theirs: pd.DataFrame) -> float:
    both = mine.merge(theirs, on=["talk", "target"], suffixes=("", " theirs"))
    other = both["score theirs"].sum()
    return float(1 - both["score"].sum() / other) if other > 0 else np.nan


def scores(frame: pd.DataFrame, plan: Plan) -> Scores:
    """Score every cell of a run, and the naive forecasts of its scenario.

    Args:
        frame: table of outcomes.
        plan: of the run; its config says what was observed.

    Raises:
        ConfigError: nothing was observed.
    """
    scenario = parse(plan.shared(set(frame["cell"])), plan.directory)
    wanted = targets(plan.config, scenario)
    check_targets(wanted)
    rows: list[dict[str, object]] = []
    samples: list[Floats] = []
    for name, config, part in _cells(frame, plan):
        ends = ends_of(part, config)
        for row, sample in _model(name, wanted, ends, read_patterns(plan.config.patterns, config)):
            rows.append(row)
            samples.append(sample)
    for row in _naive(_without_a_model(frame, plan), wanted):
        rows.append(row)
        samples.append(np.array([row["score"]], dtype=np.float64))
    return Scores(pd.DataFrame(rows), samples)


def check_targets(wanted: Sequence[Target]) -> None:
    """Check that there is something to score; raises ConfigError."""
    if not wanted:
        raise ConfigError(
            "observed: missing; give what happened as a table [observed.TALK], or in a file of "
            "outcomes: tariff-talks backtest score SCENARIO OUTCOMES"
        )


def _cells(frame: pd.DataFrame, plan: Plan) -> Iterator[tuple[str, ScenarioConfig, pd.DataFrame]]:
    """Give name, scenario and worlds of every cell that was played."""
    for cell in plan.cells:
        part = frame[frame["cell"] == cell.index]
        if len(part):
            config = parse(override(plan.scenario, cell.values), plan.directory)
            yield forecast_name(cell.labels), config, part


def forecast_name(labels: Mapping[str, str | float]) -> str:
    """Name a cell as a forecast: by its label, else by its swept values."""
    if CASE in labels:
        return str(labels[CASE])
    return ", ".join(str(label) for label in labels.values()) or MODEL


def _model(
    name: str, wanted: Sequence[Target], ends: WorldOutcomes, patterns: Mapping[str, Pattern]
) -> Iterator[tuple[dict[str, object], Floats]]:
    groups = ends.draw if np.ptp(ends.draw) else np.arange(len(ends.draw))
    resampled = _resampled(groups)
    for target in wanted:
        values = target.values(ends, patterns)
        known = ~np.isnan(values)
        if not known.any():
            continue
        points, by_draw = _counts(values[known], groups[known], resampled.shape[1])
        weights = by_draw.sum(axis=0)
        score = float(crps(points, weights, target.observed))
        again = _again(points, resampled @ by_draw, target.observed)
        again = np.maximum(score + stretch(len(set(groups[known]))) * (again - score), 0.0)
        low, high = _ends(again)
        yield (
            {
                **_front(name, MODEL, target),
                **{f"{s} %": quantile(points, weights, s / 100) for s in (5, 25, 50, 75, 95)},
                "mean": float(np.average(points, weights=weights)),
                "said": float(known.mean()),
                "score": score,
                "low": low,
                "high": high,
                **_covered(target, points, weights),
            },
            again,
        )


def _again(points: Floats, weights: Floats, observed: float) -> Floats:
    """Score bootstrap samples, (B,); not a number where no world of a sample has the number."""
    scored = np.full(len(weights), np.nan)
    there = weights.sum(axis=1) > 0
    scored[there] = crps(points, weights[there], observed)
    return scored


def _ends(samples: Floats) -> tuple[float, float]:
    """Give the ends of an interval from bootstrap samples; not a number if none has a score."""
    known = samples[~np.isnan(samples)]
    if not len(known):
        return np.nan, np.nan
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def _front(name: str, kind: str, target: Target) -> dict[str, object]:
    front = {"forecast": name, "kind": kind, "talk": target.talk, "target": target.name}
    return {**front, "family": target.family, "observed": target.observed}


def _covered(target: Target, points: Floats, weights: Floats) -> dict[str, float]:
    found = {}
    for share in SHARES:
        low, high = central(points, weights, share)
        inside = np.nan if target.is_event else float(low <= target.observed <= high)
        found[f"in {100 * share:.0f} %"] = inside
    return found


def _counts(values: Floats, draw: Ints, draws: int) -> tuple[Floats, Floats]:
    """Count the worlds of every draw at every value: the values (U,), and counts (D, U)."""
    points, place = np.unique(values, return_inverse=True)
    heaps = np.bincount(draw * len(points) + place, minlength=draws * len(points))
    return points, heaps.reshape(draws, len(points)).astype(np.float64)


def _resampled(draw: Ints) -> Floats:
    """Give how often each bootstrap sample has every draw, (B, D)."""
    there = np.unique(draw)
    luck = np.random.Generator(np.random.Philox(len(there)))
    times = np.zeros((_SAMPLES, int(draw.max()) + 1))
    times[:, there] = luck.multinomial(len(there), np.full(len(there), 1 / len(there)), _SAMPLES)
    return times


def _without_a_model(frame: pd.DataFrame, plan: Plan) -> list[tuple[Naive, ...]]:
    """Give each naive forecast, as every group of cells makes it that plays the same tariffs."""
    here = set(frame["cell"])
    groups: dict[str, ScenarioConfig] = {}
    for cell in plan.cells:
        if cell.index in here:
            said = {k: v for k, v in cell.values.items() if k.partition(".")[0] in _KNOWN}
            if (key := repr(sorted(said.items()))) not in groups:
                groups[key] = parse(override(plan.scenario, cell.values), plan.directory)
    constant = plan.config.naive.constant
    made = [naive_forecasts(config, constant) for config in groups.values()]
    return list(zip(*made, strict=True))


def _naive(
    forecasts: Sequence[tuple[Naive, ...]], wanted: Sequence[Target]
) -> Iterator[dict[str, object]]:
    """Score what is the same in all cells: else it is no one's forecast."""
    for said, target in product(forecasts, wanted):
        naive, value = said[0], said[0].value(target)
        if all(other.value(target) == value for other in said):
            score = float(crps(np.array([value]), np.array([1.0]), target.observed))
            yield {
                **_front(naive.name, NAIVE, target),
                **{f"{share} %": value for share in (5, 25, 50, 75, 95)},
                "mean": value,
                "said": 1.0,
                **dict.fromkeys(("score", "low", "high"), score),
                "in 50 %": np.nan,
                "in 90 %": np.nan,
            }

"""The samples of the trade model: elasticities, and how much of a duty buyers pay.

A sample has one elasticity and one pass-through for every sector. A pass-through is drawn among the
values at which no seller loses on a unit, whatever the talks end with.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sim.chance.spreads import shares
from sim.config import ScenarioConfig
from sim.config.schema.numbers import Range
from sim.config.schema.payoff_keys import EconomyConfig
from sim.economy.data.base_year import BaseYear
from sim.economy.data.elasticities import Elasticity
from sim.economy.data.spec import Floats, Ints
from sim.economy.equilibrium.givens import least_pass_through
from sim.errors import ConfigError
from sim.scenario.trade import OTHERS

MOST_SAMPLES = 200
"""Samples of the elasticities that a file of draws may list; solving one takes about a second."""


class TradeSamples(NamedTuple):
    """What is drawn for the trade model, E samples.

    Attributes:
        sigma: by sector, (E,) elasticities of substitution.
        passed: by sector, (E,) shares of a change of duty that buyers pay, where they are said.
        family: (D,) the sample that each draw uses, where a file of draws lists them.
    """

    sigma: Mapping[str, Floats]
    passed: Mapping[str, Floats]
    family: Ints | None


def trade_samples(
    config: ScenarioConfig, base: BaseYear, known: Mapping[str, Elasticity], seed: int
) -> TradeSamples:
    """Draw them; the central values if there is one sample.

    Where a file of draws lists them, every different row of it is a sample.

    Args:
        config: of the scenario.
        base: the base year.
        known: the elasticities that come with the data.
        seed: of the draws.

    Raises:
        ConfigError: a file of draws lists too many samples.
    """
    economy = _economy(config)
    ranges = elasticities_of(config, known)
    every = {f"sigma {name}": sigma for name, sigma in ranges.items()}
    every |= {f"pass_through {name}": said for name, said in economy.pass_through.items()}
    listed = {name: number.listed for name, number in every.items() if number.listed}
    samples, family, found = economy.elasticity_draws, None, {}
    if listed and samples > 1:
        rows, family = np.unique(np.array(list(listed.values())).T, axis=0, return_inverse=True)
        _check_few(len(rows))
        found = {name: np.ascontiguousarray(row) for name, row in zip(listed, rows.T, strict=True)}
        family, samples = family.reshape(-1), len(rows)
    sigma = {
        name: found[f"sigma {name}"]
        if f"sigma {name}" in found
        else _sample(config, number, seed, _stream(economy, name), samples)
        for name, number in ranges.items()
    }
    passed = {
        name: found[f"pass_through {name}"]
        if f"pass_through {name}" in found
        else _passed(config, base, seed, name, sigma[name])
        for name in economy.pass_through
    }
    return TradeSamples(sigma, passed, family)


def elasticities_of(config: ScenarioConfig, known: Mapping[str, Elasticity]) -> Mapping[str, Range]:
    """Give the range of every elasticity; what a config says comes before what the data say."""
    ranges = {name: Range(low=e.low, central=e.central, high=e.high) for name, e in known.items()}
    return ranges | _economy(config).sigma


def _economy(config: ScenarioConfig) -> EconomyConfig:
    if config.economy is None:
        raise ConfigError("economy: missing; give the trade data and elasticities")
    return config.economy


def _stream(economy: EconomyConfig, sector: str) -> str:
    """Name the stream of an elasticity: that of the first of the sectors that share it."""
    first = next((names[0] for names in economy.estimates.values() if sector in names), sector)
    return f"sigma {first}"


def _sample(config: ScenarioConfig, number: Range, seed: int, purpose: str, count: int) -> Floats:
    if count == 1:
        return np.array([number.central])
    return number.spread.sample(seed, "economy", purpose, count, config.payoffs.sampling)


def _passed(
    config: ScenarioConfig, base: BaseYear, seed: int, sector: str, sigma: Floats
) -> Floats:
    """Draw the pass-through of a sector, (E,), among values that leave sellers something.

    A known number stays what it is: that it is too low is for the trade model to say.
    """
    economy = _economy(config)
    said = economy.pass_through[sector]
    if said.spread.known or economy.competition == "perfect":
        return _sample(config, said, seed, f"pass_through {sector}", 1)
    margin = economy.markup.get(sector)
    margins = 1 / sigma if margin is None else np.full_like(sigma, margin)
    least = least_pass_through(base, highest_tariffs(config, base), base.sector(sector), margins)
    if len(sigma) == 1:
        return np.maximum(said.central, np.minimum(least, said.high))
    purpose = f"pass_through {sector}"
    drawn = shares(seed, "economy", purpose, len(sigma), config.payoffs.sampling)
    below = said.spread.below(least)
    passed = said.spread.quantile(below + drawn * (1 - below))
    return np.minimum(np.maximum(passed, least), said.high)


def highest_tariffs(config: ScenarioConfig, base: BaseYear) -> Floats:
    """Give the highest tariffs of any state of the talks, (N, N, S) fractions."""
    economy, highest = _economy(config), base.tariffs.copy()
    regions = {key: base.region(country.region or "") for key, country in config.countries.items()}
    hub = regions[config.hub]
    seats = {hub, *(regions[talk.partner] for talk in config.talks.values())}
    named = {base.region(name) for name in economy.third_country if name != OTHERS}
    for name, rates in economy.third_country.items():
        some = set(range(len(base.regions))) - named if name == OTHERS else {base.region(name)}
        for sector, points in rates.items():
            highest[list(some - seats), hub, base.sector(sector)] += points / 100
    for talk in config.talks.values():
        for measure in talk.measures.values():
            points = max(*measure.levels, *(step.level for step in measure.path.values()), 0.0)
            for sector in measure.goods:
                highest[regions[talk.partner], hub, base.sector(sector)] += points / 100
    for duty in economy.duties.values():
        points = max(duty.points, *(step.points for step in duty.path.values()), 0.0)
        at = np.ix_(
            [base.region(name) for name in duty.exporters],
            [base.region(duty.importer)],
            [base.sector(name) for name in duty.goods],
        )
        highest[at] += points / 100
    return highest


def _check_few(samples: int) -> None:
    if samples > MOST_SAMPLES:
        raise ConfigError(
            f"payoffs.draws: the file lists {samples} different rows of elasticities, and the "
            f"trade model is solved for each; give at most {MOST_SAMPLES} different rows, each "
            "for as many draws as you like"
        )

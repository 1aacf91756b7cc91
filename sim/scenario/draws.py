"""The uncertain numbers of a scenario, by their dotted path: what each draw holds.

Each has a stream of random numbers of its own, the one that payoffs and surroundings are drawn
from, so that the table of draws is what the worlds were played with.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.config import ScenarioConfig
from sim.scenario.economy import economy_spec
from sim.scenario.players.seating import strategies_of
from sim.scenario.scenario import talks_of
from sim.scenario.uncertain.correlated import sampled
from sim.scenario.uncertain.listing import uncertain
from sim.scenario.valuation import payoffs_of
from sim.seats.player import drawn_values, name_drawn

Floats = NDArray[np.float64]


def drawn_numbers(config: ScenarioConfig, seed: int) -> pd.DataFrame:
    """Give the values of all uncertain numbers in every draw, as the worlds are played with them.

    Args:
        config: of the scenario.
        seed: of the draws.

    Returns:
        A row for each draw (D), a column for each number by its dotted path; those of the
        trade model are `economy.sigma.SECTOR` and `economy.pass_through.SECTOR`. What is not
        uncertain is left out.

    Raises:
        ConfigError, DataError: the trade data do not fit, or are wrong.
    """
    draws = _draws(config, seed)
    columns = {n.path: sampled(config, n, seed, draws) for n in uncertain(config)}
    if config.payoffs.kind == "economy":
        spec = economy_spec(config, seed)
        samples = len(next(iter(spec.sigma.values())))
        family = np.arange(draws) % samples if spec.family is None else spec.family
        for sector, sigma in spec.sigma.items():
            if np.ptp(sigma) > 0:
                columns[f"economy.sigma.{sector}"] = sigma[family]
        for sector, passed in spec.passed.items():
            columns[f"economy.pass_through.{sector}"] = passed[family]
    return pd.DataFrame(columns, index=pd.RangeIndex(draws, name="draw"))


def _draws(config: ScenarioConfig, seed: int) -> int:
    """Count the draws that worlds are played with: a file of given payoffs may have its own."""
    if config.payoffs.kind == "economy":
        return int(config.payoffs.draws)
    return payoffs_of(config, talks_of(config), seed).payoffs.draws


def drawn_behaviour(config: ScenarioConfig, worlds: int, seed: int, first: int = 0) -> pd.DataFrame:
    """Give the parameters of strategies that are drawn once per world, as they are played.

    Args:
        config: of the scenario.
        worlds: number of worlds, W.
        seed: of all luck.
        first: number of the first world.

    Returns:
        A row for each world, a column for each parameter: `strategies.PARTNER.FIELD`, and
        `strategies.HUB.TALK.FIELD` for the hub, which draws in each of its talks.

    Raises:
        ConfigError: a strategy is wrong.
    """
    columns: dict[str, Floats] = {}
    for (country, talk), strategy in strategies_of(config).items():
        seat = f"{country}.{talk}" if country == config.hub else country
        found = drawn_values(name_drawn(strategy), f"{country}:{talk}", seed, worlds, first)
        columns |= {f"strategies.{seat}.{name}": values for name, values in found.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(first, first + worlds, name="world"))

"""The uncertain numbers of a scenario, by their dotted path: what each draw holds.

Each has a stream of random numbers of its own, the one that payoffs and surroundings are drawn
from, so that the table of draws is what the worlds were played with.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.chance.spreads import Sampling, Spread
from sim.config import ScenarioConfig
from sim.config.schema.numbers import Range
from sim.scenario.economy import active_shocks, economy_spec
from sim.scenario.players.seating import strategies_of
from sim.scenario.scenario import talks_of
from sim.scenario.valuation import payoffs_of
from sim.seats.player import drawn_values, name_drawn

Floats = NDArray[np.float64]

_WEIGHTS = ("revenue", "price", "no_deal")
_MOVES = ("review", "outside")


@dataclass(frozen=True)
class Uncertain:
    """A number that nobody knows.

    Attributes:
        path: dotted path in the scenario.
        spread: its distribution.
        owner, purpose: of its stream. Numbers of one stream are the same number, said twice.
    """

    path: str
    spread: Spread
    owner: str
    purpose: str

    def sample(self, seed: int, draws: int, sampling: Sampling) -> Floats:
        """Draw (D,) values, those that the scenario is played with."""
        return self.spread.sample(seed, self.owner, self.purpose, draws, sampling)


def uncertain(config: ScenarioConfig) -> tuple[Uncertain, ...]:
    """Give the uncertain numbers that have a say, elasticities apart; known ones are left out."""
    every = [*_of_countries(config), *_of_concessions(config), *_around(config)]
    return tuple(number for number in every if not number.spread.known)


def _of_countries(config: ScenarioConfig) -> Iterator[Uncertain]:
    economy = config.payoffs.kind == "economy"
    for country, said in config.payoffs.weights.items():
        path = f"payoffs.weights.{country}"
        for key in (*(_WEIGHTS if economy else ()), *_MOVES, *_extension(config)):
            yield from _weights(f"{path}.{key}", getattr(said, key), country, key)
        if said.audience is not None:
            yield _weight(f"{path}.audience", said.audience, country, "audience")
        for name, group in said.profits.items():
            where = f"{path}.profits.{name}.weight"
            yield _weight(where, group.weight, country, f"profits {name}")
        for name, line in said.red_lines.items():
            where, purpose = f"{path}.red_lines.{name}", f"red line {name}"
            yield _weight(f"{where}.cost", line.cost, country, purpose)
            yield _weight(f"{where}.per_point", line.per_point, country, f"{purpose} per point")


def _extension(config: ScenarioConfig) -> tuple[str, ...]:
    return ("extension",) if config.calendar.mode == "extension" else ()


def _of_concessions(config: ScenarioConfig) -> Iterator[Uncertain]:
    for talk, said in config.talks.items():
        for name, concession in said.concessions.items():
            for side, owner in (("worth", config.hub), ("cost", said.partner)):
                number = getattr(concession, side)
                if number is not None and config.payoffs.kind == "economy":
                    path = f"talks.{talk}.concessions.{name}.{side}"
                    yield _weight(path, number, owner, f"{side} {name}")


def _around(config: ScenarioConfig) -> Iterator[Uncertain]:
    partners = {config.hub, *(talk.partner for talk in config.talks.values())}
    for country, ratifiers in config.ratification.items():
        for name, said in ratifiers.items():
            if said.active and country in partners:
                path, purpose = f"ratification.{country}.{name}", f"ratifier {name}"
                yield Uncertain(
                    f"{path}.threshold", said.threshold.spread, country, f"{purpose} threshold"
                )
                for key, event in said.events.items():
                    where = f"{path}.events.{key}.shift"
                    yield Uncertain(where, event.shift.spread, country, f"{purpose} event {key}")
    for name, shock in active_shocks(config).items():
        for country, effect in shock.effects.items():
            path = f"shocks.{name}.effects.{country}"
            yield Uncertain(path, effect.spread, country, f"shock {name}")
    for name, threat in config.threats.items():
        if threat.active:
            yield _weight(f"threats.{name}.cost", threat.cost, threat.by, f"threat {name}")


def _weights(
    path: str, number: Range | Mapping[str, Range], owner: str, purpose: str
) -> Iterator[Uncertain]:
    """Give a weight, or one for each measure."""
    if isinstance(number, Range):
        yield _weight(path, number, owner, purpose)
        return
    for name, one in number.items():
        yield _weight(f"{path}.{name}", one, owner, f"{purpose} {name}")


def _weight(path: str, number: Range, owner: str, purpose: str) -> Uncertain:
    return Uncertain(path, number.spread, owner, f"weight {purpose}")


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
    draws, sampling = _draws(config, seed), config.payoffs.sampling
    columns = {n.path: n.sample(seed, draws, sampling) for n in uncertain(config)}
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

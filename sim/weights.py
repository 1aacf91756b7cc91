"""The uncertain numbers of a config, drawn: what the economy needs to know of a scenario.

Every number has a stream of its own, keyed by whose it is and what it is for. A number that is
said for several talks or measures is one number with one stream, so that it is the same in all.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sim.config import ScenarioConfig
from sim.config.around import ShockConfig
from sim.config.numbers import known
from sim.config.sentences import unknown
from sim.config.values import WeightsConfig
from sim.economy.base_year import BaseYear, load
from sim.economy.spec import EconomySpec, Floats, Government, Grant
from sim.errors import ConfigError

OTHERS = "others"
"""In third-country rates: every region that is not named."""


def economy_spec(config: ScenarioConfig, seed: int) -> EconomySpec:
    """Give data and settings of the trade model, with E families of elasticities.

    Raises:
        ConfigError: a region or sector that the trade data do not have, or a sector without an
            elasticity.
        DataError: the trade data are wrong.
    """
    economy = config.economy
    if economy is None:
        raise ConfigError("economy: missing; give the trade data and elasticities")
    data = _data(config, economy.data)
    _check_names(config, load(data))
    return EconomySpec(
        data=data,
        merged=economy.regions,
        region={key: config.countries[key].region or "" for key in countries_of(config)},
        third_country=economy.third_country,
        sigma=_sigma(config, seed),
        competition=economy.competition,
        table=config.payoffs.table,
    )


def countries_of(config: ScenarioConfig) -> tuple[str, ...]:
    """Give the keys of the countries: the hub, then the partners in the order of the talks."""
    return (config.hub, *(talk.partner for talk in config.talks.values()))


def governments_of(config: ScenarioConfig, seed: int) -> dict[str, Government]:
    """Draw what every government wants beyond welfare."""
    none = WeightsConfig()
    weights = config.payoffs.weights
    return {
        country: _government(config, country, weights.get(country, none), seed)
        for country in countries_of(config)
    }


def grants_of(config: ScenarioConfig, seed: int) -> dict[tuple[str, str], Grant]:
    """Draw what the concessions of every talk are worth, by talk and concession."""
    draws = config.payoffs.draws
    grants = {}
    for name, talk in config.talks.items():
        for key, concession in talk.concessions.items():
            assert concession.worth is not None
            assert concession.cost is not None
            grants[name, key] = Grant(
                concession.worth.spread.sample(seed, config.hub, f"weight worth {key}", draws),
                concession.cost.spread.sample(seed, talk.partner, f"weight cost {key}", draws),
            )
    return grants


def review_cost_of(config: ScenarioConfig, draws: int, seed: int) -> Floats:
    """Draw what a review costs the hub, (D,) USD bn a year per talk and measure."""
    weights = config.payoffs.weights.get(config.hub, WeightsConfig())
    return weights.review.spread.sample(seed, config.hub, "weight review", draws)


def extension_cost_of(config: ScenarioConfig, draws: int, seed: int) -> Floats:
    """Draw what an extension of the pause costs the hub, (D,) USD bn a year."""
    weights = config.payoffs.weights.get(config.hub, WeightsConfig())
    return weights.extension.spread.sample(seed, config.hub, "weight extension", draws)


def active_shocks(config: ScenarioConfig) -> dict[str, ShockConfig]:
    """Give the shocks that can strike, in their order."""
    return {name: shock for name, shock in config.shocks.items() if shock.active}


def shock_effects_of(config: ScenarioConfig, draws: int, seed: int) -> tuple[Floats, ...]:
    """Draw what each shock adds to the value of no deal, (S, D) by country; none if there is none.

    USD bn a year, in every talk of the country.
    """
    shocks = active_shocks(config)
    if not shocks:
        return ()
    nothing = known(0.0)
    return tuple(
        np.array(
            [
                shock.effects.get(country, nothing).spread.sample(
                    seed, country, f"shock {name}", draws
                )
                for name, shock in shocks.items()
            ]
        )
        for country in countries_of(config)
    )


def outside_of(config: ScenarioConfig, draws: int, seed: int) -> tuple[tuple[Floats, ...], ...]:
    """Draw the outside options, (D,) by country and talk; none if nobody has one."""
    weights, none = config.payoffs.weights, WeightsConfig()
    if all(said.outside == none.outside for said in weights.values()):
        return ()
    drawn = [
        weights.get(country, none).outside.spread.sample(seed, country, "weight outside", draws)
        for country in countries_of(config)
    ]
    return tuple((column,) * len(config.talks) for column in drawn)


def _data(config: ScenarioConfig, directory: str) -> Path:
    found = config.find(directory)
    if not found.is_dir():
        raise ConfigError(
            f"economy.data: there is no directory '{directory}' (looked for {found}); "
            "give the directory of the trade data, from the scenario file on"
        )
    return found


def _check_names(config: ScenarioConfig, base: BaseYear) -> None:
    """Check that the regions and sectors of a config are those of the trade data."""
    economy = config.economy
    assert economy is not None
    for name, members in economy.regions.items():
        for member in members:
            if member not in base.regions:
                raise unknown(f"economy.regions.{name}", member, base.regions, "region")
    base = base.merged(economy.regions) if economy.regions else base
    for key in countries_of(config):
        region = config.countries[key].region
        if region not in base.regions:
            raise unknown(f"countries.{key}.region", region, base.regions, "region")
    for name in economy.third_country:
        if name not in (*base.regions, OTHERS):
            path = f"economy.third_country.{name}"
            raise unknown(path, name, (*base.regions, OTHERS), "region")
    for name in economy.sigma:
        if name not in base.sectors:
            raise unknown(f"economy.sigma.{name}", name, base.sectors, "sector")
    for name in base.sectors:
        if name not in economy.sigma:
            raise ConfigError(
                f"economy.sigma.{name}: missing; give the elasticity of every sector of the data"
            )


def _sigma(config: ScenarioConfig, seed: int) -> Mapping[str, Floats]:
    """Draw the elasticities, (E,) by sector; the central ones if there is one family."""
    assert config.economy is not None
    families = config.economy.elasticity_draws
    return {
        sector: np.array([sigma.central])
        if families == 1
        else sigma.spread.sample(seed, "economy", f"sigma {sector}", families)
        for sector, sigma in config.economy.sigma.items()
    }


def _government(
    config: ScenarioConfig, country: str, weights: WeightsConfig, seed: int
) -> Government:
    draws = config.payoffs.draws
    profits = tuple(
        (group.sectors, group.weight.spread.sample(seed, country, f"weight profits {name}", draws))
        for name, group in weights.profits.items()
    )
    red_lines = tuple(
        (line.measures, line.cost.spread.sample(seed, country, f"weight red line {name}", draws))
        for name, line in weights.red_lines.items()
    )
    return Government(
        profits=profits,
        revenue=weights.revenue.spread.sample(seed, country, "weight revenue", draws),
        price=weights.price.spread.sample(seed, country, "weight price", draws),
        no_deal=weights.no_deal.spread.sample(seed, country, "weight no_deal", draws),
        red_lines=red_lines,
    )

"""The uncertain numbers of a config, drawn: what the economy needs to know of a scenario.

Every number has a stream of its own, keyed by whose it is and what it is for. A number that is
said for several talks or measures is one number with one stream, so that it is the same in all.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from sim.config import ScenarioConfig
from sim.config.schema.around_keys import ShockConfig
from sim.config.schema.numbers import Range, known
from sim.config.schema.payoff_keys import DutyConfig, EconomyConfig, WeightsConfig
from sim.economy import Labour
from sim.economy.data.base_year import BaseYear, load
from sim.economy.data.elasticities import Elasticity, load_elasticities
from sim.economy.data.spec import (
    Duty,
    EconomySpec,
    Floats,
    Government,
    Grant,
    Plants,
    RedLine,
)
from sim.errors import ConfigError
from sim.scenario.trade import check_merged, check_names
from sim.scenario.uncertain.correlated import drawn_of
from sim.scenario.uncertain.listing import active_shocks
from sim.scenario.uncertain.trade_samples import trade_samples

DAYS = 365
"""Of a year."""


def economy_spec(config: ScenarioConfig, seed: int) -> EconomySpec:
    """Give data and settings of the trade model, with E families of elasticities.

    Raises:
        ConfigError: a region or sector that the trade data do not have, or a sector without an
            elasticity.
        DataError: the trade data are wrong.
    """
    economy = _economy(config)
    base, known = trade_data(config)
    said = economy.labour
    drawn = trade_samples(config, base, known, seed)
    return EconomySpec(
        base=base,
        region={key: config.countries[key].region or "" for key in countries_of(config)},
        third_country=economy.third_country,
        sigma=drawn.sigma,
        family=drawn.family,
        competition=economy.competition,
        imbalance=economy.imbalance,
        pass_through={n: float(v[0]) for n, v in drawn.passed.items() if len(v) == 1},
        passed={n: v for n, v in drawn.passed.items() if len(v) > 1},
        markup=economy.markup,
        labour=Labour(said.elasticity, said.scale, said.tax) if said else None,
        revenue=said.revenue if said else "lump_sum",
        duties=tuple(_duty(name, duty) for name, duty in economy.duties.items()),
        prices=economy.prices,
        lobbies=economy.lobbies,
        plants=tuple(
            Plants(said.host, said.parent, said.sectors, said.share, said.credited)
            for said in economy.plants.values()
        ),
        table=config.payoffs.table,
    )


def _duty(name: str, said: DutyConfig) -> Duty:
    steps = [(said.in_force, said.points)]
    steps += [(step.in_force, step.points) for step in said.path.values()]
    return Duty(name, said.importer, said.exporters, said.goods, tuple(steps))


def trade_data(config: ScenarioConfig) -> tuple[BaseYear, Mapping[str, Elasticity]]:
    """Load the base year of a config and the elasticities that come with it.

    Raises:
        ConfigError: the directory, a region or a sector does not exist.
        DataError: the trade data are wrong.
    """
    economy, data = _economy(config), data_of(config)
    if economy.regions:
        check_merged(
            config, _loaded(data, stamps(data), (), "check", (), economy.production)[0].regions
        )
    merged = tuple(economy.regions.items())
    grades = tuple(economy.grades.items())
    base, known = _loaded(data, stamps(data), merged, economy.totals, grades, economy.production)
    check_names(config, base, known)
    return base, known


@lru_cache(maxsize=4)
def _loaded(
    data: Path,
    _stamps: str,
    merged: tuple[tuple[str, tuple[str, ...]], ...],
    totals: Literal["check", "balance"],
    grades: tuple[tuple[str, float], ...],
    production: Literal["labour", "links"],
) -> tuple[BaseYear, Mapping[str, Elasticity]]:
    """Load the trade data; they are read again when a file of the directory has changed."""
    base = load(data, dict(merged), totals=totals, grades=dict(grades), production=production)
    for cells in (base.flows, base.tariffs):
        cells.setflags(write=False)
    return base, load_elasticities(data)


def stamps(directory: Path) -> str:
    """Give when the files of a directory were written, and their sizes."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    facts = [(path, path.stat()) for path in files]
    return str([(str(path.resolve()), fact.st_mtime_ns, fact.st_size) for path, fact in facts])


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
    grants = {}
    for name, talk in config.talks.items():
        for key, concession in talk.concessions.items():
            assert concession.worth is not None
            assert concession.cost is not None
            cost, rise = _drawn(config, concession.cost, seed, talk.partner, f"cost {key}"), None
            if concession.horizon is not None:
                cost = cost / _drawn(
                    config, concession.horizon, seed, talk.partner, f"horizon {key}"
                )
            if concession.size is not None:
                rise = _drawn(config, concession.rise, seed, talk.partner, f"rise {key}")
                rise = rise / concession.size
            worth = _drawn(config, concession.worth, seed, config.hub, f"worth {key}")
            grants[name, key] = Grant(worth, cost, rise)
    return grants


def review_cost_of(config: ScenarioConfig, measure: str, draws: int, seed: int) -> Floats:
    """Draw what a review of a measure costs the hub, (D,) USD bn a year per talk.

    One range for all measures is one number: a draw has the same cost for each.
    """
    said = config.payoffs.weights.get(config.hub, WeightsConfig()).review
    if isinstance(said, Range):
        return _drawn(config, said, seed, config.hub, "review", draws)
    if measure not in said:
        return np.zeros(draws)
    return _drawn(config, said[measure], seed, config.hub, f"review {measure}", draws)


def audience_cost_of(
    config: ScenarioConfig, draws: int, seed: int
) -> dict[tuple[str, str], Floats]:
    """Draw what dropping a measure from the review rule costs, (D,) by partner and talk.

    USD bn a year; only of partners that can give it up.
    """
    found = {}
    for name, talk in config.talks.items():
        said = config.payoffs.weights.get(talk.partner, WeightsConfig()).audience
        if said is not None:
            drawn = _drawn(config, said, seed, talk.partner, "audience", draws)
            found[talk.partner, name] = drawn
    return found


def extension_cost_of(config: ScenarioConfig, draws: int, seed: int) -> Floats:
    """Draw what an extension of the pause costs the hub, (D,) USD bn a year."""
    weights = config.payoffs.weights.get(config.hub, WeightsConfig())
    return _drawn(config, weights.extension, seed, config.hub, "extension", draws)


def share_of_year(config: ScenarioConfig, shock: ShockConfig) -> float:
    """Give the part of a year for which a shock is in force; 1 where the calendar has no dates."""
    calendar = config.calendar
    if calendar.start is None:
        return 1.0
    return min(1.0, shock.rounds * calendar.days_per_round / DAYS)


def shock_effects_of(config: ScenarioConfig, draws: int, seed: int) -> tuple[Floats, ...]:
    """Draw what each shock adds to the value of no deal, (S, D) by country; none if there is none.

    USD bn a year while it is in force, in every talk of the country, times its share of the year.
    """
    shocks = active_shocks(config)
    if not shocks:
        return ()
    nothing = known(0.0)
    return tuple(
        np.array(
            [
                share_of_year(config, shock)
                * shock.effects.get(country, nothing).spread.sample(
                    seed, country, f"shock {name}", draws, config.payoffs.sampling
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
        _drawn(config, weights.get(country, none).outside, seed, country, "outside", draws)
        for country in countries_of(config)
    ]
    return tuple((column,) * len(config.talks) for column in drawn)


def data_of(config: ScenarioConfig) -> Path:
    """Give the directory of the trade data.

    Raises:
        ConfigError: there is none.
    """
    directory = _economy(config).data
    found = config.find(directory)
    if not found.is_dir():
        raise ConfigError(
            f"economy.data: there is no directory '{directory}' (looked for {found}); "
            "give the directory of the trade data, from the scenario file on"
        )
    return found


def _economy(config: ScenarioConfig) -> EconomyConfig:
    if config.economy is None:
        raise ConfigError("economy: missing; give the trade data and elasticities")
    return config.economy


def _drawn(
    config: ScenarioConfig,
    number: Range,
    seed: int,
    owner: str,
    name: str,
    draws: int | None = None,
) -> Floats:
    """Draw a weight, (D,); as many draws as the config says, if not told otherwise."""
    count = config.payoffs.draws if draws is None else draws
    return drawn_of(config, number.spread, seed, (owner, f"weight {name}"), count)


def _government(
    config: ScenarioConfig, country: str, weights: WeightsConfig, seed: int
) -> Government:
    def drawn(number: Range, name: str) -> Floats:
        return _drawn(config, number, seed, country, name)

    return Government(
        profits=tuple(
            (group.sectors, drawn(group.weight, f"profits {name}"))
            for name, group in weights.profits.items()
        ),
        revenue=drawn(weights.revenue, "revenue"),
        price=drawn(weights.price, "price"),
        no_deal=drawn(weights.no_deal, "no_deal"),
        red_lines=tuple(
            RedLine(
                line.measures,
                drawn(line.cost, f"red line {name}"),
                drawn(line.per_point, f"red line {name} per point"),
            )
            for name, line in weights.red_lines.items()
        ),
        no_deal_shape=weights.no_deal_shape,
        welfare=drawn(weights.welfare, "welfare"),
    )

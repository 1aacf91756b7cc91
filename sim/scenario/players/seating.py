"""Who plays what: the strategy of every seat of a config, and the stances of its countries."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sim.config import ScenarioConfig
from sim.config.schema.sentences import join, unknown
from sim.config.schema.stances import INSIDE, by_talk, fits, named
from sim.errors import ConfigError
from sim.protocol.state import SIDES
from sim.scenario.players import registry
from sim.scenario.players.parameters_of import parameters
from sim.scenario.players.registry import AnyStrategy
from sim.strategies import BUILT_IN
from sim.strategies.divide_and_conquer import DivideAndConquer
from sim.strategies.threatener import Threatener


def strategies_of(config: ScenarioConfig) -> dict[tuple[str, str], AnyStrategy]:
    """Build the strategy of every seat, by country and talk.

    Raises:
        ConfigError: as `registry.build` does; or a strategy does not fit its seat.
        BrokenStrategyError: its code is wrong.
    """
    return {(country, talk): _built(config, country, talk) for country, talk in _seats(config)}


def check_stances(config: ScenarioConfig) -> None:
    """Check the stances of a config, those that nobody plays, too.

    Raises:
        ConfigError: a strategy has the name of one, or one could not be played.
        BrokenStrategyError: its code is wrong.
    """
    for country, stances in config.stances.items():
        for name in stances:
            path = f"stances.{country}.{name}"
            if name in registry.known():
                raise ConfigError(
                    f"{path}: '{name}' is a strategy; give the stance a name of its own"
                )
            played = config.model_copy(update={"strategies": {country: name}})
            for seat, talk in _seats(config):
                if seat == country:
                    _built(played, country, talk)


def _seats(config: ScenarioConfig) -> list[tuple[str, str]]:
    return [
        (country, name)
        for name, talk in config.talks.items()
        for country in (config.hub, talk.partner)
    ]


def _built(config: ScenarioConfig, country: str, talk: str) -> AnyStrategy:
    """Build the strategy of a seat."""
    path, said = config.said_strategy(country, talk)
    _check_named(said, path, config.stances.get(country, {}))
    strategy = registry.build(said, path, config.directory)
    among = [talk] if by_talk(config.strategies[country]) else config.talks
    _check_admits(strategy, path, {m for name in among for m in config.talks[name].measures})
    check_seat(strategy, path, SIDES[country != config.hub])
    _check_names(strategy, path, config)
    if config.calendar.start is None:
        _check_no_day(strategy, path)
    return strategy


def _check_named(said: Any, path: str, stances: Collection[str]) -> None:
    """Check that what is named is a strategy, or a stance where there are some."""
    name = named(said)
    if stances and fits(name) and name not in BUILT_IN and name not in registry.known():
        where = join(path, "name") if isinstance(said, Mapping) else path
        raise unknown(where, name, [*stances, *registry.known()], "strategy or stance")
    if isinstance(said, Mapping):
        for key in set(INSIDE) & set(said):
            _check_named(said[key], join(path, key), stances)


def _check_admits(strategy: Any, path: str, measures: Collection[str]) -> None:
    """Check that what a strategy and those inside it admit are measures."""
    for said in getattr(strategy, "admits", ()):
        name = said if isinstance(said, str) else said[0]
        if name not in measures:
            raise unknown(f"{path}.admits", name, sorted(measures), "measure")
    for key, part in registry.inside(strategy):
        _check_admits(part, f"{path}.{key}", measures)


def _check_no_day(strategy: Any, path: str) -> None:
    """Check that a strategy and those inside it wait for no day where talks have no dates."""
    for key in parameters(type(strategy)):
        value = getattr(strategy, key)
        pairs = value if isinstance(value, tuple) else ((key, value),)
        for day in (each[1] for each in pairs if isinstance(each, tuple) and len(each) == 2):
            if isinstance(day, date):
                raise ConfigError(
                    f"{join(path, key)}: {day} is a day, and the talks have none; give "
                    "calendar.start, or a relative time from 0 to 1"
                )
    for key, part in registry.inside(strategy):
        _check_no_day(part, f"{path}.{key}")


def _check_names(strategy: Any, path: str, config: ScenarioConfig) -> None:
    """Check that the talks and threats that a strategy and those inside it name are there."""
    for kind, key, known, what in (
        (DivideAndConquer, "first", config.talks, "talk"),
        (Threatener, "threat", config.threats, "threat"),
    ):
        named = getattr(strategy, key) if isinstance(strategy, kind) else ""
        if named and named not in known:
            raise unknown(f"{path}.{key}", named, known, what)
    for key, part in registry.inside(strategy):
        _check_names(part, f"{path}.{key}", config)


def check_seat(strategy: Any, path: str, side: str) -> None:
    """Check that a strategy and those inside it can sit on a side."""
    if isinstance(strategy, AnyStrategy) and side not in strategy.seats:
        raise ConfigError(
            f"{path}: {type(strategy).__name__} cannot play a {side}; it plays "
            f"a {' or a '.join(strategy.seats)}"
        )
    for key, part in registry.inside(strategy):
        check_seat(part, f"{path}.{key}", side)

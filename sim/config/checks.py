"""What the parts of a config have to say of each other."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sim.config.checks_around import check_around
from sim.config.schema.limits import LEAST_TARIFF, MOST_ROUNDS
from sim.config.schema.sentences import shown, unknown
from sim.config.schema.stances import by_talk, fits
from sim.config.schema.talk_keys import MeasureConfig
from sim.config.schema.whole import ScenarioConfig
from sim.errors import ConfigError
from sim.strategies import BUILT_IN

_MOVES = ("review", "extension", "audience", "outside")
"""Weights that count with given payoffs, too."""

_ALMOST = 1e-9
"""Part of a round that is no more than the rounding of a number."""


def check(config: ScenarioConfig) -> None:
    """Check a config as a whole.

    Raises:
        ConfigError: the first thing that does not fit.
    """
    _countries(config)
    _calendar(config)
    _talks(config)
    _positions(config)
    _strategies(config)
    _stances(config)
    if config.payoffs.kind == "economy":
        _economy(config)
        _weights(config)
    else:
        _given(config)
    check_around(config)


def _known(path: str, words: Iterable[str], known: Iterable[str], what: str) -> None:
    known = list(known)
    for word in words:
        if word not in known:
            raise unknown(path, word, known, what)


def _keys(path: str, words: Iterable[str], known: Iterable[str], what: str) -> None:
    """Check the keys of the table at a path."""
    known = list(known)
    for word in words:
        _known(f"{path}.{word}", [word], known, what)


def _countries(config: ScenarioConfig) -> None:
    countries = config.countries
    _known("hub", [config.hub], countries, "country")
    if not config.talks:
        raise ConfigError("talks: there is no talk; give a table [talks.NAME] with a partner")
    partners: dict[str, str] = {}
    for name, talk in config.talks.items():
        path = f"talks.{name}.partner"
        _known(path, [talk.partner], countries, "country")
        if talk.partner == config.hub:
            raise ConfigError(f"{path}: '{config.hub}' is the hub; a talk is with another country")
        if talk.partner in partners:
            raise ConfigError(
                f"{path}: '{talk.partner}' is already the partner of "
                f"talks.{partners[talk.partner]}; a country has one talk with the hub"
            )
        partners[talk.partner] = name
    for key in countries:
        if key != config.hub and key not in partners:
            raise ConfigError(
                f"countries.{key}: '{key}' sits in no talk; give it one "
                f"([talks.{key}] with partner = '{key}') or leave it out"
            )


def _calendar(config: ScenarioConfig) -> None:
    calendar = config.calendar
    later = {"hard": 0, "overtime": calendar.overtime}
    later |= {"extension": calendar.extension * calendar.extensions}
    every = calendar.rounds + later[calendar.mode]
    if every > MOST_ROUNDS:
        raise ConfigError(
            f"calendar.{calendar.mode}: with it the talks may last {every:,} rounds, and at most "
            f"{MOST_ROUNDS:,} are played; give fewer"
        )
    if calendar.start is not None and calendar.days_per_round * every > _days_left(calendar.start):
        raise ConfigError(
            f"calendar.days_per_round: {every:,} rounds of {calendar.days_per_round} days from "
            f"{calendar.start} end after the year {date.max.year}, the last that a date has; "
            "give fewer days or rounds, or an earlier start"
        )
    if calendar.deadline is None:
        return
    if calendar.start is None:
        raise ConfigError(
            f"calendar.start: missing; calendar.deadline is {calendar.deadline}, "
            "so the first round needs a day"
        )
    days = calendar.days_per_round
    if calendar.deadline < calendar.start + timedelta(days):
        raise ConfigError(
            f"calendar.deadline: {calendar.deadline} is less than a round of {days} days after "
            f"calendar.start, {calendar.start}; give a later day"
        )
    end = calendar.start + timedelta(days * calendar.rounds)
    fits = int((calendar.deadline - calendar.start).days / days + _ALMOST)
    if calendar.rounds != fits:
        raise ConfigError(
            f"calendar.rounds: {calendar.rounds} rounds of {days} days from {calendar.start} "
            f"end on {end}, but calendar.deadline is {calendar.deadline}; "
            f"give {fits} rounds, or deadline = {end}"
        )


def _days_left(start: date) -> int:
    """Count the days from a start to the last date that there is, as many spared for delays."""
    return (date.max - start).days // 2


def _talks(config: ScenarioConfig) -> None:
    for name, talk in config.talks.items():
        path = f"talks.{name}"
        if not talk.measures and not talk.concessions:
            raise ConfigError(f"{path}: there is nothing on the table; give a measure")
        both = [issue for issue in talk.measures if issue in talk.concessions]
        if both:
            raise ConfigError(
                f"{path}.concessions.{both[0]}: '{both[0]}' is a measure of this talk too; "
                "an issue has a name of its own"
            )
        review = talk.rules.review
        if isinstance(review, tuple):
            _known(f"{path}.rules.review", review, talk.measures, "measure")
        _tariffs(f"{path}.measures", talk.measures)
    if isinstance(config.rules.review, tuple):
        _known("rules.review", config.rules.review, _measures(config), "measure")


def _tariffs(path: str, measures: Mapping[str, MeasureConfig]) -> None:
    """Check that measures on the same goods, which add up, leave something of the price."""
    for goods in dict.fromkeys(name for said in measures.values() for name in said.goods):
        least = {key: _least(said) for key, said in measures.items() if goods in said.goods}
        if sum(least.values()) <= LEAST_TARIFF:
            listed = " and ".join(f"{key} ({points:g})" for key, points in least.items())
            raise ConfigError(
                f"{path}: on {goods} the lowest rates of {listed} add up to "
                f"{sum(least.values()):g}; a tariff has to be more than {LEAST_TARIFF}: give "
                "higher ones"
            )


def _least(said: MeasureConfig) -> float:
    """Give the lowest points that a measure adds; a total adds none below the ordinary rate."""
    first, *lower = said.levels
    points = [first, *([max(level, 0) for level in lower] if said.inclusive else lower)]
    return min(points if said.today is None else [*points, said.today.low])


def _measures(config: ScenarioConfig, talks: Iterable[str] | None = None) -> list[str]:
    """List the measures of some talks, each once."""
    names = config.talks if talks is None else talks
    return list(dict.fromkeys(m for name in names for m in config.talks[name].measures))


def _seats(config: ScenarioConfig, country: str) -> list[str]:
    """List the talks that a country sits in."""
    if country == config.hub:
        return list(config.talks)
    return [name for name, talk in config.talks.items() if talk.partner == country]


def _positions(config: ScenarioConfig) -> None:
    _keys("positions", config.positions, config.countries, "country")
    for country, said in config.positions.items():
        _position(config, f"positions.{country}", said, _seats(config, country))


def _position(config: ScenarioConfig, path: str, said: Any, talks: list[str]) -> None:
    if isinstance(said, Mapping):
        _keys(path, said, talks, "talk")
        for talk, names in said.items():
            if isinstance(names, tuple):
                _known(f"{path}.{talk}", names, config.talks[talk].measures, "measure")
    elif isinstance(said, tuple):
        _known(path, said, _measures(config, talks), "measure")


def _strategies(config: ScenarioConfig) -> None:
    _keys("strategies", config.strategies, config.countries, "country")
    for country in config.countries:
        path = f"strategies.{country}"
        if country not in config.strategies:
            raise ConfigError(f"{path}: missing; give the strategy of {country}, such as 'linear'")
        said = config.strategies[country]
        if by_talk(said):
            _strategies_by_talk(path, said, _seats(config, country))


def _stances(config: ScenarioConfig) -> None:
    """Check names and positions of stances, and those by talk; `seating` builds them."""
    _keys("stances", config.stances, config.countries, "country")
    for country, stances in config.stances.items():
        talks = _seats(config, country)
        called: dict[str, str] = {}
        for name, stance in stances.items():
            path = f"stances.{country}.{name}"
            words = (stance.label or name).replace("_", " ")
            if called.setdefault(words, name) != name:
                raise ConfigError(
                    f"{path}: is called {words!r}, as stances.{country}.{called[words]} is; give "
                    "it a label of its own, since tables and figures tell stances apart by it"
                )
            if name in BUILT_IN:
                raise ConfigError(
                    f"{path}: '{name}' is a strategy; give the stance a name of its own"
                )
            if not fits(name):
                raise ConfigError(
                    f"{path}: '{name}' could be a path or a module; name a stance with letters, "
                    "digits, '_' and '-'"
                )
            _position(config, f"{path}.position", stance.position, talks)
            if by_talk(stance.strategy):
                _strategies_by_talk(f"{path}.strategy", stance.strategy, talks)


def _strategies_by_talk(path: str, said: Mapping[str, Any], talks: list[str]) -> None:
    """Check the table of a country that has one strategy for each talk."""
    strange = [key for key in said if key not in talks]
    if strange and not set(said) & set(talks):
        raise ConfigError(
            f"{path}: the name is missing; give a strategy as a table with a name, "
            f"as components (offer = …), or one for each talk ({', '.join(talks)})"
        )
    _keys(path, strange, talks, "talk")
    for talk in talks:
        if talk not in said:
            raise ConfigError(f"{path}.{talk}: missing; give the strategy in talk {talk}")


def _economy(config: ScenarioConfig) -> None:
    if config.economy is None:
        raise ConfigError(
            "economy: missing; payoffs.kind is 'economy', so give the trade data and elasticities"
        )
    seats: dict[str, str] = {}
    for key, country in config.countries.items():
        if country.region is None:
            raise ConfigError(
                f"countries.{key}.region: missing; give the region of {key} in the trade data"
            )
        if seats.setdefault(country.region, key) != key:
            raise ConfigError(
                f"countries.{key}.region: '{country.region}' is already the region of "
                f"{seats[country.region]}; every country needs one of its own"
            )
    for name, sigma in config.economy.sigma.items():
        if sigma.low <= 1:
            raise ConfigError(
                f"economy.sigma.{name}: {sigma.low:g} is out of range; "
                "an elasticity has to be more than 1"
            )
    for path, issue in _issues(config, "measures"):
        if not issue.goods:
            raise ConfigError(f"{path}.goods: missing; give the sectors that pay it")
    for path, issue in _issues(config, "concessions"):
        for side in ("worth", "cost"):
            if getattr(issue, side) is None:
                raise ConfigError(f"{path}.{side}: missing; give USD bn a year per unit of level")


def _issues(config: ScenarioConfig, kind: str) -> Iterator[tuple[str, Any]]:
    for name, talk in config.talks.items():
        for key, issue in getattr(talk, kind).items():
            yield f"talks.{name}.{kind}.{key}", issue


def _weights(config: ScenarioConfig) -> None:
    _keys("payoffs.weights", config.payoffs.weights, config.countries, "country")
    for country, weights in config.payoffs.weights.items():
        path = f"payoffs.weights.{country}"
        _one_side(config, country, weights)
        _shape(f"{path}.no_deal_shape", weights.no_deal_shape, len(config.talks))
        for name, line in weights.red_lines.items():
            where = f"{path}.red_lines.{name}.measures"
            _known(where, line.measures, _measures(config), "measure")
    if config.payoffs.given:
        raise ConfigError("payoffs.given: not used, because payoffs.kind is 'economy'")
    if config.payoffs.unit:
        raise ConfigError(
            "payoffs.unit: not used, because payoffs.kind is 'economy', whose payoffs are USD bn a "
            "year; leave it out"
        )


def _shape(path: str, shape: tuple[float, ...], talks: int) -> None:
    """Check that a shape of no deal has a number for every number of open talks."""
    if shape and len(shape) != talks + 1:
        numbers = ", ".join(map(str, range(talks + 1)))
        raise ConfigError(
            f"{path}: {shown(list(shape))} has {len(shape)} numbers for "
            f"{talks} talk{'s' * (talks > 1)}; give {talks + 1}, "
            f"for {numbers} open at the end"
        )


def _one_side(config: ScenarioConfig, country: str, weights: Any) -> None:
    """Check that a country has no weight of the other side, and no audience that pays it."""
    path = f"payoffs.weights.{country}"
    if isinstance(weights.review, Mapping):
        _keys(f"{path}.review", weights.review, _measures(config), "measure")
    for key in ("red_lines", "review", "extension", "no_deal_shape"):
        if country != config.hub and key in weights.model_fields_set:
            raise ConfigError(f"{path}.{key}: only the hub has one; leave it out")
    if country == config.hub and "audience" in weights.model_fields_set:
        raise ConfigError(
            f"{path}.audience: only a partner has one, as the review rule is the partner's; "
            "leave it out"
        )
    if weights.audience is not None and weights.audience.low < 0:
        raise ConfigError(
            f"{path}.audience: {weights.audience.low:g} is out of range; giving up the rule costs "
            "at least 0"
        )


def _given(config: ScenarioConfig) -> None:
    if config.economy is not None:
        raise ConfigError("economy: not used, because payoffs.kind is 'table'; leave it out")
    _keys("payoffs.given", config.payoffs.given, config.talks, "talk")
    _keys("payoffs.weights", config.payoffs.weights, config.countries, "country")
    for country, weights in config.payoffs.weights.items():
        path = f"payoffs.weights.{country}"
        _one_side(config, country, weights)
        used = [key for key in weights.model_fields_set if key not in _MOVES]
        if used:
            raise ConfigError(
                f"{path}.{used[0]}: not used with given payoffs; only {', '.join(_MOVES)} are"
            )
    for name, talk in config.talks.items():
        path = f"payoffs.given.{name}"
        if name not in config.payoffs.given:
            raise ConfigError(f"{path}: missing; give the payoffs of talk {name}")
        given = config.payoffs.given[name]
        issues = {**talk.measures, **talk.concessions}
        if given.file is not None:
            if given.hub or given.partner:
                raise ConfigError(f"{path}.file: give a file or payoffs by issue, not both")
            continue
        for side in ("hub", "partner"):
            _levels(f"{path}.{side}", getattr(given, side), issues)


def _levels(path: str, values: Mapping[str, tuple[float, ...]], issues: Mapping[str, Any]) -> None:
    """Check that given payoffs name every issue, with a number for each level."""
    _keys(path, values, issues, "issue")
    for name, issue in issues.items():
        if name not in values:
            raise ConfigError(f"{path}.{name}: missing; give one payoff for each level")
        if len(values[name]) != len(issue.levels):
            raise ConfigError(
                f"{path}.{name}: {len(values[name])} payoffs for {len(issue.levels)} levels; "
                "give one for each level"
            )

"""Whether what is said for all is played by anybody, or more specific values cover it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from experiments.design.designs import Said
from sim.config import ScenarioConfig
from sim.config.schema.sentences import join, shown
from sim.config.schema.stances import INSIDE, by_talk, named
from sim.config.schema.talk_keys import TalkRulesConfig
from sim.errors import ConfigError
from sim.scenario.economy import trade_data
from sim.scenario.players.registry import AnyStrategy, inside
from sim.scenario.trade import OTHERS
from sim.seats.strategy import Wrapper

_MOST = 3
"""Covering values that a sentence names."""

Seats = Mapping[tuple[str, str], Any]
"""By country and talk the strategy that sits there."""


@dataclass
class Covered:
    """What is said of the cells of a plan and played in none, gathered cell by cell.

    Attributes:
        said: what is said of every cell, and may be covered in some.
        lost: of that, what nobody has played so far, with the sentence of the first cell.
        stances: by country and name, those that some cell plays.
    """

    said: Sequence[Said]
    lost: dict[str, str] | None = None
    stances: set[tuple[str, str]] = field(default_factory=set)

    def look(self, config: ScenarioConfig, seats: Seats, own: Sequence[Said]) -> None:
        """Look at one cell.

        Args:
            config: of the cell.
            seats: its strategies.
            own: what is said of this cell by itself, and has to be played in it.

        Raises:
            ConfigError: more specific values cover it everywhere, and one of them is another value.
        """
        for each in own:
            if not each.left and (sentence := _sentence(config, seats, each)):
                raise ConfigError(sentence)
        here = {each.path: _sentence(config, seats, each) for each in self.said}
        before = here if self.lost is None else self.lost
        self.lost = {path: before[path] for path in before if before[path] and here[path]}
        if any(config.stances.values()):
            self.stances |= set(_stances(config))

    def check(self, said: Iterable[Said]) -> None:
        """Check, after all cells, that nothing is covered in all of them.

        Args:
            said: all that is said of some cell or of all.

        Raises:
            ConfigError: a default is covered in every cell; or a stance is played in none.
        """
        for sentence in (self.lost or {}).values():
            raise ConfigError(sentence)
        for each in said:
            first, country, name, *_ = (*each.path.split("."), "", "")
            if first == "stances" and name and (country, name) not in self.stances:
                raise ConfigError(
                    f"{each.by}: sets {each.path} to {shown(each.value)}, but {country} plays the "
                    f"stance '{name}' in no cell; let strategies.{country} name it, or leave this "
                    "out"
                )


def _sentence(config: ScenarioConfig, seats: Seats, said: Said) -> str:
    """Say that nobody plays what is said for all; nothing if somebody does."""
    for path, value in _defaults(config, said):
        instead, out = _instead(config, seats, path)
        if any(_plain(other) != _plain(value) for other in instead.values()):
            listed = [f"{key} is {shown(_plain(other))}" for key, other in instead.items()]
            more = f" and {len(listed) - _MOST} more" if len(listed) > _MOST else ""
            return (
                f"{said.by}: sets {said.path} to {shown(said.value)}, but nobody plays that: "
                f"{', '.join(listed[:_MOST])}{more}; {out}"
            )
    return ""


def _stances(config: ScenarioConfig) -> Iterator[tuple[str, str]]:
    """Name the stances that are played, those inside others, too."""
    for country, said in config.strategies.items():
        for name in _within(said, config.stances.get(country, {}), ()):
            yield country, name


def _within(said: Any, stances: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    name = named(said)
    if name in stances and name not in above:
        yield name
        yield from _within(stances[name].strategy, stances, (*above, name))
    if isinstance(said, Mapping):
        for key in said if by_talk(said) else set(INSIDE) & set(said):
            yield from _within(said[key], stances, above)


def _defaults(config: ScenarioConfig, said: Said) -> Iterator[tuple[str, Any]]:
    """Give the defaults that are said, by path, each with its value as it is read."""
    first, *keys = said.path.split(".")
    if first == "rules":
        for key in keys or said.value:
            yield f"rules.{key}", getattr(config.rules, key)
    level = first == "links" and (keys == ["level"] or (not keys and "level" in said.value))
    if level and config.links.level is not None:
        yield "links.level", config.links.level
    if said.path == "payoffs.band" and config.payoffs.band is not None:
        yield said.path, config.payoffs.band
    if first == "economy" and keys == ["third_country"]:
        for name, rates in said.value.items():
            yield f"{said.path}.{name}", rates
    elif first == "economy" and keys[:1] == ["third_country"]:
        yield said.path, said.value


def _instead(config: ScenarioConfig, seats: Seats, path: str) -> tuple[dict[str, Any], str]:
    """Give what is played in the place of a default, by path, and the way out.

    Nothing if somebody plays the default.
    """
    key = path.split(".")[-1]
    if path.startswith("rules."):
        return _rules(config, key), f"set talks.*.rules.{key}, or leave out those of the talks"
    if path == "links.level":
        return _sights(config), "set links.sees.*.*.level, or leave out what each of them sees"
    if path == "payoffs.band":
        return _bands(seats), "set the bands of the strategies, or leave them out"
    region, *sector = path.split(".")[2:]
    if region == OTHERS:
        return _every(config, sector), "leave a region out of those that are named"
    return _seated(config, region), "set the rates of its talk"


def _rules(config: ScenarioConfig, key: str) -> dict[str, Any]:
    if key not in TalkRulesConfig.model_fields:
        return {}
    own = {f"talks.{name}.rules.{key}": getattr(t.rules, key) for name, t in config.talks.items()}
    return {} if None in own.values() else own


def _sights(config: ScenarioConfig) -> dict[str, Any]:
    """Give what is seen of other talks, if none of it is as it is for everybody."""
    links, channel = config.links, config.links.back_channel
    shared = channel.partners if channel and channel.active and channel.share else ()
    found: dict[str, Any] = {}
    for country in config.countries:
        for name, talk in config.talks.items():
            if talk.partner == country or (country == config.hub and len(config.talks) == 1):
                continue
            said = links.sees.get(country, {}).get(name)
            if said is not None and said.level is not None:
                found[f"links.sees.{country}.{name}.level"] = said.level
            elif country in shared and talk.partner in shared:
                found["links.back_channel.share"] = "offers"
            else:
                return {}
    return found


def _bands(seats: Seats) -> dict[str, Any]:
    """Give the bands of all strategies, if each that may look at one says its own."""
    found: dict[str, Any] = {}
    for (country, talk), strategy in seats.items():
        for path, part in _parts(strategy, f"strategies.{country}.{talk}"):
            band = getattr(part, "band", None)
            if band is not None:
                found[f"{path}.band"] = band
            elif hasattr(part, "band") or not isinstance(part, Wrapper):
                return {}
    return found


def _parts(strategy: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Give a strategy and those inside it, by path; components look at no band."""
    yield path, strategy
    for key, part in inside(strategy):
        if isinstance(part, AnyStrategy):
            yield from _parts(part, join(path, key))


def _seated(config: ScenarioConfig, region: str) -> dict[str, Any]:
    """Give the seats that take the place of a region's own rates."""
    return {
        f"countries.{key}.region": country.region
        for key, country in config.countries.items()
        if country.region == region
    }


def _every(config: ScenarioConfig, sector: Sequence[str]) -> dict[str, Any]:
    """Give the seats and the rates by name that leave no region of the data to the others."""
    assert config.economy is not None
    base, _ = trade_data(config)
    seats = {str(each.region): key for key, each in config.countries.items()}
    found: dict[str, Any] = {}
    for region in base.regions:
        rates = config.economy.third_country.get(region)
        if region in seats:
            found[f"countries.{seats[region]}.region"] = region
        elif rates is None:
            return {}
        else:
            named = ".".join([region, *sector])
            found[f"economy.third_country.{named}"] = rates.get(sector[0], 0) if sector else rates
    return found


def _plain(value: Any) -> Any:
    """Write lists in one way."""
    if isinstance(value, Collection) and not isinstance(value, str | Mapping):
        return [_plain(item) for item in value]
    return value

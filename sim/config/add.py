"""From one scenario to another with other countries: what is left out, and what is new."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from sim.config.schema.sentences import join, shown, unknown
from sim.config.schema.stances import by_talk
from sim.errors import ConfigError


def without(mapping: Mapping[str, Any], countries: Any) -> dict[str, Any]:
    """Leave countries out of a scenario, with their talks and all that is said of either.

    What only bears the name of one stays: a region of the trade data, plants, a measure.

    Args:
        mapping: as from `read_toml`; left as it is.
        countries: list of their keys.

    Raises:
        ConfigError: it is no list, there is no such country, or it is the hub.
    """
    if not isinstance(countries, list) or not all(isinstance(key, str) for key in countries):
        raise ConfigError(f"without: {shown(countries)} is not a list of countries")
    for key in countries:
        if key not in mapping.get("countries", {}):
            raise unknown("without", key, mapping.get("countries", {}), "country")
        if key == mapping.get("hub"):
            raise ConfigError(f"without: '{key}' is the hub, which sits in every talk; keep it")
    said = mapping.get("talks", {}).items()
    talks = {name for name, talk in said if talk.get("partner") in countries}
    rest = deepcopy(dict(mapping))
    for path in _BY_COUNTRY:
        for table in _tables(rest, path.split(".")):
            _drop(table, set(countries))
    for path in _BY_TALK:
        for table in _tables(rest, path.split(".")):
            if not path.endswith(_STRATEGIES) or by_talk(table):
                _drop(table, talks)
    threats = rest.get("threats", {})
    _drop(threats, {name for name, threat in threats.items() if threat.get("by") in countries})
    _close(rest.get("links", {}), countries)
    return rest


_BY_COUNTRY = (
    "countries",
    "positions",
    "strategies",
    "stances",
    "payoffs.weights",
    "ratification",
    "shocks.*.effects",
    "links.sees",
)
"""Tables whose keys are countries."""

_STRATEGIES = ("strategies.*", "stances.*.*.strategy")

_BY_TALK = (
    "talks",
    "positions.*",
    "stances.*.*.position",
    *_STRATEGIES,
    "payoffs.given",
    "links.sees.*",
)
"""Tables whose keys are talks; a strategy is one for all talks, or a table of them."""


def _tables(mapping: Mapping[str, Any], keys: list[str]) -> list[dict[str, Any]]:
    """List the tables that a path names."""
    found: list[Any] = [mapping]
    for key in keys:
        tables = [each for each in found if isinstance(each, dict)]
        found = [item for each in tables for name, item in each.items() if key in ("*", name)]
    return [each for each in found if isinstance(each, dict)]


def _drop(table: dict[str, Any], gone: set[str]) -> None:
    for key in gone & set(table):
        del table[key]


def _close(links: dict[str, Any], countries: list[str]) -> None:
    """Take countries out of the channel between partners, which is between two at least."""
    channel = links.get("back_channel")
    if not isinstance(channel, dict) or not isinstance(channel.get("partners"), list):
        return
    channel["partners"] = [key for key in channel["partners"] if key not in countries]
    if len(channel["partners"]) < 2:
        del links["back_channel"]


def added(mapping: Mapping[str, Any], new: Any, path: str = "") -> dict[str, Any]:
    """Put new tables and keys into a scenario.

    Args:
        mapping: as from `read_toml`; left as it is.
        new: tables in the form of a scenario.
        path: of the mapping, for the sentence.

    Raises:
        ConfigError: a key is there already.
    """
    if not isinstance(new, Mapping):
        raise ConfigError(f"{join('add', path)}: {shown(new)} is not a table")
    both = deepcopy(dict(mapping))
    for key, said in new.items():
        here = join(path, key)
        if key not in both:
            both[key] = deepcopy(said)
        elif isinstance(both[key], Mapping) and isinstance(said, Mapping):
            both[key] = added(both[key], said, here)
        else:
            raise ConfigError(f"add.{here}: is there already; change it with [changes] '{here}'")
    return both

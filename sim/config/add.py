"""From one scenario to another with other countries: what is left out, and what is new."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from sim.config.sentences import join, shown, unknown
from sim.errors import ConfigError


def without(mapping: Mapping[str, Any], countries: Any) -> dict[str, Any]:
    """Leave countries out of a scenario, with their talks and every table that names them.

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
    talks = mapping.get("talks", {})
    gone = {*countries, *(name for name, said in talks.items() if said["partner"] in countries)}
    return {key: _rest(said, gone) for key, said in mapping.items()}


def _rest(said: Any, gone: set[str]) -> Any:
    """Give what is left of a value: no key that is gone, and no table that names one."""
    if not isinstance(said, Mapping):
        return deepcopy(said)
    return {
        key: _rest(item, gone)
        for key, item in said.items()
        if key not in gone and not (isinstance(item, Mapping) and _names(item, gone))
    }


def _names(table: Mapping[str, Any], gone: set[str]) -> bool:
    """Tell whether a table names something that is gone, alone or in a list."""
    said = [item if isinstance(item, list) else [item] for item in table.values()]
    return any(isinstance(word, str) and word in gone for words in said for word in words)


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

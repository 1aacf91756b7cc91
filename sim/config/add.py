"""From one scenario to another: countries and measures that are left out, and what is new."""

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


def without_measures(mapping: Mapping[str, Any], measures: Any) -> dict[str, Any]:
    """Leave tariff measures out of a scenario, in every talk, with all that is said of them.

    They are then neither charged nor talked about. What only bears the name of one stays: goods,
    a group of sectors, a red line.

    Args:
        mapping: as from `read_toml`; left as it is.
        measures: list of their keys.

    Raises:
        ConfigError: it is no list, or there is no such measure.
    """
    here = "without_measures"
    if not isinstance(measures, list) or not all(isinstance(key, str) for key in measures):
        raise ConfigError(f"{here}: {shown(measures)} is not a list of measures")
    known = [key for table in _tables(dict(mapping), ["talks", "*", "measures"]) for key in table]
    for key in measures:
        if key not in known:
            raise unknown(here, key, known, "measure")
    rest, gone = deepcopy(dict(mapping)), set(measures)
    for path in _BY_MEASURE:
        for table in _tables(rest, path.split(".")):
            _drop(table, gone)
    for path, key in _NAMING:
        for table in _tables(rest, path.split(".")):
            _forget(table, key, gone)
    for path in ("strategies.*", "stances.*.*.strategy"):
        for table in _tables(rest, path.split(".")):
            _unname(table, gone)
    _leave_empty_out(rest)
    return rest


_BY_MEASURE = ("talks.*.measures", "payoffs.weights.*.review", "payoffs.given.*.*")
"""Tables whose keys are measures."""

_NAMING = (
    ("rules", "review"),
    ("talks.*.rules", "review"),
    ("positions", "*"),
    ("positions.*", "*"),
    ("stances.*.*", "position"),
    ("stances.*.*.position", "*"),
    ("payoffs.weights.*.red_lines.*", "measures"),
    ("threats.*.unless", "opened"),
)
"""Tables and their keys that list measures, or name one."""


def _forget(table: dict[str, Any], key: str, gone: set[str]) -> None:
    """Take measures out of a list that stands at a key, or at any."""
    for name in list(table) if key == "*" else [key]:
        said = table.get(name)
        if isinstance(said, list):
            table[name] = _kept(said, gone)
        elif isinstance(said, str) and said in gone:
            table[name] = []


def _kept(listed: list[Any], gone: set[str]) -> list[Any]:
    return [each for each in listed if not isinstance(each, str) or each not in gone]


def _unname(strategy: dict[str, Any], gone: set[str]) -> None:
    """Take measures out of the lists of a strategy, and of those inside it."""
    for key, said in strategy.items():
        if isinstance(said, list):
            strategy[key] = _kept(said, gone)
        elif isinstance(said, dict):
            if key == "admits":
                _drop(said, gone)
            _unname(said, gone)


def _leave_empty_out(rest: dict[str, Any]) -> None:
    """Leave out what was said of measures that are gone, and of nothing else."""
    for rules in (*_tables(rest, ["rules"]), *_tables(rest, ["talks", "*", "rules"])):
        if rules.get("review") == []:
            rules["review"] = "none"
    for lines in _tables(rest, ["payoffs", "weights", "*", "red_lines"]):
        empty = [isinstance(line, dict) and line.get("measures") == [] for line in lines.values()]
        _drop(lines, {name for name, is_empty in zip(lines, empty, strict=True) if is_empty})
    for threat in _tables(rest, ["threats", "*"]):
        unless = threat.get("unless")
        if isinstance(unless, dict) and unless.get("opened") == []:
            del unless["opened"]
            if "signed_by" not in unless:
                del threat["unless"]


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

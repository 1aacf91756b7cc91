"""Dotted paths of a scenario: what they name, and new values where they point to."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import cache, partial
from itertools import zip_longest
from typing import Any

from sim.config.schema.around_keys import SightConfig, UnlessConfig
from sim.config.schema.limits import within_limits
from sim.config.schema.numbers import is_number
from sim.config.schema.payoff_keys import WeightsConfig
from sim.config.schema.sentences import shown, unknown, validate
from sim.config.schema.stances import by_talk
from sim.config.schema.whole import ScenarioConfig
from sim.errors import ConfigError, near_match

MISSING: Any = object()
"""What stands at a path that a mapping does not have."""


def overriding(mapping: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Give what changes one scenario again and again, as `override` does; it is read once."""
    return partial(override, mapping, read_before=cache(partial(_complete, mapping)))


def override(
    mapping: Mapping[str, Any],
    changes: Mapping[str, Any],
    read_before: Callable[[], dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Change some values of a scenario.

    A path that says more comes after one that says less, whatever their order: a whole before its
    part, `talks.*` before `talks.NAME`.

    Args:
        mapping: as from `read_toml`; left as it is.
        changes: new values by dotted path, such as `{"rules.review": "none"}`. A path may name
            any key that the scenario has or that has a default; below a strategy any parameter.
            A star stands for every key at its place below which the rest of the path exists:
            `talks.*.measures.cars.levels`.
        read_before: gives the scenario with every key, if that is at hand.

    Raises:
        ConfigError: a path that does not exist, or a scenario that is wrong before the change.
    """
    if not isinstance(changes, Mapping):
        raise ConfigError(
            f"changes: {shown(changes)} is not a table; write dotted paths with their new values, "
            "such as 'rules.review' = 'none'"
        )
    changed = deepcopy(dict(mapping))
    if changes:
        within_limits(changes)
        complete = read_before() if read_before else _complete(mapping)
        for path, value in sorted(changes.items(), key=lambda change: _detail(change[0])):
            for each in _written_out(complete, path):
                _put(changed, complete, each, value)
        check_positions(changed, changes)
    return changed


def check_positions(mapping: Mapping[str, Any], paths: Iterable[str]) -> None:
    """Check that positions that are set are played: that of a stance comes before them.

    Raises:
        ConfigError: a stance that is played says another one.
    """
    set_ = [path for path in paths if path.startswith("positions.")]
    if not set_ or not mapping.get("stances"):
        return
    config = validate(ScenarioConfig, mapping)
    bare = config.model_copy(update={"stances": {}})
    for path in (each for one in set_ for each in named(mapping, one)):
        country, *of = path.split(".")[1:]
        for talk in of or _seats(config.model_dump(), country):
            if config.position(country, talk) != bare.position(country, talk):
                name = config.stance(country, talk)
                raise ConfigError(
                    f"{path}: is set to {shown(value_at(mapping, path))}, but the stance '{name}' "
                    f"that {country} plays has a position of its own; set "
                    f"stances.{country}.{name}.position, or let it play something else"
                )


def spelled_out(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Give a scenario with the stances in its strategies written out; one that is wrong stays."""
    if not mapping.get("stances"):
        return dict(mapping)
    try:
        config = validate(ScenarioConfig, mapping)
        complete = config.model_dump()
        played = {}
        for country in mapping["strategies"]:
            talks = {t: config.said_strategy(country, t)[1] for t in _seats(complete, country)}
            same = all(each == next(iter(talks.values())) for each in talks.values())
            whole = same and not by_talk(mapping["strategies"][country])
            played[country] = next(iter(talks.values())) if whole else talks
    except (ConfigError, KeyError):
        return dict(mapping)
    return {**mapping, "strategies": played}


def _detail(path: str) -> tuple[int, int]:
    keys = path.split(".")
    return len(keys), -keys.count("*")


def named(mapping: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """Give the paths that a path with stars names; raises ConfigError as `override`."""
    return tuple(_written_out(_complete(mapping), path)) if "*" in path else (path,)


def value_at(mapping: Mapping[str, Any], path: str) -> Any:
    """Give what a scenario says at a path, `MISSING` if nothing."""
    here: Any = mapping
    for key in path.split("."):
        here = here.get(key, MISSING) if isinstance(here, Mapping) else MISSING
    return here


def holds(mapping: Mapping[str, Any], path: str, value: Any) -> bool:
    """Tell whether a scenario has a value at a path, and at each that its stars name.

    A table holds a table whose keys it has with their values; that of a strategy holds its name.
    """
    if value is MISSING:
        return value_at(mapping, path) is MISSING
    return all(_within(value_at(mapping, each), value) for each in named(mapping, path))


def _within(found: Any, value: Any) -> bool:
    if isinstance(found, Mapping) and isinstance(value, Mapping):
        return all(_within(found.get(key, MISSING), item) for key, item in value.items())
    if isinstance(found, Mapping) and isinstance(value, str):
        return value in (found.get("name"), found.get("level"))
    listed = (list, tuple)
    if isinstance(found, listed) and isinstance(value, listed):
        return list(found) == list(value)
    return bool(found == value) and isinstance(found, bool) == isinstance(value, bool)


def overlap(path: str, other: str) -> bool:
    """Tell whether two paths can name the same, or one a part of what the other does."""
    pairs = zip_longest(path.split("."), other.split("."), fillvalue="*")
    return all(a == b or "*" in (a, b) for a, b in pairs)


def _written_out(complete: Mapping[str, Any], path: str) -> list[str]:
    """Write out the stars of a path."""
    front, star, rest = path.partition("*")
    if not star:
        return [path]
    here: Any = complete
    for key in front.split(".")[:-1]:
        here = here.get(key) if isinstance(here, Mapping) else None
    every = [f"{front}{key}{rest}" for key in here] if isinstance(here, Mapping) else []
    written = [each for start in every for each in _stars(complete, start)]
    found = [each for each in written if _exists(complete, each)]
    if not found:
        raise ConfigError(f"{path}: no key of the scenario fits this path")
    return found


def _stars(complete: Mapping[str, Any], path: str) -> list[str]:
    """Write out the stars that are left; none where no key fits them."""
    try:
        return _written_out(complete, path)
    except ConfigError:
        return []


def _exists(complete: Mapping[str, Any], path: str) -> bool:
    keys = path.split(".")
    if keys[:2] == ["links", "sees"] and len(keys) > 3 and keys[2:4] in _own(complete):
        return False
    try:
        _put(deepcopy(dict(complete)), complete, path, None)
    except ConfigError:
        return False
    return True


def _own(complete: Mapping[str, Any]) -> list[list[str]]:
    """List the partners with their talks: what a country sees of its own talk is not said."""
    return [[talk["partner"], name] for name, talk in complete["talks"].items()]


def _complete(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Give a scenario with every key that has a value or a default."""
    complete = validate(ScenarioConfig, mapping).model_dump()
    weights = WeightsConfig().model_dump()
    for country in complete["countries"]:
        complete["positions"].setdefault(country, "all")
        complete["strategies"].setdefault(country, "")
        complete["payoffs"]["weights"].setdefault(country, weights)
        sees = complete["links"]["sees"].setdefault(country, {})
        for talk in complete["talks"]:
            sees.setdefault(talk, SightConfig().model_dump())
    for threat in complete["threats"].values():
        threat["unless"] = threat["unless"] or UnlessConfig().model_dump()
    return complete


_BY_SECTOR = {
    ("economy", "sigma"),
    ("economy", "markup"),
    ("economy", "pass_through"),
    ("economy", "grades"),
}
"""Tables whose keys the trade data know."""


def _put(mapping: dict[str, Any], complete: Mapping[str, Any], path: str, value: Any) -> None:
    """Write one value where a dotted path points to."""
    keys = path.split(".")
    here = mapping
    known: Any = complete
    seated = keys[0] in ("positions", "strategies")
    for depth, key in enumerate(keys):
        free = depth >= 2 and (keys[0] == "strategies" or (seated and key in complete["talks"]))
        free |= depth >= 4 and keys[0] == "stances" and keys[3] == "strategy"
        if not free and not (depth == 2 and tuple(keys[:2]) in _BY_SECTOR):
            _check_key(path, keys, depth, known)
        known = known.get(key) if isinstance(known, Mapping) else None
        if depth == len(keys) - 1:
            here[key] = deepcopy(value)
            return
        if seated and depth == 1 and keys[2] in _seats(complete, key):
            given = here.get(key, "all" if keys[0] == "positions" else {})
            here[key] = _for_each(given, complete, key)
        else:
            here[key] = _opened(here.get(key), known, "level" if keys[0] == "links" else "name")
        here = here[key]


def _seats(complete: Mapping[str, Any], country: str) -> list[str]:
    """List the talks that a country sits in."""
    talks = complete["talks"]
    return [name for name in talks if country in (complete["hub"], talks[name]["partner"])]


def _for_each(given: Any, complete: Mapping[str, Any], country: str) -> dict[str, Any]:
    """Give a table by talk; what is said for all talks is said for each of a country's."""
    if by_talk(given):
        return dict(given)
    talks = _seats(complete, country)
    if not isinstance(given, list | tuple):
        return {talk: deepcopy(given) for talk in talks}
    measures = {talk: complete["talks"][talk]["measures"] for talk in talks}
    every = {name for named in measures.values() for name in named}
    return {
        talk: [name for name in given if name in measures[talk] or name not in every]
        for talk in talks
    }


def _check_key(path: str, keys: list[str], depth: int, known: Any) -> None:
    where = ".".join(keys[:depth])
    if not isinstance(known, Mapping):
        what = "empty" if known is None else shown(known)
        raise ConfigError(f"{path}: {where} is {what}, which has no key '{keys[depth]}'")
    if keys[depth] not in known:
        problem = unknown(path, keys[depth], known, where=where)
        if depth == 2 and keys[0] == "stances" and not near_match(keys[2], known):
            new = f"[add.stances.{keys[1]}.{keys[2]}]"
            raise ConfigError(
                f"{problem}; a config can change a stance and not add one: write a new one "
                f"into the scenario, or into one that extends it ({new})"
            )
        raise problem


def _opened(given: Any, known: Any, word: str) -> dict[str, Any]:
    """Give the table that a key holds; a text stands for a table that says it as its `word`."""
    if isinstance(given, Mapping) and "value" not in given:
        return dict(given)
    if isinstance(given, str):
        return {word: given}
    if not (isinstance(known, Mapping) and "central" in known):
        return {}
    table = dict(given) if isinstance(given, Mapping) else {"value": given}
    value = table.pop("value")
    ends = {"low": value, "central": value, "high": value}
    return {**ends, **table} if is_number(value) else deepcopy(dict(known))

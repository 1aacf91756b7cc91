"""From a file to a config: read, override, parse."""

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sim.config import draws_file
from sim.config.add import added, without
from sim.config.around import SightConfig
from sim.config.checks import check
from sim.config.schema import ScenarioConfig
from sim.config.sentences import shown, unknown, validate
from sim.config.values import WeightsConfig
from sim.errors import ConfigError

_EXTENSION = ("extends", "name", "title", "without", "add", "changes")
"""Keys of a scenario file that extends another."""


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        ConfigError: there is no such file, or it is not TOML (with the line).
    """
    path = Path(path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file{_near_file(path)}") from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: is a directory; name a .toml file in it") from None
    except UnicodeDecodeError as problem:
        raise ConfigError(
            f"{path}: byte {problem.start} is not UTF-8; save the file as UTF-8"
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(f"{path}: not valid TOML: {problem}") from None


def read_scenario(path: str | Path) -> dict[str, Any]:
    """Read a scenario file, and the one that it extends.

    A file may say `extends`, the path of another one from this file; `without`, countries that are
    left out with their talks and every table that names them; `[add]`, tables in the form of the
    scenario with what it does not have yet; and `[changes]`, new values by dotted path as for
    `override`. They are carried out in this order; `name` and `title` are its own.

    Raises:
        ConfigError: a file or a change is wrong.
    """
    path = Path(path)
    said = read_toml(path)
    if "extends" not in said:
        return said
    for key in said:
        if key not in _EXTENSION:
            raise ConfigError(
                f"{path}: {key}: a scenario that extends another says only "
                f"{', '.join(_EXTENSION)}; put new values into [changes] by their dotted paths"
            )
    try:
        base = read_scenario(path.parent / str(said["extends"]))
        base = added(without(base, said.get("without", [])), said.get("add", {}))
        changed = override(base, said.get("changes", {}))
    except ConfigError as problem:
        raise ConfigError(f"{path}: {problem}") from None
    return changed | {key: said[key] for key in ("name", "title") if key in said}


def _near_file(path: Path) -> str:
    there = [p.name for p in path.parent.glob("*.toml")] if path.parent.is_dir() else []
    close = get_close_matches(path.name, there, n=1, cutoff=0.6)
    return f"; did you mean '{path.parent / close[0]}'?" if close else ""


def parse(mapping: Mapping[str, Any], directory: str | Path | None = None) -> ScenarioConfig:
    """Check what a scenario file says.

    Args:
        mapping: as from `read_toml`.
        directory: where relative paths of files start; the working directory if not given.

    Raises:
        ConfigError: the first thing that is wrong.
        DataError: the file of draws is wrong.
    """
    config = _placed(mapping, directory)
    if isinstance(config.payoffs.draws, str):
        config = _with_draws(mapping, config.find(config.payoffs.draws), directory)
    check(config)
    return config


def _placed(mapping: Mapping[str, Any], directory: str | Path | None) -> ScenarioConfig:
    config = validate(ScenarioConfig, mapping)
    return config if directory is None else config.at(Path(directory))


def _with_draws(
    mapping: Mapping[str, Any], file: Path, directory: str | Path | None
) -> ScenarioConfig:
    """Put the values that a file of draws lists in the place of their ranges."""
    listed = draws_file.changes(file)
    try:
        changed = _placed(override(mapping, listed), directory)
    except ConfigError as problem:
        raise ConfigError(f"{file}: {problem}") from None
    return changed.drawn_from(file)


def override(mapping: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change some values of a scenario.

    Args:
        mapping: as from `read_toml`; left as it is.
        changes: new values by dotted path, such as `{"rules.review": "none"}`. A path may name
            any key that the scenario has or that has a default; below a strategy any parameter.
            A star stands for every key at its place below which the rest of the path exists:
            `talks.*.measures.cars.levels`.

    Raises:
        ConfigError: a path that does not exist, or a scenario that is wrong before the change.
    """
    changed = deepcopy(dict(mapping))
    if changes:
        complete = _complete(mapping)
        for path, value in changes.items():
            for each in _paths(complete, path):
                _put(changed, complete, each, value)
    return changed


def _paths(complete: Mapping[str, Any], path: str) -> list[str]:
    """Write out the stars of a path."""
    front, star, rest = path.partition("*")
    if not star:
        return [path]
    here: Any = complete
    for key in front.split(".")[:-1]:
        here = here.get(key) if isinstance(here, Mapping) else None
    every = [f"{front}{key}{rest}" for key in here] if isinstance(here, Mapping) else []
    written = [each for start in every for each in _paths(complete, start)]
    found = [each for each in written if _exists(complete, each)]
    if not found:
        raise ConfigError(f"{path}: no key of the scenario fits this path")
    return found


def _exists(complete: Mapping[str, Any], path: str) -> bool:
    try:
        _put(deepcopy(dict(complete)), complete, path, None)
    except ConfigError:
        return False
    return True


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
    return complete


_BY_SECTOR = {("economy", "sigma"), ("economy", "pass_through"), ("economy", "grades")}
"""Tables whose keys the trade data know."""


def _put(mapping: dict[str, Any], complete: Mapping[str, Any], path: str, value: Any) -> None:
    """Write one value where a dotted path points to."""
    keys = path.split(".")
    here = mapping
    known: Any = complete
    seated = keys[0] in ("positions", "strategies")
    for depth, key in enumerate(keys):
        free = depth >= 2 and (keys[0] == "strategies" or (seated and key in complete["talks"]))
        if not free and not (depth == 2 and tuple(keys[:2]) in _BY_SECTOR):
            _check_key(path, keys, depth, known)
        known = known.get(key) if isinstance(known, Mapping) else None
        if depth == len(keys) - 1:
            here[key] = deepcopy(value)
            return
        by_talk = seated and depth == 1 and keys[2] in complete["talks"]
        here[key] = _opened(here.get(key), known, list(complete["talks"]) if by_talk else [])
        here = here[key]


def _check_key(path: str, keys: list[str], depth: int, known: Any) -> None:
    where = ".".join(keys[:depth])
    if not isinstance(known, Mapping):
        what = "empty" if known is None else shown(known)
        raise ConfigError(f"{path}: {where} is {what}, which has no key '{keys[depth]}'")
    if keys[depth] not in known:
        raise unknown(path, keys[depth], known, where=where)


def _opened(given: Any, known: Any, talks: list[str]) -> dict[str, Any]:
    """Give the table that a key holds; what is said for all talks is said for each of `talks`."""
    if talks and not (isinstance(given, Mapping) and "name" not in given):
        return {talk: deepcopy("all" if given is None else given) for talk in talks}
    if isinstance(given, Mapping) and "value" not in given:
        return dict(given)
    if isinstance(given, str):
        return {"name": given}
    is_range = isinstance(known, Mapping) and "central" in known
    return deepcopy(dict(known)) if is_range else {}

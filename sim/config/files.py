"""From a file to a config: read, extend, parse."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sim.config import draws_file
from sim.config.add import added, without
from sim.config.checks import check
from sim.config.paths import override
from sim.config.places import moved
from sim.config.schema.sentences import validate
from sim.config.schema.whole import ScenarioConfig
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
    left out with their talks and all that is said of either; `[add]`, tables in the form of the
    scenario with what it does not have yet; and `[changes]`, new values by dotted path as for
    `override`. They are carried out in this order; `name` and `title` are its own. Paths of files
    start where the file lies that says them.

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
        file = path.parent / str(said["extends"])
        base = moved(read_scenario(file), file.parent, path.parent)
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

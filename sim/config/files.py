"""From a file to a config: read, extend, parse."""

import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.config import draws_file
from sim.config.add import added, without, without_measures
from sim.config.checks import check
from sim.config.paths import override
from sim.config.places import found, moved, text_of
from sim.config.schema.limits import too_deep, within_limits
from sim.config.schema.sentences import shown, validate
from sim.config.schema.whole import ScenarioConfig
from sim.config.shipped import scenario_file
from sim.errors import ConfigError

_EXTENSION = ("extends", "name", "title", "without", "without_measures", "add", "changes")
"""Keys of a scenario file that extends another."""


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a TOML file; letters are in one of their Unicode forms (NFC).

    Raises:
        ConfigError: there is no such file, it is not TOML (with the line), or says too much.
    """
    path = Path(path)
    try:
        return toml_of(text_of(path))
    except ConfigError as problem:
        raise ConfigError(f"{path}: {problem}") from None


def toml_of(text: str) -> dict[str, Any]:
    """Read TOML; raises ConfigError if it is none, or says too much."""
    try:
        said = tomllib.loads(unicodedata.normalize("NFC", text))
        within_limits(said)
    except RecursionError:
        raise too_deep("") from None
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(f"not valid TOML: {problem}") from None
    except ValueError as problem:  # of Python: digits, dates
        raise ConfigError(f"not valid TOML: {str(problem).partition(';')[0]}") from None
    return said


def read_scenario(path: str | Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Read a scenario file, and the one that it extends.

    A file may say `extends`, the path of another one from this file, or the name of one that comes
    with the package; `without`, countries that are
    left out with their talks and all that is said of either; `without_measures`, tariff measures
    that are left out of every talk with all that is said of them; `[add]`, tables in the form of
    the scenario with what it does not have yet; and `[changes]`, new values by dotted path as for
    `override`. They are carried out in this order; `name` and `title` are its own. Paths of files
    start where the file lies that says them.

    Args:
        path: of the file.
        above: files that extend it.

    Raises:
        ConfigError: a file or a change is wrong, or files extend each other.
    """
    path = scenario_file(path)
    _check_apart(path, above)
    said = read_toml(path)
    if "extends" not in said:
        return said
    for key in said:
        if key not in _EXTENSION:
            raise ConfigError(
                f"{path}: {key}: a scenario that extends another says only "
                f"{', '.join(_EXTENSION)}; put new values into [changes] by their dotted paths"
            )
    if not isinstance(said["extends"], str) or not said["extends"]:
        raise ConfigError(
            f"{path}: extends: {shown(said['extends'])} is not the path of a scenario file"
        )
    try:
        file = found(scenario_file(said["extends"], path.parent))
        base = moved(read_scenario(file, (*above, path)), file.parent, path.parent)
        base = without_measures(
            without(base, said.get("without", [])), said.get("without_measures", [])
        )
        base = added(base, said.get("add", {}))
        changed = override(base, said.get("changes", {}))
    except ConfigError as problem:
        raise ConfigError(f"{path}: {problem}") from None
    return changed | {key: said[key] for key in ("name", "title") if key in said}


MOST_EXTENDED = 20
"""Files that extend each other in a row."""


def _check_apart(path: Path, above: tuple[Path, ...]) -> None:
    if path.resolve() in [each.resolve() for each in above]:
        way = " -> ".join(str(each) for each in (*above, path))
        raise ConfigError(f"{path}: extends: the file extends itself, by {way}; let one of them go")
    if len(above) >= MOST_EXTENDED:
        raise ConfigError(
            f"{path}: extends: is the {len(above) + 1}th file in a row that another one extends; "
            f"at most {MOST_EXTENDED} may: write some of them as one"
        )


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

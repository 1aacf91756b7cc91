"""Paths of files in a scenario: where they start, and how they read from elsewhere."""

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sim.config.schema.limits import MOST_BYTES
from sim.config.shipped import PREFIX, SHIPPED, located
from sim.errors import ConfigError, DataError


def moved(mapping: Mapping[str, Any], start: Path, to: Path) -> dict[str, Any]:
    """Give a scenario whose relative paths start at another directory.

    Args:
        mapping: as from `read_toml`; left as it is.
        start: where its paths start.
        to: where they are to start. A path with nothing at its end is still that of the start,
            so that no other file of its name is taken; one of the working directory stays.
    """
    if start.resolve() == to.resolve():
        return dict(mapping)

    def move(said: Any) -> Any:
        return elsewhere(said, start, to, gone=True) if isinstance(said, str) else said

    played = {key: mapping[key] for key in ("strategies", "stances") if key in mapping}
    found = dict(mapping) | files_moved(played, start, to, gone=True)
    found = _changed(found, "payoffs", "draws", move)
    given = found.get("payoffs", {}).get("given", {})
    if isinstance(given, Mapping):
        tables = {talk: _within(table, "file", move) for talk, table in given.items()}
        found = _changed(found, "payoffs", "given", lambda _: tables)
    return _changed(found, "economy", "data", move)


def _changed(mapping: dict[str, Any], table: str, key: str, change: Any) -> dict[str, Any]:
    if table not in mapping:
        return mapping
    return mapping | {table: _within(mapping[table], key, change)}


def _within(table: Any, key: str, change: Any) -> Any:
    if not isinstance(table, Mapping) or key not in table:
        return table
    return {**table, key: change(table[key])}


def files_moved(value: Any, start: Path, to: Path, gone: bool = False) -> Any:
    """Give a value in which files of strategies, and of draws, are named from another directory.

    Args:
        value: of a strategy or of any other key, with all that is inside.
        start, to: as for `moved`.
        gone: whether files that are not there are named from there, too.
    """
    if isinstance(value, Mapping):
        return {key: files_moved(item, start, to, gone) for key, item in value.items()}
    if isinstance(value, list):
        return [files_moved(item, start, to, gone) for item in value]
    if isinstance(value, str) and ".py:" in value:
        file, _, name = value.partition(".py:")
        return f"{elsewhere(f'{file}.py', start, to, gone)}:{name}"
    if isinstance(value, str) and value.endswith(".parquet"):
        return elsewhere(value, start, to, gone)
    return value


def elsewhere(path: str, start: Path, to: Path, gone: bool = False) -> str:
    """Name a file from another directory; one that is named in full stays.

    So does one that is not there, if `gone` is not said or the working directory has it. One that
    comes with the package is named from the package on, if the directory lies elsewhere.
    """
    file, to = located(path, start.resolve()), to.resolve()
    stays = not there(file) and (there(Path(path)) or not gone)
    if Path(path).is_absolute() or stays:
        return path
    file = file.resolve() if there(file) else Path(os.path.normpath(file))
    if file.is_relative_to(SHIPPED) and not to.is_relative_to(SHIPPED):
        return f"{PREFIX}{file.relative_to(SHIPPED).as_posix()}"
    return Path(os.path.relpath(file, to)).as_posix()


def found(path: Path) -> Path:
    """Give a path as it is, or, where there is nothing, as the disk may write its letters."""
    if there(path):
        return path
    forms = [Path(unicodedata.normalize(form, str(path))) for form in ("NFC", "NFD")]
    return next((each for each in forms if there(each)), path)


def there(path: Path) -> bool:
    """Tell whether there is anything at a path; nothing is where a path cannot be."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def text_of(path: Path, ending: str = ".toml") -> str:
    """Read a file of words: UTF-8, with a byte order mark or without; raises as its two parts."""
    return decoded(bytes_of(path, ending))


def bytes_of(path: Path, ending: str) -> bytes:
    """Read a file on the disk that is not too large.

    Args:
        path: of the file.
        ending: of the names of such files, for sentences.

    Raises:
        ConfigError: there is none, it is no file, or too large; the sentence leaves out the path.
    """
    path = found(path)
    try:
        kind = path.stat()
        if stat.S_ISDIR(kind.st_mode):
            raise ConfigError(f"is a directory; name a {ending} file in it")
        if not stat.S_ISREG(kind.st_mode):
            raise ConfigError("is a device or a pipe; name a file on the disk")
        if kind.st_size > MOST_BYTES:
            raise ConfigError(f"has {kind.st_size:,} bytes; at most {MOST_BYTES:,} are read")
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"there is no such file{_near_file(path, ending)}") from None
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise ConfigError(f"cannot be read: {why}") from None


def decoded(content: bytes) -> str:
    """Read words; raises ConfigError if they are not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ConfigError(f"byte {problem.start} is not UTF-8; save the file as UTF-8") from None


def table_text(path: Path) -> str:
    """Read a file of comma-separated values, as `text_of` does; a part of the text is never lost.

    Raises:
        DataError: it cannot be read, or is no text; the sentence begins with the path.
    """
    try:
        text = text_of(path, ".csv")
    except ConfigError as problem:
        raise DataError(f"{path}: {problem}") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DataError(f"{path}, line {line}: holds a null byte; save the file as UTF-8 text")
    return text


def _near_file(path: Path, ending: str) -> str:
    near = [p.name for p in path.parent.glob(f"*{ending}")] if there(path.parent) else []
    close = get_close_matches(path.name, near, n=1, cutoff=0.6)
    return f"; did you mean '{path.parent / close[0]}'?" if close else ""


FOLDER = "files"
"""The folder beside a config in which files that it carries with it lie."""

_DATA = re.compile(r"(.*\.)?(economy\.data|payoffs\.given\.[^.]+\.file)")
"""Dotted paths of keys that name a file, or a directory of them."""

_THROUGH = ("value", "choice")
"""Keys of a swept value that are no part of a dotted path."""


def carried(said: Mapping[str, Any], directory: Path) -> tuple[dict[str, Any], dict[str, Path]]:
    """Name every file that a config names as one in a folder beside it, wherever it lies.

    Args:
        said: the config, scenario included.
        directory: where its relative paths start, if not in the working directory.

    Returns:
        The config with these names, and by name the file, or the directory of data.
    """
    names: dict[str, Path] = {}

    def name(path: str) -> str:
        places = (found(directory / path), found(Path(path)))
        file = next((each for each in places if there(each)), None)
        if file is None:
            return path
        file = file.resolve()
        known = next((each for each, other in names.items() if other == file), None)
        return known or _new(names, path, file)

    return _named(said, name, ()), names


def _new(names: dict[str, Path], path: str, file: Path) -> str:
    """Find a name that no other file has; one that lies in the folder keeps its own."""
    said, last = Path(path), Path(path).name or file.name
    inside = not said.is_absolute() and said.parts[:1] == (FOLDER,) and ".." not in said.parts
    wanted = said.as_posix() if inside else f"{FOLDER}/{last}"
    number = 1
    while wanted in names:
        number += 1
        wanted = f"{FOLDER}/{number}/{last}"
    names[wanted] = file
    return wanted


def _named(value: Any, name: Callable[[str], str], keys: Sequence[str]) -> Any:
    if isinstance(value, Mapping):
        return {
            key: item if key == "label" else _named(item, name, (*keys, key))
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_named(item, name, keys) for item in value]
    if not isinstance(value, str):
        return value
    file, python, rest = value.partition(".py:")
    if python:
        return f"{name(f'{file}.py')}:{rest}"
    path = ".".join(key for key in keys if key not in _THROUGH)
    return name(value) if value.endswith(".parquet") or _DATA.fullmatch(path) else value

"""Paths of files in a scenario: where they start, and how they read from elsewhere."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def moved(mapping: Mapping[str, Any], start: Path, to: Path) -> dict[str, Any]:
    """Give a scenario whose relative paths start at another directory.

    Args:
        mapping: as from `read_toml`; left as it is.
        start: where its paths start.
        to: where they are to start. A path with nothing at its end stays as it is.
    """
    if start.resolve() == to.resolve():
        return dict(mapping)

    def move(said: Any) -> Any:
        return elsewhere(said, start, to) if isinstance(said, str) else said

    played = {key: mapping[key] for key in ("strategies", "stances") if key in mapping}
    found = dict(mapping) | files_moved(played, start, to)
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


def files_moved(value: Any, start: Path, to: Path) -> Any:
    """Give a value in which files of strategies, and of draws, are named from another directory.

    Args:
        value: of a strategy or of any other key, with all that is inside.
        start, to: as for `moved`.
    """
    if isinstance(value, Mapping):
        return {key: files_moved(item, start, to) for key, item in value.items()}
    if isinstance(value, list):
        return [files_moved(item, start, to) for item in value]
    if isinstance(value, str) and ".py:" in value:
        file, _, name = value.partition(".py:")
        return f"{elsewhere(f'{file}.py', start, to)}:{name}"
    if isinstance(value, str) and value.endswith(".parquet"):
        return elsewhere(value, start, to)
    return value


def elsewhere(path: str, start: Path, to: Path) -> str:
    """Name a file from another directory; one that is not there, or named in full, stays."""
    if Path(path).is_absolute() or not (start / path).exists():
        return path
    return Path(os.path.relpath((start / path).resolve(), to.resolve())).as_posix()

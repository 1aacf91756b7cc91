"""Solved tables on disk, by content: what was solved once is loaded the next time."""

import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zipfile import BadZipFile

import numpy as np
import platformdirs
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def directory() -> Path:
    """Give where tables are kept: `TARIFF_TALKS_CACHE`, else the user's cache directory."""
    named = os.environ.get("TARIFF_TALKS_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("tariff-talks"))


def key(*parts: Any) -> str:
    """Give a name for what some arrays, numbers and words determine."""
    digest = blake2b(digest_size=16)
    for part in parts:
        _update(digest, part)
    return digest.hexdigest()


def _update(digest: Any, part: Any) -> None:
    if isinstance(part, np.ndarray):
        digest.update(f"array {part.shape} {part.dtype}".encode())
        digest.update(np.ascontiguousarray(part).tobytes())
    elif isinstance(part, list | tuple):
        digest.update(f"list {len(part)}".encode())
        for item in part:
            _update(digest, item)
    else:
        digest.update(f"{type(part).__name__} {part!r};".encode())


def load(name: str) -> dict[str, Floats] | None:
    """Load tables; None if they were never kept, or if their file is damaged."""
    path = directory() / f"{name}.npz"
    if not path.is_file():
        return None
    try:
        with np.load(path) as kept:
            return {key: kept[key] for key in kept.files}
    except (BadZipFile, ValueError, OSError, EOFError):
        return None


def save(name: str, tables: Mapping[str, Floats]) -> None:
    """Keep tables; a reader sees all of them or none. A disk that cannot be written is no error."""
    try:
        directory().mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=directory(), suffix=".part", delete=False) as file:
            np.savez(file, **tables)  # type: ignore[arg-type]
        Path(file.name).replace(directory() / f"{name}.npz")
    except OSError:
        return

"""Solved tables on disk, by content: what was solved once is loaded the next time."""

import os
from collections.abc import Mapping
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_DIGEST = 16
"""Bytes of a key, and of the checksum that follows the npz in a file."""


def directory() -> Path:
    """Give where tables are kept: `TARIFF_TALKS_CACHE`, else the user's cache directory."""
    named = os.environ.get("TARIFF_TALKS_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("tariff-talks"))


def key(*parts: Any) -> str:
    """Give a name for what some arrays, numbers and words determine, in lists or not.

    Raises:
        TypeError: a part is of another kind, whose content could not be told.
    """
    digest = blake2b(digest_size=_DIGEST)
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
    elif part is not None and not isinstance(part, str | int | float):
        raise TypeError(f"a key is made of arrays, numbers and words, not of {type(part).__name__}")
    else:
        digest.update(f"{type(part).__name__} {part!r};".encode())


def load(name: str) -> dict[str, Floats] | None:
    """Load tables; None if they were never kept, or their file is damaged or another's."""
    try:
        content = _path(name).read_bytes()
    except OSError:
        return None
    tables, checksum = content[:-_DIGEST], content[-_DIGEST:]
    if _checksum(name, tables) != checksum:
        return None
    with np.load(BytesIO(tables)) as kept:
        return {key: kept[key] for key in kept.files}


def save(name: str, tables: Mapping[str, Floats]) -> None:
    """Keep tables; a reader sees all of them or none. A disk that cannot be written is no error."""
    buffer = BytesIO()
    np.savez(buffer, **tables)  # type: ignore[arg-type]
    content = buffer.getvalue()
    part = None
    try:
        directory().mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=directory(), suffix=".part", delete=False) as file:
            part = Path(file.name)
            file.write(content + _checksum(name, content))
        part.replace(_path(name))
    except OSError:
        if part is not None:
            part.unlink(missing_ok=True)


def _path(name: str) -> Path:
    return directory() / f"{name}.npz"


def _checksum(name: str, content: bytes) -> bytes:
    """Give the checksum of what is kept under a name: a file that was renamed is told by it."""
    return blake2b(name.encode() + b"\0" + content, digest_size=_DIGEST).digest()

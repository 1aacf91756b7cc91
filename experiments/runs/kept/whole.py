"""Files that are written whole or not at all, and known by a digest of their bytes."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sim.errors import ConfigError, TariffTalksError

_SIZE = 8
"""Bytes of a digest: that a damaged file has the one of the whole file happens once in 10^19."""

_BLOCK = 1 << 20

_SUM = "checksum"
"""Last key of a JSON file that is checked: the digest of the others."""

_LINE = "# checksum of the lines above; delete this line if you change them: "
"""How the last line of a text that is checked begins."""


class DamagedError(ConfigError):
    """A file is not as it was written."""


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Write a file whole or not at all: give a path beside it, and move that over it at the end.

    Raises:
        TariffTalksError: it cannot be written, because the disk is full or for another reason.
    """
    if path.exists() and not path.is_file():
        kind = "a directory" if path.is_dir() else "a device or a pipe"
        raise TariffTalksError(f"{path}: is {kind}; name a file on the disk")
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(path)
        _sync(path.parent)
    except OSError as problem:
        why = os.strerror(problem.errno) if problem.errno else str(problem)
        raise TariffTalksError(
            f"{path}: cannot be written ({why}); what was written before is whole, and the same "
            "command goes on there once it can be"
        ) from problem
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _sync(directory: Path) -> None:
    """Have a directory on the disk, so that a new name outlives a power cut, where systems can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):
        number = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def sweep(directory: Path) -> None:
    """Delete what processes that are gone have left half, in a directory and all below it."""
    for half in directory.rglob("*.partial"):
        number = half.name.split(".")[-2]
        if not (number.isdecimal() and _lives(int(number))):
            with suppress(OSError):
                half.unlink(missing_ok=True)


def _lives(number: int) -> bool:
    """Tell whether another process has a number; where that cannot be asked, none has."""
    if number == os.getpid() or os.name != "posix":
        return False
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def digest(*parts: bytes) -> str:
    """Give the digest of some bytes, in hexadecimal digits."""
    made = blake2b(digest_size=_SIZE)
    for part in parts:
        made.update(part)
    return made.hexdigest()


def digest_of(path: Path) -> str:
    """Give the digest of a file."""
    made = blake2b(digest_size=_SIZE)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            made.update(block)
    return made.hexdigest()


_seen: dict[tuple[str, int, int, int], str] = {}
_MOST = 64


def is_whole(path: Path, said: str | None) -> bool:
    """Tell whether a file has a digest; one that was seen with it and not touched is not read.

    Args:
        path: of the file.
        said: its digest; None for a file of which none was kept.
    """
    if said is None:
        return True
    try:
        found = path.stat()
        key = (str(path.resolve()), found.st_mtime_ns, found.st_ctime_ns, found.st_size)
        if key not in _seen:
            while len(_seen) >= _MOST:
                _seen.pop(next(iter(_seen)))
            _seen[key] = digest_of(path)
    except OSError:
        return False
    return _seen[key] == said


# --- JSON and text that are checked --------------------------------------------------------------


def write_json(path: Path, said: Mapping[str, Any]) -> None:
    """Write a JSON file with a checksum of what it says."""
    with atomic(path) as file:
        whole = {**said, _SUM: _sum(said)}
        file.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read what `write_json` has written, or a file of before there were checksums.

    Raises:
        DamagedError: it is damaged, or cannot be read.
    """
    try:
        said = json.loads(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise DamagedError(f"{path}: is damaged: it is not the JSON that was written there")
    kept = said.pop(_SUM, None)
    if kept is not None and kept != _sum(said):
        raise DamagedError(f"{path}: is damaged: it does not say what was written there")
    return said


def _sum(said: Mapping[str, Any]) -> str:
    return digest(json.dumps(said).encode())


def checked(text: str) -> str:
    """Give a text of TOML with a last line by which it is known to be whole."""
    return f"{text}\n{_LINE}{digest(text.encode())}\n"


def is_checked(content: bytes) -> bool:
    """Tell whether a text is what its last line says; one without such a line is."""
    text, line, said = content.rpartition(f"\n{_LINE}".encode())
    return not line or digest(text) == said.strip().decode("utf-8", "replace")

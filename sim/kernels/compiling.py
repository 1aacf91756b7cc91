"""Compiles loops with numba, and keeps what is compiled; without numba they stay as they are."""

import hashlib
import os
import warnings
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

_BARE = {"_nrt": False}
"""The loops make no arrays: they need not count who reads one, which took a third of a search."""

INTERPRETED = "TARIFF_TALKS_INTERPRETED"
"""Environment variable: if set, nothing is compiled."""

_MISSING = (
    "numba cannot be imported ({problem}): the searches run interpreted, with the same results and "
    "many times slower; install numba, or set {name}=1 to hear this no more"
)

_UNKEPT = (
    "compiled searches cannot be kept: every process compiles them again, some seconds long; let "
    "NUMBA_CACHE_DIR name a folder that can be written"
)

try:
    if os.environ.get(INTERPRETED):
        numba: Any = None
    else:
        import numba
except ImportError as problem:
    numba = None
    warnings.warn(_MISSING.format(problem=problem, name=INTERPRETED), RuntimeWarning, stacklevel=1)


@lru_cache
def stamp(folder: Path) -> str:
    """Give a name for what the loops of a folder are now.

    numba compiles a function anew when its own file has changed, not when a number has that it
    reads from another file: what is kept bears the name of all files.
    """
    files = sorted(folder.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


@lru_cache
def _say_once(sentence: str) -> None:
    warnings.warn(sentence, RuntimeWarning, stacklevel=3)


def array(kind: str, dimensions: int = 1, written: bool = False) -> Any:
    """Give the type of an array, C-contiguous: `kind` of its items; without numba its name."""
    if numba is None:
        return kind
    return numba.types.Array(getattr(numba.types, kind), dimensions, "C", readonly=not written)


def whole() -> Any:
    """Give the type of a whole number."""
    return "int64" if numba is None else numba.types.int64


def several(*types: Any) -> Any:
    """Give the type of a tuple."""
    return types if numba is None else numba.types.Tuple(types)


def compiled(*types: Any, gives: Any = None) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function of these types, or load what was compiled before.

    It gives nothing, or a value of the type `gives`. Without types it is compiled as part of those
    that call it. A cache folder that cannot be written costs a compilation in every process, and
    nothing else.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        if numba is None:
            return function
        if not types:
            return numba.njit(**_BARE)(function)
        signature = (gives or numba.types.void)(*types)
        function.__qualname__ += f"_{stamp(Path(__file__).parent)}"
        try:
            return numba.njit(signature, cache=True, **_BARE)(function)
        except (OSError, RuntimeError):
            _say_once(_UNKEPT)
            return numba.njit(signature, **_BARE)(function)

    return decorate

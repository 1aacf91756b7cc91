"""How this process treats the memory that arrays leave behind."""

import ctypes
from functools import lru_cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of mallopt, of glibc."""

_KEPT = 1 << 28
"""Free bytes above which memory goes back to the system."""

_LARGE = 1 << 25
"""Bytes from which an array has memory of its own, that goes back with it; the most of glibc."""


@lru_cache(maxsize=1)
def keep_freed_memory() -> bool:
    """Keep the memory of arrays that are gone for the next ones, in the whole process.

    A turn makes arrays of a megabyte and lets them go. By default glibc hands such memory back to
    the system and asks for it again, and to touch new pages takes longer than to compute on them.

    Returns:
        Whether that was possible: on Linux with glibc. Elsewhere nothing changes.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGE) and mallopt(_TRIM_THRESHOLD, _KEPT))

"""With what a table was made: the code that moves its bytes, versions, commit, machine."""

import platform
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import sim
from sim.config.shipped import IN_CHECKOUT, SHIPPED

_MADE_BY = (
    "design/config",
    "design/designs",
    "design/sweep",
    "design/plan",
    "runs/play",
    "design/samples",
    "runs/table",
    "runs/schema",
)
"""Modules of `experiments` that have a say in the table; the others plan, write or show it."""

PACKAGES = ("tariff-talks", "mesa", "numpy", "pandas", "pyarrow", "scipy")
"""Packages whose versions a manifest names."""

_MOVING = ("numpy", "pandas", "pyarrow", "scipy")
"""Packages of which another version may move a byte of the table."""


@cache
def code_version() -> str:
    """Give a hash of all that may move a byte of a table beside its config.

    It covers the source of `sim`, of the modules of `experiments` that make the table, and the
    versions of the packages that compute and write it. It is finer than the package's version and
    coarser than the commit: a new figure or a changed page of the documentation leaves it as it
    is.
    """
    digest = blake2b(digest_size=6)
    for file in _sources():
        digest.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    for name in _MOVING:
        digest.update(f"{name} {version(name)}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from sorted(f for f in Path(*sim.__path__).rglob("*.py") if SHIPPED not in f.parents)
    for name in _MADE_BY:
        yield Path(__file__).parents[1] / f"{name}.py"


def versions() -> dict[str, str]:
    """Give the versions of Python and of what a run needs."""
    return {"python": sys.version.split()[0], **{name: version(name) for name in PACKAGES}}


def host() -> str:
    """Name this machine."""
    return platform.node()


def commit() -> str | None:
    """Give the git commit of this code, with `+` if it has changes; None outside a checkout."""
    if not IN_CHECKOUT:
        return None
    here = Path(__file__).parent
    words = ["git", "-C", str(here), "describe", "--always", "--abbrev=40", "--dirty=+"]
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None

"""How many examples a slow property gets."""

from os import environ
from typing import Any

from hypothesis import settings


def fewer(share: int) -> Any:
    """Try one in so many of the examples by default, all with `CASES=all` and nightly."""
    profile = settings.default
    short = profile.derandomize and environ.get("CASES") != "all"
    return settings(max_examples=profile.max_examples // (share if short else 1))

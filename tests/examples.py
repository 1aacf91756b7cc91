"""How many examples a slow property gets."""

from typing import Any

from hypothesis import settings


def fewer(share: int) -> Any:
    """Try one in so many of the examples by default, and every one of them nightly."""
    profile = settings.default
    return settings(max_examples=profile.max_examples // (share if profile.derandomize else 1))

"""What happened in a world, as features that can be held against history."""

__all__ = [
    "observed", "patterns", "worlds",
]  # fmt: skip

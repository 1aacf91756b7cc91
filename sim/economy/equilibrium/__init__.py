"""Equilibria under other tariffs, and what they do to every region."""

__all__ = [
    "effects", "equations", "solve", "steps",
]  # fmt: skip

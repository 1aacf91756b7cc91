"""Equilibria under other tariffs, and what they do to every region."""

__all__ = [
    "effects", "equations", "givens", "linked", "reasons", "solve", "steps",
]  # fmt: skip

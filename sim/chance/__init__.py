"""Who draws what: keyed streams of uniform numbers, and what is drawn from them."""

__all__ = [
    "luck", "spreads",
]  # fmt: skip

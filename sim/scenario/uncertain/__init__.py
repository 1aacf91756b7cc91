"""Which numbers of a scenario nobody knows, and how they are drawn."""

__all__ = [
    "trade_samples",
]  # fmt: skip

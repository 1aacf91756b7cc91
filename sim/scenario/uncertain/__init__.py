"""Which numbers of a scenario nobody knows, and how they are drawn."""

__all__ = [
    "correlated", "listing", "trade_samples",
]  # fmt: skip

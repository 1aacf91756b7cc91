"""What packages are worth to a side now, which are efficient, and what theory picks."""

__all__ = [
    "allocation", "appraisal", "forecasts", "frontier", "frontiers", "growing", "interim",
    "joint", "landmarks", "menu", "nash_in_nash", "orders", "planes", "ragged", "reference",
    "shelf", "tables", "tradeoffs", "values", "weighed",
]  # fmt: skip

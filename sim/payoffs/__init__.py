"""What packages are worth to a side now, which are efficient, and what theory picks."""

__all__ = [
    "appraisal", "forecasts", "frontier", "frontiers", "growing", "interim", "joint",
    "landmarks", "menu", "nash_in_nash", "planes", "ragged", "reference", "tables",
    "tradeoffs", "values", "weighed",
]  # fmt: skip

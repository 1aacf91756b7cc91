"""What packages are worth to a side now, which are efficient, and what theory picks."""

__all__ = [
    "appraisal", "forecasts", "frontier", "interim", "joint", "menu", "nash_in_nash", "tables",
    "tradeoffs", "values",
]  # fmt: skip

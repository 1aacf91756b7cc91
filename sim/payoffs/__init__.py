"""What packages are worth to a side now, which are efficient, and what theory picks."""

__all__ = [
    "allocation", "appraisal", "forecasts", "frontier", "frontiers", "growing", "interim",
    "landmarks", "menu", "nash_in_nash", "orders", "planes", "ragged", "reference", "shelf",
    "tables", "tradeoffs", "triples", "values", "weighed",
]  # fmt: skip

"""What the trade model starts from: base year, totals, elasticities, with their grades."""

__all__ = [
    "base_year", "closing", "elasticities", "graded", "icio", "linkage", "options", "spec",
    "totals",
]  # fmt: skip

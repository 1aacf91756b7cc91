"""What the trade model starts from: base year, totals, elasticities, with their grades."""

__all__ = [
    "base_year", "elasticities", "graded", "spec", "totals",
]  # fmt: skip

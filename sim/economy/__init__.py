"""The economy: a trade model, and what governments make of its equilibria."""

__all__ = [
    "data", "equilibrium", "governments", "provenance", "rates", "solved",
]  # fmt: skip

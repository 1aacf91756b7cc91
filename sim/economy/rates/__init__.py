"""From measures and dates to the rates that goods pay."""

__all__ = [
    "schedule", "states", "tariffs", "total_rates",
]  # fmt: skip

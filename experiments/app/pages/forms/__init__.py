"""What a visitor fills in: scenario and strategies, and a move at the table."""

__all__ = [
    "address", "form", "move_form", "setup", "strategy_form", "terms_form",
]  # fmt: skip

"""What a quantity of the results turns on, over what nobody knows."""

__all__ = [
    "answers", "indices",
]  # fmt: skip

"""Under which conditions a case of interest happens: scenario discovery."""

__all__ = [
    "boxes", "condition", "sentences",
]  # fmt: skip

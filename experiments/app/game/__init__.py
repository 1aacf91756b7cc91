"""A person at the table: the sitting, what is seen, built and told afterwards."""

__all__ = [
    "builder", "debrief", "person", "sight", "sitting",
]  # fmt: skip

"""What a seat knows, in one world or in all: itself, the talk, the others, the past."""

__all__ = [
    "bars", "memory", "outside", "searches", "seat", "sheet", "view", "visibility", "world",
]  # fmt: skip

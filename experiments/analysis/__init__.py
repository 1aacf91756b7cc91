"""What differs, by how much, and whether it is luck: effects, grids, comparisons."""

__all__ = [
    "closed", "compare", "copies", "differences", "discovery", "effect", "fate", "floors",
    "grids", "pairing", "played", "sensitivity", "tournament",
]  # fmt: skip

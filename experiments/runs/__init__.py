"""How cells are played: processes, stores, tables, and what made them."""

__all__ = [
    "chunks", "cluster", "dispatch", "economies", "estimate", "finished", "footprint",
    "joining", "limit", "play", "processes", "provenance", "ready", "run", "schema", "silence",
    "store", "table", "workers",
]  # fmt: skip

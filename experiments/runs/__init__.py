"""How cells are played: processes, stores, tables, and what made them."""

__all__ = [
    "cluster", "dispatch", "economies", "estimate", "footprint", "kept", "limit", "play",
    "processes", "provenance", "ready", "run", "schema", "silence", "store", "table", "workers",
]  # fmt: skip

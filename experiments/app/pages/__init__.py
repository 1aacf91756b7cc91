"""The pages, as a browser shows them."""

__all__ = [
    "config_box", "debriefing", "entrance", "finished", "forms", "gate", "main", "many", "one",
    "seat", "told",
]  # fmt: skip

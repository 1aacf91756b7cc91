"""The pages, as a browser shows them."""

__all__ = [
    "config_box", "debriefing", "finished", "forms", "main", "many", "one", "seat", "told",
]  # fmt: skip

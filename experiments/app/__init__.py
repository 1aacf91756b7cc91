"""The page: one negotiation, many worlds, the results of a run, a seat at the table."""

__all__ = [
    "called", "choices", "engine", "game", "knobs", "many", "moves", "negotiation",
    "pages", "runs", "scenarios", "shown", "values",
]  # fmt: skip

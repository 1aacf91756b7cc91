"""The command line: one file a command."""

__all__ = [
    "app", "arguments", "bench", "calibrate", "check", "cli", "compare", "discover", "domain",
    "economy", "effect", "export", "figure", "finer", "games", "plan", "run", "score",
    "sensitivity", "start", "strategies", "tournament",
]  # fmt: skip

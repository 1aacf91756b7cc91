"""The command line: one file a command."""

__all__ = [
    "app", "arguments", "as_json", "bench", "calibrate", "check", "cli", "compare", "discover",
    "domain", "economy", "effect", "export", "figure", "finer", "games", "memo", "misread", "plan",
    "rates", "rehearsed", "renamed", "run", "score", "sensitivity", "show", "start", "strategies",
    "streams", "tournament",
]  # fmt: skip

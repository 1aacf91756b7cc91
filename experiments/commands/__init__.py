"""The command line: one file a command."""

__all__ = [
    "app", "arguments", "as_json", "bench", "calibrate", "check", "cli", "compare", "discover",
    "domain", "economy", "effect", "export", "figure", "finer", "games", "memo", "misread", "new",
    "plan", "rates", "rehearsed", "renamed", "run", "schema", "score", "sensitivity", "show",
    "start", "strategies", "streams", "strength", "tournament",
]  # fmt: skip

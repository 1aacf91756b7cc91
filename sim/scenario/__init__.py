"""From what is said to what is played: a config becomes rules, payoffs and players."""

__all__ = [
    "around", "build", "dated", "draws", "economy", "given", "players", "scenario", "trade",
    "uncertain", "valuation",
]  # fmt: skip

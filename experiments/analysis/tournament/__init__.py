"""Strategies against each other: the empirical game, its equilibria and dynamics."""

__all__ = [
    "alpha_rank", "equilibria", "game", "league", "reading", "replicator", "shares", "told",
]  # fmt: skip

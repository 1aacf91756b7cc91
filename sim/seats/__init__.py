"""Who sits at the table: a player asks its strategy, and checks what it answers."""

__all__ = [
    "asking", "either", "global_luck", "insides", "parameters", "player", "ratifiers",
    "strategy", "views",
]  # fmt: skip

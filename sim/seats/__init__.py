"""Who sits at the table: a player asks its strategy, and checks what it answers."""

__all__ = [
    "answers", "asking", "either", "global_luck", "insides", "parameters", "player", "ratifiers",
    "strategy", "views",
]  # fmt: skip

"""What a scenario file may say, key by key, and its errors as sentences."""

__all__ = [
    "around_keys", "levels", "limits", "numbers", "payoff_keys", "sentences", "stances",
    "talk_keys", "whole",
]  # fmt: skip

"""What a run left: its table, quantities, intervals, words, transcripts."""

__all__ = [
    "clustered", "examples", "export", "intervals", "quantities", "replay", "results",
    "selection", "transcript", "words",
]  # fmt: skip

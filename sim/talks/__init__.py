"""What happens: the model and its talks, what moves cost, the record and its tables."""

__all__ = [
    "agents", "charges", "ensemble", "frames", "mesas", "model", "outcome", "record", "talk",
    "turns",
]  # fmt: skip

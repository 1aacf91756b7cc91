"""What happens: the model and its talks, what moves cost, the record and its tables."""

__all__ = [
    "agents", "charges", "columns", "ensemble", "flows", "mesas", "model", "outcome",
    "outcome_table", "record", "talk", "turns",
]  # fmt: skip

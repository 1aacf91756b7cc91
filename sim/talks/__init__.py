"""What happens: the model and its talks, what moves cost, the record and its tables."""

__all__ = [
    "charges", "columns", "flows", "model", "outcome", "outcome_table", "record", "talk",
    "turns",
]  # fmt: skip

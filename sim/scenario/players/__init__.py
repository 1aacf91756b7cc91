"""Who plays: strategies by name, from packages and files, with their parameters."""

__all__ = [
    "catalogue", "code", "making", "parameters_of", "registry", "seating",
]  # fmt: skip

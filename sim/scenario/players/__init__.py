"""Who plays: strategies by name, from packages and files, with their parameters."""

__all__ = [
    "beside", "catalogue", "code", "in_time", "making", "parameters_of", "registry", "seating",
]  # fmt: skip

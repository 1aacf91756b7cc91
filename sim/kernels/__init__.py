"""The loops that play most of a run, for one world and a batch; loaded when one is asked for."""

from importlib import import_module
from typing import Any

__all__ = [
    "below", "best", "cheapest", "collect", "near", "places", "sort", "utilities", "values",
    "worse",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module("sim.kernels.loops"), name)

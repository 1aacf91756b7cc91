"""The loops that play most of a run: written for one world, run over a batch, compiled by numba.

They are loaded when the first is asked for, so that what plays nothing imports and compiles
nothing. Where numba cannot be imported they run interpreted (`sim.kernels.compiling`).
"""

from importlib import import_module
from typing import Any

__all__ = [
    "below", "best", "cheapest", "collect", "near", "places", "sort", "utilities", "values",
    "worse",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Give a loop."""
    if name not in __all__:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module("sim.kernels.loops"), name)

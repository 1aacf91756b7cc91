"""The loops that play most of a run, for one world and a batch; loaded when one is asked for."""

from importlib import import_module

__all__ = [
    "below", "best", "cheapest", "collect", "near", "places", "sort", "utilities", "values",
    "worse", "worth",
]  # fmt: skip


def __getattr__(name: str):  # type: ignore[no-untyped-def]
    if name not in __all__:
        raise AttributeError(f"module 'sim.kernels' has no attribute {name!r}")
    where = "order" if name in ("below", "places", "sort", "worse") else "loops"
    return globals().setdefault(name, getattr(import_module(f"sim.kernels.{where}"), name))

"""The library of strategies: one idea a file, and the name of each in a config."""

from sim.strategies.library import BUILT_IN

__all__ = ["BUILT_IN"]

"""What a strategy says of itself, or what something inside it does."""

from dataclasses import fields, is_dataclass
from typing import Any

from sim.seats.strategy import BatchStrategy, Strategy


def is_foreign(strategy: Any) -> bool:
    """Tell whether a strategy, or something inside it, does not come from this package."""
    if type(strategy).__module__.partition(".")[0] != __name__.partition(".")[0]:
        return True
    return any(is_foreign(part) for part in _inside(strategy))


def gives_presents(strategy: Any) -> bool:
    """Tell whether a strategy, or something inside it, may give for nothing by its source."""
    if getattr(type(strategy), "presents", False):
        return True
    return any(gives_presents(part) for part in _inside(strategy))


def _inside(strategy: Any) -> list[Any]:
    """List the strategies and other dataclasses that a strategy holds."""
    held = fields(strategy) if is_dataclass(strategy) else ()
    parts = [getattr(strategy, item.name) for item in held]
    return [p for p in parts if is_dataclass(p) or isinstance(p, Strategy | BatchStrategy)]

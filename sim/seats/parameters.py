"""Parameters of strategies and components: what each may be, declared where it stands.

A field made with `number` carries its range; strategies and components check theirs when they are
made, and the catalogue prints them.
"""

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any

from sim.chance.spreads import Drawn

_KEY = "range"

Times = tuple[tuple[str, float | date], ...]
"""By name a relative time or a day; a config writes it as a table."""


@dataclass(frozen=True)
class Bounds:
    """Where a number may lie.

    Attributes:
        least, most: ends that it may reach; None for no end.
        above: an end that it may not reach.
    """

    least: float | None = None
    most: float | None = None
    above: float | None = None

    def holds(self, value: float) -> bool:
        """Tell whether a value lies inside; not a number never does."""
        return (
            value == value
            and (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.above is None or value > self.above)
        )

    def __str__(self) -> str:
        low = f"above {self.above:g}" if self.above is not None else ""
        if self.least is not None and self.most is not None:
            return f"from {self.least:g} to {self.most:g}"
        if self.least is not None:
            low = f"at least {self.least:g}"
        high = f"at most {self.most:g}" if self.most is not None else ""
        return " and ".join(end for end in (low, high) if end)


def number(
    default: Any = MISSING,
    *,
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
    kw_only: bool = False,
) -> Any:
    """Declare a parameter that is a number in a range.

    Args:
        default: value if none is given.
        least, most: ends that it may reach.
        above: an end that it may not reach.
        kw_only: whether it is given by name only.

    Returns:
        A field of a dataclass.
    """
    return field(default=default, metadata={_KEY: Bounds(least, most, above)}, kw_only=kw_only)


def ranges(cls: type) -> dict[str, Bounds]:
    """Give the range of every parameter of a class that has one."""
    if not is_dataclass(cls):
        return {}
    return {f.name: f.metadata[_KEY] for f in fields(cls) if _KEY in f.metadata}


def check(made: Any) -> None:
    """Check the numbers of a strategy or component; of a drawn one every end or choice.

    Raises:
        ValueError: one is out of its range; a sentence with the value and the rule.
    """
    for name, allowed in ranges(type(made)).items():
        for value in _values(getattr(made, name)):
            if not allowed.holds(value):
                raise ValueError(f"{name} is {value:g}; it has to be {allowed}")


def _values(value: Any) -> Iterator[float]:
    if isinstance(value, Drawn):
        yield from sorted(value.args)
    elif isinstance(value, int | float):
        yield value

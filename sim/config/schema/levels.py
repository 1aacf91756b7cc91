"""How a config writes levels: as a list, or as a grid `{ from = …, to = …, step = … }`."""

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Annotated, Any

from pydantic import BeforeValidator

from sim.config.schema.numbers import Finite, Tariff, fault, is_number
from sim.config.schema.sentences import shown
from sim.errors import near_match

GRID = ("from", "to", "step")
"""Keys of a grid; the step is a size, the ends say which way it goes."""

_EXAMPLE = "{ from = 25, to = 0, step = 2.5 }"

MOST_LEVELS = 1001
"""Levels of a grid at most; a talk has 4,194,304 packages at most, of all its issues."""


def is_grid(given: Any) -> bool:
    """Tell a grid from a list of levels."""
    return isinstance(given, Mapping) and GRID[0] in given


def _listed(given: Any) -> Any:
    """Write a grid out; leave everything else as it is."""
    if isinstance(given, list | tuple) and not given:
        raise fault(
            f"[] has no level; give those that can be agreed, such as [25, 15], or {_EXAMPLE}"
        )
    if not isinstance(given, Mapping):
        return given
    extra = [key for key in given if key not in GRID]
    if extra:
        near = near_match(str(extra[0]), GRID)
        raise fault(f"a grid of levels is {_EXAMPLE}; there is no key '{extra[0]}' in one{near}")
    first, last, step = (_number(given, key) for key in GRID)
    if step <= 0:
        raise fault(
            f"the step {_short(step)} is not above 0; it is a size, and the ends {_short(first)} "
            f"and {_short(last)} say which way it goes"
        )
    if first == last:
        raise fault(
            f"a grid from {_short(first)} to {_short(last)} has one level; write "
            f"[{_short(first)}], or give ends that differ"
        )
    return _written_out(first, last, step)


def _written_out(first: Fraction, last: Fraction, step: Fraction) -> list[float]:
    """Give the levels of a grid, the numbers that a list would say."""
    way = 1 if last > first else -1
    steps, left = divmod(abs(last - first), step)
    if steps + 1 > MOST_LEVELS:
        raise fault(
            f"steps of {_short(step)} from {_short(first)} to {_short(last)} are {steps + 1:,} "
            f"levels; a grid has at most {MOST_LEVELS:,}: give a larger step"
        )
    if left:
        raise fault(
            f"steps of {_short(step)} from {_short(first)} do not end on {_short(last)}; give a "
            f"step that divides {_short(abs(last - first))}, or to = "
            f"{_short(first + way * steps * step)}"
        )
    return [float(first + way * k * step) for k in range(int(steps) + 1)]


def _number(given: Mapping[str, Any], key: str) -> Fraction:
    """Read a number of a grid as it is written in tenths, so that steps of 0.1 add up."""
    if key not in given:
        raise fault(f"'{key}' is missing; a grid of levels is {_EXAMPLE}")
    value = given[key]
    if not is_number(value) or not isfinite(value):
        raise fault(f"{key}: {shown(value)} is not a finite number")
    return Fraction(repr(value))


def _short(value: Fraction) -> str:
    return f"{float(value):.12g}"


Levels = Annotated[tuple[Finite, ...], BeforeValidator(_listed)]
"""The values of an issue that can be agreed."""

TariffLevels = Annotated[tuple[Tariff, ...], BeforeValidator(_listed)]
"""The same of a tariff."""

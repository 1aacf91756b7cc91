"""Arguments that commands share: their types, how they are read, and what they mean."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter, Token

from experiments.design.plan import Plan
from experiments.design.refine import refine
from experiments.design.refinement import Refinement
from experiments.runs.kept.left import MOST
from sim.config.files import toml_of
from sim.config.schema.limits import one_form, too_deep
from sim.errors import ConfigError


def count(word: str, least: int = 1) -> int:
    """Read a whole number of at least 1, or what is said."""
    if not word.isdecimal() or int(word) < least:
        raise ValueError(f"{word} is not a whole number of at least {least}")
    return int(word)


def seconds(word: str) -> float | None:
    """Read a number of seconds above 0; `none` is no limit."""
    if word == "none":
        return None
    number = _number(word)
    if not 0 < number < float("inf"):
        raise ValueError(f"{word} is neither a number of seconds nor 'none'")
    return number


def tolerance(word: str) -> float:
    """Read a number of at least 0."""
    number = _number(word)
    if not 0 <= number < float("inf"):
        raise ValueError(f"{word} is not a number of at least 0")
    return number


def some_seconds(word: str) -> float:
    """Read a number of seconds above 0."""
    number = _number(word)
    if not 0 < number < float("inf"):
        raise ValueError(f"{word} is not a number of seconds above 0")
    return number


def _number(word: str) -> float:
    """Read a number; below all of them if it is none."""
    try:
        return float(word)
    except ValueError:
        return float("-inf")


def day(word: str) -> date | None:
    """Read a date, if it is one."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def listed(said: str) -> tuple[str, ...]:
    """Read words with commas between them."""
    return tuple(one_form(word.strip()) for word in said.split(",") if word.strip())


def reads(read: Callable[[str], Any], metavar: str) -> Parameter:
    """Have a word of the command line read by a function, whose ValueError is the sentence."""

    def convert(_: Any, tokens: Sequence[Token]) -> Any:
        return read(tokens[-1].value)

    return Parameter(converter=convert, n_tokens=1, metavar=metavar)


Count = Annotated[int, reads(count, "N")]
Tolerance = Annotated[float, reads(tolerance, "X")]
Words = Annotated[tuple[str, ...], reads(listed, "NAME,…")]
Directory = Annotated[Path, Parameter(name="DIR")]
Flat = Parameter(name="*")
"""Marks a class whose attributes are options of the command."""

Changes = Annotated[tuple[str, ...], Parameter(name="--set", metavar="PATH=VALUE")]
Only = Annotated[tuple[str, ...], Parameter(metavar="PATH=VALUE")]
Refine = Annotated[
    tuple[str, ...],
    Parameter(
        metavar="N",
        help="play on a finer grid: 2 (steps between levels and the length of a round divided by "
        "2), levels=2, rounds=4, or one issue, such as cars=4; also with commas",
    ),
]
Chunk = Annotated[
    int | None,
    reads(count, "WORLDS"),
    Parameter(help=f"worlds played together (as many as suit the workers, {MOST:,} at most)"),
]
Optional = Parameter(consume_multiple=(0, 1), metavar="[FILE]")
"""Marks an option that may stand alone or with one word: None if it is not given, else a list."""


def load(config: Path, said: Sequence[str], finer: Sequence[str] = ()) -> Plan:
    """Give the plan that a config and its changes make, on a finer grid if one is asked for."""
    return refine(Plan.load(config, changes(said)), Refinement.of(finer))


def changes(said: Sequence[str]) -> dict[str, Any]:
    """Read PATH=VALUE pairs; a value is JSON, a table or list as in a file, or else a word."""
    return {
        path: _value(value) for path, value in pairs("--set", said, "rules.review=none").items()
    }


def _value(value: str) -> Any:
    try:
        return json.loads(value)
    except RecursionError:
        raise too_deep("--set") from None
    except ValueError:  # not JSON, or a number of too many digits
        if not value.lstrip().startswith(("{", "[")):
            return value
    try:
        return toml_of(f"value = {value}")["value"]
    except ConfigError:
        return value


def pairs(option: str, said: Sequence[str], example: str = "rules.review=all") -> dict[str, str]:
    """Read the PATH=VALUE pairs of an option; a value is a word."""
    found = {}
    for pair in said:
        path, equals, value = pair.partition("=")
        if not equals or not path:
            raise ConfigError(f"{option} {pair}: is not PATH=VALUE, such as {example}")
        found[one_form(path)] = one_form(value)
    return found

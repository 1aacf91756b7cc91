"""The parameters of a strategy as fields of a form, whatever strategies there are."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from inspect import getdoc
from typing import Any, Literal, get_args, get_type_hints

from sim.chance.spreads import Drawn
from sim.errors import ConfigError
from sim.scenario.players import registry
from sim.seats.strategy import BatchStrategy, Strategy

Kind = Literal["number", "whole", "switch", "names", "text", "strategy"]

_BETWEEN = re.compile(r"\s*(?:to|–|\.\.|…)\s*")


@dataclass(frozen=True)
class Knob:
    """A parameter of a strategy.

    Attributes:
        name: as in a config.
        kind: what it is.
        default: what it is if nothing is said; None if something has to be said.
        about: what the strategy says of it.
    """

    name: str
    kind: Kind
    default: Any
    about: str = ""


def knobs(name: str) -> list[Knob]:
    """List the parameters of a strategy; those that no form can hold stay at their defaults.

    Raises:
        ConfigError: there is no such strategy.
    """
    cls = registry.find(name)
    if not is_dataclass(cls):
        return []
    hints, told = get_type_hints(cls), told_of(getdoc(cls) or "", "Attributes")
    found = []
    for field in fields(cls):
        kind = _kind(hints.get(field.name))
        if field.init and kind is not None:
            default = None if field.default is MISSING else field.default
            found.append(Knob(field.name, kind, default, told.get(field.name, "")))
    return found


def _kind(hint: Any) -> Kind | None:
    options = set(get_args(hint)) or {hint}
    if any(isinstance(o, type) and issubclass(o, Strategy | BatchStrategy) for o in options):
        return "strategy"
    if tuple[str, ...] in (hint, *options):
        return "names"
    for kind, wanted in (("switch", bool), ("whole", int), ("number", float), ("text", str)):
        if wanted in options and options <= {wanted, Drawn, date, float, type(None)}:
            return "number" if kind == "whole" and float in options else kind  # type: ignore[return-value]
    return None


def told_of(docstring: str, section: str) -> dict[str, str]:
    """Read what a docstring says of arguments or attributes.

    Args:
        docstring: as from `inspect.getdoc`.
        section: `Args` or `Attributes`.
    """
    told: dict[str, str] = {}
    names: list[str] = []
    for line in docstring.partition(f"{section}:")[2].splitlines():
        begun = re.match(r"    (\w+(?:, \w+)*): (.*)", line)
        if begun:
            names = begun[1].split(", ")
            told |= dict.fromkeys(names, begun[2])
        elif line.startswith("        "):
            told |= {name: f"{told[name]} {line.strip()}" for name in names}
        elif line.strip():
            break
    return told


def read_number(text: str, path: str) -> float | int | dict[str, list[float]]:
    """Read a number, or a range from which every world draws its own.

    Args:
        text: such as `0.5`, or `0.1 to 0.8`.
        path: of the key, for the sentence.

    Raises:
        ConfigError: it is neither.
    """
    words = _BETWEEN.split(text.strip().replace(",", "."))
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    if len(numbers) == 1:
        return int(numbers[0]) if numbers[0].is_integer() and "." not in text else numbers[0]
    if len(numbers) == 2:
        return {"uniform": numbers}
    raise ConfigError(
        f"{path}: '{text}' is neither a number such as 0.5 nor a range such as 0.1 to 0.8"
    )


def write_number(value: Any) -> str:
    """Write a number or a range as `read_number` reads it; nothing if there is none."""
    if isinstance(value, Mapping) and "uniform" in value:
        return " to ".join(f"{end:g}" for end in value["uniform"])
    if isinstance(value, Mapping) and "value" in value:
        return write_number(value["value"])
    if isinstance(value, Drawn):
        return " to ".join(f"{end:g}" for end in value.args)
    return "" if value is None else f"{value:g}"

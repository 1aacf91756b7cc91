"""Parameters of strategies and components, as a config says them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import Field, fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, get_args, get_type_hints

from pydantic import ConfigDict, PydanticSchemaGenerationError, TypeAdapter, ValidationError

from sim.chance.spreads import Drawn
from sim.config.schema.numbers import is_number
from sim.config.schema.sentences import join, shown
from sim.errors import ConfigError
from sim.seats.parameters import Times

_DRAWN = ("uniform", "choice")
_BESIDE = ("unit", "source")


def parameters(cls: type) -> dict[str, Field[Any]]:
    """Give the parameters of a class by name."""
    if not is_dataclass(cls):
        return {}
    return {field.name: field for field in fields(cls) if field.init}


def hint(cls: type, key: str) -> Any:
    """Give the type of a parameter; anything if it cannot be told."""
    try:
        return _hints(cls).get(key, Any)
    except (NameError, TypeError):
        return Any


@lru_cache(maxsize=256)
def _adapter(wanted: Any) -> TypeAdapter[Any]:
    return TypeAdapter(wanted, config=ConfigDict(arbitrary_types_allowed=True))


@lru_cache(maxsize=256)
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def options(said: Any) -> tuple[Any, ...]:
    """Give the types, or the values, that a type is one of."""
    return get_args(said) or (said,)


def examples(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give parameters with every end or choice of a drawn one in its place."""
    for key, value in values.items():
        if isinstance(value, Drawn):
            for number in value.args:
                yield {k: _first(v) for k, v in values.items()} | {key: number}


def _first(value: Any) -> Any:
    return value.args[0] if isinstance(value, Drawn) else value


def read(cls: type, key: str, given: Any, path: str, name: str) -> Any:
    """Read one parameter: a value, a value with unit and source, or a distribution.

    Args:
        cls, key: the class and its parameter.
        given: what the config says.
        path: path of the key, for sentences.
        name: dotted path of the field in the seat's strategy, which keys drawn parameters.

    Raises:
        ConfigError: it is not of the parameter's type.
    """
    if isinstance(given, Mapping):
        table = {k: v for k, v in given.items() if k not in _BESIDE}
        if set(table) == {"value"}:
            return read(cls, key, table["value"], path, name)
        if Times in options(hint(cls, key)):
            return tuple((of, _time(when, join(path, of))) for of, when in table.items())
        return _drawn(cls, key, table, path, name)
    wanted = hint(cls, key)
    value = tuple(given) if isinstance(given, list) else _dated(given, wanted)
    try:
        return _adapter(wanted).validate_python(value, strict=True)
    except PydanticSchemaGenerationError:
        return value
    except ValidationError:
        raise ConfigError(f"{path}: {shown(given)} is not {_wanted(wanted)}") from None


def _dated(given: Any, wanted: Any) -> Any:
    """Read a day that is written as a text, as after `--set`, where a day is meant."""
    if isinstance(given, str) and date in options(wanted) and str not in options(wanted):
        with suppress(ValueError):
            return date.fromisoformat(given)
    return given


def _time(given: Any, path: str) -> float | date:
    """Read a relative time or a day."""
    if isinstance(given, Mapping) and set(given) <= {"value", *_BESIDE} and "value" in given:
        given = given["value"]
    when: Any = _dated(given, float | date)
    if isinstance(when, datetime) or (not isinstance(when, date) and not is_number(when)):
        raise ConfigError(
            f"{path}: {shown(given)} is neither a relative time nor a day; write a number, 0 for "
            "the first round and 1 for the last, or a date such as 2025-06-01"
        )
    if is_number(when) and not when >= 0:
        raise ConfigError(f"{path}: {shown(given)} is out of range; a relative time is at least 0")
    return when if isinstance(when, date) else float(when)


_WORDS = {
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    str: "a text in quotes",
    Drawn: "a distribution",
    date: "a date",
    type(None): "nothing",
    tuple[str, ...]: "a list of texts",
    tuple[float, ...]: "a list of numbers",
    Times: "a table of times by name",
}


def _wanted(said: Any) -> str:
    listed = (said,) if said in _WORDS else options(said)
    return " or ".join(_WORDS.get(option, shown(option)) for option in listed)


def _drawn(cls: type, key: str, table: dict[str, Any], path: str, name: str) -> Drawn:
    """Read a distribution."""
    if not {float, int, Drawn, Any} & set(options(hint(cls, key))):
        raise ConfigError(f"{path}: {shown(table)} is not {_wanted(hint(cls, key))}")
    kinds = [kind for kind in _DRAWN if kind in table]
    extra = [k for k in table if k not in (*_DRAWN, "p")]
    if len(kinds) != 1 or extra:
        raise ConfigError(
            f"{path}: {shown(table)} is neither a number nor a distribution; write "
            "{uniform = [low, high]} or {choice = [values], p = [probabilities]}"
        )
    numbers = {k: table.get(k, []) for k in (kinds[0], "p")}
    for k, listed in numbers.items():
        if not isinstance(listed, list | tuple) or not all(is_number(x) for x in listed):
            raise ConfigError(f"{path}.{k}: {shown(listed)} is not a list of numbers")
    try:
        return Drawn(kinds[0], tuple(numbers[kinds[0]]), tuple(numbers["p"]), name)  # type: ignore[arg-type]
    except ValueError as problem:
        raise ConfigError(f"{path}: {shown(table)}: {problem}") from None

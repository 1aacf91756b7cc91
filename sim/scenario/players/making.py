"""Making a strategy or component of a class and its values: what goes wrong then is told."""

from dataclasses import FrozenInstanceError
from typing import Any

from sim.config.schema.sentences import join
from sim.errors import BrokenStrategyError, ConfigError, clean, is_ctrl_c, said_of
from sim.scenario.players.in_time import LIMIT, in_time, survived
from sim.scenario.players.parameters_of import parameters


def construct(cls: type[Any], values: dict[str, Any], path: str) -> Any:
    """Make a strategy or component of checked values.

    Raises:
        ConfigError: it does not like its values.
        BrokenStrategyError: its code is wrong.
    """
    try:
        made = _made(cls, values, path)
    except (ValueError, TypeError) as problem:
        field = str(problem).partition(" ")[0]
        where = join(path, field) if field in values else path
        raise ConfigError(f"{where}: {clean(str(problem))}") from problem
    except FrozenInstanceError as problem:
        raise BrokenStrategyError(
            f"{path}: {cls.__name__} cannot be made: {problem}; a strategy holds no state: declare "
            "its parameters as fields of a frozen dataclass, without an __init__, and keep what "
            "has to be remembered in view.memory"
        ) from problem
    except BaseException as problem:
        if is_ctrl_c(problem) or isinstance(problem, BrokenStrategyError):
            raise
        raise BrokenStrategyError(
            f"{path}: {cls.__name__} cannot be made: {said_of(problem)}"
        ) from problem
    return _frozen(made, path)


_TRIED: set[tuple[type, frozenset[str]]] = set()
"""Classes of strangers that have been made, by which parameters they were given."""


def _made(cls: type[Any], values: dict[str, Any], path: str) -> Any:
    """Make it; a stranger's own code in time, and the first time in a copy of this process."""
    if not _runs_code(cls):
        return cls(**values)
    key = (cls, frozenset(values))
    ended = "" if key in _TRIED else survived(lambda: cls(**values), LIMIT)
    if ended:
        raise BrokenStrategyError(f"{path}: {cls.__name__} cannot be made: {ended}")
    _TRIED.add(key)
    with in_time(LIMIT):
        return cls(**values)


def _runs_code(cls: type) -> bool:
    """Tell whether making one runs code that does not come with this package."""
    for base in cls.__mro__[:-1]:
        if base.__module__.partition(".")[0] == __name__.partition(".")[0]:
            continue
        own = vars(base)
        made = (
            "__dataclass_fields__" in own and "__init__" in own and _is_generated(own["__init__"])
        )
        if {"__new__", "__post_init__", "__setattr__", "__getattribute__"} & set(own):
            return True
        if "__init__" in own and not made:
            return True
    return any(isinstance(base, type) and type(base) is not type for base in cls.__mro__)


def _is_generated(method: Any) -> bool:
    return getattr(getattr(method, "__code__", None), "co_filename", "") == "<string>"


def _frozen(made: Any, path: str) -> Any:
    """Check that no field of a strategy or component can change."""
    for key in parameters(type(made)):
        try:
            hash(getattr(made, key))
        except TypeError:
            raise BrokenStrategyError(
                f"{join(path, key)}: the field {key} holds a {type(getattr(made, key)).__name__}, "
                "which can change; a strategy holds no state: make it a tuple, and keep what has "
                "to be remembered in view.memory"
            ) from None
    return made

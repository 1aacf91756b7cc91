"""Making a strategy or component of a class and its values: what goes wrong then is told."""

from dataclasses import FrozenInstanceError
from typing import Any

from sim.config.schema.sentences import join
from sim.errors import BrokenStrategyError, ConfigError, clean, is_ctrl_c, said_of
from sim.scenario.players.parameters_of import parameters


def construct(cls: type[Any], values: dict[str, Any], path: str) -> Any:
    """Make a strategy or component of checked values.

    Raises:
        ConfigError: it does not like its values.
        BrokenStrategyError: its code is wrong.
    """
    try:
        made = cls(**values)
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
        if is_ctrl_c(problem):
            raise
        raise BrokenStrategyError(
            f"{path}: {cls.__name__} cannot be made: {said_of(problem)}"
        ) from problem
    return _frozen(made, path)


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

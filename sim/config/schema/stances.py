"""Stances: strategies that a scenario gives a name, for one country each."""

from collections.abc import Mapping
from re import fullmatch
from typing import Any

from pydantic import Field

from sim.config.schema.numbers import ConfigTable
from sim.config.schema.talk_keys import Position
from sim.errors import ConfigError

INSIDE = ("inner", "then", "offer")
"""Keys of a strategy under which another one stands, and may be named."""


class StanceConfig(ConfigTable):
    """A strategy with a name, and what is on the table by default with it.

    Attributes:
        strategy: as in `strategies`; may name other stances of the country.
        label: how tables and figures call it; the name if not given.
        about: what it does, in words for reports; nothing is played by it.
        position: as in `positions`, if it needs one of its own.
    """

    strategy: Any = Field(description="a strategy, as in strategies.COUNTRY")
    label: str = ""
    about: str = ""
    position: Position = None


Stances = Mapping[str, StanceConfig]
"""The stances of a country, by name."""


def by_talk(said: Any) -> bool:
    """Tell whether a table gives strategies by talk, rather than one with a name or components."""
    return isinstance(said, Mapping) and not {"name", "offer"} & set(said)


def named(said: Any) -> str:
    """Give the name that a strategy of a config has; empty if it has none."""
    name = said.get("name") if isinstance(said, Mapping) else said
    return name if isinstance(name, str) else ""


def fits(name: str) -> bool:
    """Tell whether a stance may have this name: no path, and no name of a module."""
    return fullmatch(r"[\w-]+", name) is not None


def spelled(said: Any, stances: Stances, talk: str, above: tuple[str, ...] = ()) -> Any:
    """Write out the stances in a strategy.

    Args:
        said: as in a config. The keys that stand beside the name of a stance change what it says.
        stances: of the country.
        talk: for which.
        above: names that led here.

    Raises:
        ConfigError: stances name each other, or one inside a strategy has a position.
    """
    name = named(said)
    if name in stances:
        if name in above:
            raise ConfigError(
                f"stance '{name}': names itself, by {' -> '.join((*above, name))}; "
                "write out what one of them plays"
            )
        strategy = stances[name].strategy
        strategy = strategy[talk] if by_talk(strategy) else strategy
        beside = {k: v for k, v in said.items() if k != "name"} if isinstance(said, Mapping) else {}
        return spelled(_with(strategy, beside), stances, talk, (*above, name))
    if not isinstance(said, Mapping):
        return said
    return {key: _inside(item, stances, talk, above, key) for key, item in said.items()}


def _inside(said: Any, stances: Stances, talk: str, above: tuple[str, ...], key: str) -> Any:
    if key not in INSIDE:
        return said
    if position_of(said, stances) is not None:
        raise ConfigError(
            f"{key}: the stance '{named(said)}' has a position, which is one of a country and has "
            "no place inside another strategy; name one without"
        )
    return spelled(said, stances, talk, above)


def _with(said: Any, beside: Mapping[str, Any]) -> Any:
    """Give a strategy with other values of some keys; a table without a name changes one in it."""
    if not beside:
        return said
    changed = dict(said) if isinstance(said, Mapping) else {"name": said}
    for key, value in beside.items():
        opened = by_talk(value) and _is_one(changed.get(key))
        changed[key] = _with(changed[key], value) if opened else value
    return changed


def _is_one(said: Any) -> bool:
    """Tell a strategy or component of a config from a number and from what is not there."""
    return isinstance(said, str) or (isinstance(said, Mapping) and not by_talk(said))


def position_of(said: Any, stances: Stances) -> Any:
    """Give the position of the stance that a strategy names; None if it says none."""
    seen: list[str] = []
    while (name := named(said)) in stances and name not in seen:
        if stances[name].position is not None:
            return stances[name].position
        seen.append(name)
        said = stances[name].strategy
    return None

"""Building what is to be tested, from a name, a table, a class or a strategy."""

from collections.abc import Mapping
from dataclasses import MISSING
from pathlib import Path
from typing import Any

from sim.errors import ConfigError
from sim.protocol.state import SIDES
from sim.scenario.players import registry
from sim.scenario.players.parameters_of import parameters
from sim.seats.strategy import QUESTIONS, BatchStrategy, Strategy


def build(
    said: Any, given: Mapping[str, Any], directory: Path | None = None
) -> Strategy | BatchStrategy:
    """Build what is to be tested; a strategy inside that is not given is linear.

    Args:
        said: a name or table as in a config, a class, or a strategy.
        given: its parameters, as in a config.
        directory: where relative paths of files start, if not in the working directory.

    Raises:
        ConfigError: it cannot be built.
    """
    if isinstance(said, Strategy | BatchStrategy):
        if given:
            raise ConfigError(f"{next(iter(given))}: the strategy is made, and has its parameters")
        return said
    if isinstance(said, Mapping) and "name" not in said:
        return registry.build({**said, **given}, "strategy", directory)
    said = said if isinstance(said, Mapping) else {"name": said}
    name, own = said["name"], {k: v for k, v in said.items() if k != "name"}
    if isinstance(name, type):
        cls = registry.checked(name, name.__name__, "strategy")
    else:
        cls = registry.find(name, "strategy", directory)
    made: Strategy | BatchStrategy = registry.make(
        cls, filled(cls, {**own, **given}), "strategy", directory
    )
    return made


def filled(cls: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give parameters, and a linear strategy for one inside that is missing."""
    missing = {
        key: "linear"
        for key, field in parameters(cls).items()
        if key not in given
        and field.default is MISSING
        and field.default_factory is MISSING
        and registry.kind_of(cls, key) is registry.STRATEGY
    }
    return {**given, **missing}


def sides_of(strategy: Any) -> tuple[str, ...]:
    """Give the sides on which a strategy, and those inside it, can sit."""
    parts = [part for _, part in registry.inside(strategy)]
    own = getattr(strategy, "seats", SIDES)
    return tuple(s for s in SIDES if s in own and all(s in sides_of(part) for part in parts))


def kept_back(strategy: Strategy | BatchStrategy) -> list[str]:
    """List the questions that a strategy neither answers nor hands on to one that it plays."""
    plays = any(isinstance(p, Strategy | BatchStrategy) for _, p in registry.inside(strategy))
    bases, cls = (Strategy, BatchStrategy), type(strategy)
    return [
        question
        for question in QUESTIONS
        if plays and any(getattr(cls, question) is getattr(base, question) for base in bases)
    ]

"""Whether a cell has what is said of it: by the command line, a sweep, an explicit cell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from experiments.design.designs import Cell, Said
from sim.config import ScenarioConfig
from sim.config.draws_file import DRAWS, changes
from sim.config.paths import (
    MISSING,
    check_positions,
    holds,
    overlap,
    spelled_out,
    value_at,
)
from sim.config.paths import named as written_out
from sim.config.schema.sentences import join, shown
from sim.config.schema.stances import by_talk, named
from sim.errors import ConfigError


def ended(path: str, fixed: Iterable[str], scenario: Mapping[str, Any]) -> bool:
    """Tell whether some paths fix all that a path names, so that it is not varied.

    Args:
        path: dotted path, maybe with stars.
        fixed: dotted paths that are set, maybe with stars.
        scenario: as a mapping.
    """
    every = [each for one in fixed for each in _named(scenario, one)]
    return all(
        any(f"{name}.".startswith(f"{each}.") for each in every) for name in _named(scenario, path)
    )


def _named(scenario: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """Write out the stars of a path; one that fits no key stays, and is told where it is read."""
    try:
        return written_out(scenario, path)
    except ConfigError:
        return (path,)


def check_held(played: Mapping[str, Any], cell: Cell, fixed: Mapping[str, Any]) -> None:
    """Check that the scenario of a cell has all that is said of it.

    Args:
        played: the scenario that the cell is played with, as a mapping.
        cell: the cell.
        fixed: by dotted path, what is set for every cell.

    Raises:
        ConfigError: it has something else, because another path sets that too.
    """
    check_positions(played, [*fixed, *(said.path for said in cell.said if not said.left)])
    spelled = cache(partial(spelled_out, played))
    for path, value in fixed.items():
        apart = [each for each in fixed if each != path and "*" in path and overlap(each, path)]
        if not apart and not _plays(played, spelled, path, value):
            everywhere = [Said(f"--set {each}", each, given) for each, given in fixed.items()]
            raise _lost(Said(f"--set {path}", path, value), [*cell.said, *everywhere], fixed=True)
    for said in cell.said:
        if not _plays(played, spelled, said.path, said.value):
            raise _lost(said, cell.said)
    for said in (*cell.said, *(Said(f"--set {path}", path, fixed[path]) for path in fixed)):
        _check_changed(played, said)


def _plays(
    played: Mapping[str, Any], spelled: Callable[[], Mapping[str, Any]], path: str, value: Any
) -> bool:
    """Tell whether a value stands at a path, or in the stance that stands there."""
    if value is MISSING or not holds(played, path, value):
        return holds(spelled(), path, value)
    return True


def _check_changed(played: Mapping[str, Any], said: Said) -> None:
    """Check that what is said of a stance is not changed again by who plays it."""
    front = said.path.split(".")[:4]
    if said.left or front[0] != "stances" or front[3:] != ["strategy"]:
        return
    country, name, keys = front[1], front[2], said.path.split(".")[4:]
    seat = value_at(played, f"strategies.{country}")
    for path, each in {"": seat, **(seat if by_talk(seat) else {})}.items():
        if named(each) == name and isinstance(each, Mapping) and _covers(each, keys, said.value):
            where = join("strategies", country, path, *keys)
            raise ConfigError(
                f"{said.by}: sets {said.path} to {shown(said.value)}, but what {country} plays "
                f"changes that stance at {where}; let only one of them say it"
            )


def _covers(said: Mapping[str, Any], keys: Sequence[str], value: Any) -> bool:
    """Tell whether a table beside the name of a stance says something else at some keys."""
    here: Any = said
    for key in keys:
        if not isinstance(here, Mapping):
            return True
        if key not in here:
            return False
        here = here[key]
    return bool(keys) and bool(here != value)


def check_listed(
    config: ScenarioConfig,
    cell: Cell,
    fixed: Mapping[str, Any],
    overrides: Mapping[str, Any],
) -> None:
    """Check that a file of draws lists nothing that a cell says: the file would have the last word.

    Args:
        config: of the cell.
        cell: the cell.
        fixed: by dotted path, what is set for every cell.
        overrides: the same, by the config; where it gives a range, a file may list its draws.

    Raises:
        ConfigError: it does.
    """
    if config.draws_file is None:
        return
    certain = {path: value for path, value in overrides.items() if not isinstance(value, Mapping)}
    every = [
        *cell.said,
        *(Said(f"--set {path}", path, value) for path, value in fixed.items()),
        *(Said(f"overrides.{path}", path, value) for path, value in certain.items()),
    ]
    paths = [path for path in changes(config.draws_file) if path != DRAWS]
    for said in every:
        for path in paths:
            if not said.left and overlap(path, said.path):
                raise ConfigError(
                    f"{said.by}: sets {said.path} to {shown(said.value)}, but the file of "
                    f"{DRAWS} lists {path}; let only one of them say it"
                )


def _seat(path: str) -> str:
    """Give the path of a country's strategy: one for all talks, or a table with one for each."""
    return ".".join(path.split(".")[:2])


def _lost(said: Said, others: Sequence[Said], fixed: bool = False) -> ConfigError:
    """Give the error of a value that another one covers."""
    among = [each for each in others if each.path != said.path and not each.left]
    other = next((each for each in among if overlap(each.path, said.path)), None)
    other = other or next(each for each in among if overlap(_seat(each.path), _seat(said.path)))
    instead = f"but {other.by} sets {other.path} to {shown(other.value)}"
    if fixed:
        return ConfigError(
            f"{said.path}: is set to {shown(said.value)}, {instead}; "
            f"set {other.path}, which ends the sweep, or take it out"
        )
    missing = said.value is MISSING
    left = "is left as in the scenario" if missing else f"is left at {shown(said.value)}"
    own = left if said.left else f"sets {said.path} to {shown(said.value)}"
    return ConfigError(f"{said.by}: {own}, {instead} in the same cell; let only one of them say it")

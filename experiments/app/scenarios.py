"""The scenario files and the given domains that can be chosen."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.config import read_scenario
from sim.config.files import read_toml
from sim.config.shipped import SHIPPED
from sim.domains import FILES, Domain, read
from sim.errors import ConfigError, DataError

FOLDER = "TARIFF_TALKS_SCENARIOS"
"""Environment variable that names the folder of scenario files."""

_USUAL = Path("configs") / "scenarios"
_DOMAINS = "domains"
_ROUNDS = 33


@dataclass(frozen=True)
class Found:
    """A scenario file, or a given domain.

    Attributes:
        path: of the file, or of the directory of the domain.
        title: what it says of itself; its name if it cannot be read.
        order: real situations come first, a scenario before those that extend it, and domains last.
    """

    path: Path
    title: str
    order: tuple[bool, bool, bool]


def folder() -> Path:
    """Give the folder of scenario files: the one that was named, that of the place where the page
    was started, or that which comes with the package.
    """
    said = os.environ.get(FOLDER)
    if said:
        return Path(said)
    return _USUAL if _USUAL.is_dir() else SHIPPED / "scenarios"


def scenarios(directory: Path) -> list[Found]:
    """List the scenario files of a folder, real situations first, and the domains beside it.

    Raises:
        ConfigError: there is no such folder, or no file in it.
    """
    files = sorted(directory.glob("*.toml")) if directory.is_dir() else []
    if not files:
        raise ConfigError(
            f"{directory}: holds no scenario file; start 'tariff-talks app' where "
            "configs/scenarios is, or name a folder with --scenarios"
        )
    given = sorted((directory.parent / _DOMAINS).glob(f"*/{FILES[0]}"))
    listed = [*files, *(file.parent for file in given)]
    return sorted((_found(file) for file in listed), key=lambda found: found.order)


def read_chosen(path: Path) -> dict[str, Any]:
    """Read a scenario file, or a given domain as a scenario.

    Raises:
        ConfigError, DataError: a file is wrong.
    """
    if not path.is_dir():
        return read_scenario(path)
    return _talk(read(path / FILES[0], path / FILES[1]), path.name)


def _talk(domain: Domain, name: str) -> dict[str, Any]:
    """Write a domain as a scenario of one talk: side A is the hub, side B the partner."""
    keys = {issue: re.sub(r"\W+", "_", issue).strip("_").lower() for issue in domain.issues}
    concessions = {
        keys[issue]: {
            "label": f"{issue} ({', '.join(f'{n}: {v}' for n, v in enumerate(values))})",
            "levels": list(range(len(values))),
        }
        for issue, values in domain.issues.items()
    }
    given: dict[str, dict[str, list[float]]] = {}
    for side, profile in zip(("hub", "partner"), domain.profiles, strict=True):
        less = profile.reservation
        given[side] = {}
        for issue, values in domain.issues.items():
            weight, worth = profile.weights[issue], profile.values[issue]
            given[side][keys[issue]] = [weight * worth[value] - less for value in values]
            less = 0.0
    return {
        "name": re.sub(r"\W+", "_", name),
        "title": f"{domain.name}: a given domain",
        "hub": "side_a",
        "calendar": {"rounds": _ROUNDS},
        "rules": {"scope": False, "null_deal": True},
        "countries": {"side_a": {"label": "Side A"}, "side_b": {"label": "Side B"}},
        "strategies": {"side_a": "boulware", "side_b": "boulware"},
        "talks": {"domain": {"partner": "side_b", "concessions": concessions}},
        "payoffs": {"kind": "table", "given": {"domain": given}},
    }


def _found(file: Path) -> Found:
    last = (True, True, file.is_dir())
    try:
        if file.is_dir():
            return Found(file, str(read_chosen(file)["title"]), last)
        said, extends = read_scenario(file), "extends" in read_toml(file)
    except (ConfigError, DataError):
        return Found(file, f"{file.name} (cannot be read: choose it to see why)", last)
    title = str(said.get("title") or said.get("name") or file.stem)
    return Found(file, title, ("economy" not in said, extends, False))

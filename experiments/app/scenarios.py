"""The scenario files that can be chosen."""

import os
from dataclasses import dataclass
from pathlib import Path

from sim.config import read_scenario
from sim.config.files import read_toml
from sim.errors import ConfigError

FOLDER = "TARIFF_TALKS_SCENARIOS"
"""Environment variable that names the folder of scenario files."""

_USUAL = Path("configs") / "scenarios"
_CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Found:
    """A scenario file.

    Attributes:
        path: of the file.
        title: what it says of itself; its name if it cannot be read.
        order: real situations come first, and a scenario before those that extend it.
    """

    path: Path
    title: str
    order: tuple[bool, bool]


def folder() -> Path:
    """Give the folder of scenario files: the one that was named, that of the place where the page
    was started, or that of the checkout.
    """
    said = os.environ.get(FOLDER)
    if said:
        return Path(said)
    return _USUAL if _USUAL.is_dir() else _CHECKOUT / _USUAL


def scenarios(directory: Path) -> list[Found]:
    """List the scenario files of a folder, real situations first.

    Raises:
        ConfigError: there is no such folder, or no file in it.
    """
    files = sorted(directory.glob("*.toml")) if directory.is_dir() else []
    if not files:
        raise ConfigError(
            f"{directory}: holds no scenario file; start 'tariff-talks app' where "
            "configs/scenarios is, or name a folder with --scenarios"
        )
    return sorted((_found(file) for file in files), key=lambda found: found.order)


def _found(file: Path) -> Found:
    try:
        said, extends = read_scenario(file), "extends" in read_toml(file)
    except ConfigError:
        return Found(file, f"{file.name} (cannot be read: choose it to see why)", (True, True))
    title = str(said.get("title") or said.get("name") or file.stem)
    return Found(file, title, ("economy" not in said, extends))

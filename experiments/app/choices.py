"""What a user has chosen, and the config that says the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomli_w

from experiments.app.scenarios import read_chosen
from experiments.design.plan import Plan
from sim.config import ScenarioConfig, override, parse
from sim.config.files import toml_of
from sim.config.shipped import SHIPPED
from sim.errors import ConfigError

MOST_WORLDS = 20_000
"""Worlds that a page plays at most."""

_DRAWS, _WORLDS_A_DRAW = 250, 10


@dataclass(frozen=True)
class Choices:
    """A scenario, and what is changed in it.

    Attributes:
        scenario: path of the file, or of the directory of a domain.
        changes: new values by dotted path, as in the overrides of a config.
        seed: of the draws of uncertain numbers and of all luck.
    """

    scenario: Path
    changes: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 1

    def config(
        self,
        name: str,
        question: str,
        worlds: int = 1,
        sweep: Mapping[str, Any] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> str:
        """Write the config of an experiment, as TOML.

        Args:
            name: of the experiment.
            question: what it asks.
            worlds: worlds per cell; draws of the payoffs are a tenth of it, at most 250.
            sweep: values by dotted path.
            more: further changes by dotted path.
        """
        draws = min(_DRAWS, max(1, worlds // _WORLDS_A_DRAW))
        said: dict[str, Any] = {"name": name, "question": question, "scenario": self._said()}
        said |= {"worlds": worlds, "seed": self.seed, "draws": draws}
        said["replications"] = max(1, -(-worlds // draws))
        overrides = {**self.changes, **(more or {})}
        said |= {"overrides": overrides} if overrides else {}
        said |= {"sweep": dict(sweep)} if sweep else {}
        return tomli_w.dumps(said)

    def central(self) -> dict[str, Any]:
        """Give the change that takes the elasticities at their central values, for single worlds.

        One sample instead of several is also what makes a new seed quick.
        """
        return {} if self.read().economy is None else {"economy.elasticity_draws": 1}

    def rule(self) -> str | list[str]:
        """Give the review rule, as a config says it."""
        review = self.read().rules.review
        return review if isinstance(review, str) else list(review)

    def read(self) -> ScenarioConfig:
        """Read the scenario with its changes; raises ConfigError."""
        return parse(override(read_chosen(self.scenario), self.changes), self.scenario.parent)

    def _said(self) -> str | dict[str, Any]:
        """Give the scenario as a config says it: its path, or a given domain in full."""
        return read_chosen(self.scenario) if self.scenario.is_dir() else self._path()

    def _path(self) -> str:
        """Give the path of the scenario from here, if it lies below, so that it can be read
        wherever the config is kept; the name of one that comes with the package; else in full.
        """
        full, here = self.scenario.resolve(), Path.cwd()
        if full.is_relative_to(here):
            return str(full.relative_to(here))
        return full.stem if full.parent == SHIPPED / "scenarios" else str(full)


def plan_of(config: str) -> Plan:
    """Read a config as the command line does.

    Raises:
        ConfigError: something in it is wrong.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "config.toml"
        file.write_text(config, encoding="utf-8")
        try:
            return Plan.load(file)
        except ConfigError as problem:
            raise ConfigError(str(problem).replace(f"{file}: ", "")) from problem


def read_changes(text: str) -> dict[str, Any]:
    """Read further settings, one a line, as in a config.

    Args:
        text: lines such as `rules.period = 3`.

    Raises:
        ConfigError: it is not TOML.
    """
    try:
        return _flat(toml_of(text))
    except ConfigError as problem:
        raise ConfigError(
            f"further settings: {problem}; write one setting a line, such as rules.period = 3"
        ) from None


_WHOLE = {"name", "value", "low", "uniform"}
"""Keys that make a table one value."""


def _flat(tables: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Give what dotted keys say by dotted path; a table in braces, or empty, is one value."""
    flat: dict[str, Any] = {}
    for key, value in tables.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict) and value and not _WHOLE & set(value):
            flat |= _flat(value, here)
        else:
            flat[here] = value
    return flat


def read_strategy(text: str, path: str) -> Any:
    """Read a strategy that is typed in: a name, `file.py:Class`, or a table in braces.

    Raises:
        ConfigError: nothing is typed in, or the table is not TOML.
    """
    text = text.strip()
    if not text:
        raise ConfigError(
            f"{path}: is empty; type the name of a strategy, such as boulware, or of a file and a "
            "class in it: my_strategy.py:Mine"
        )
    if not text.startswith("{"):
        return text
    try:
        return toml_of(f"strategy = {text}")["strategy"]
    except ConfigError as problem:
        raise ConfigError(
            f'{path}: {problem}; write a table such as {{ name = "boulware", exponent = 0.3 }}'
        ) from None


def check_worlds(worlds: int | None) -> int:
    """Check how many worlds a page is asked to play.

    Raises:
        ConfigError: none, or too many for a page.
    """
    if worlds is None or worlds < 1:
        raise ConfigError("worlds: give a whole number of at least 1, such as 1000")
    if worlds > MOST_WORLDS:
        raise ConfigError(
            f"worlds: {worlds:,} are more than this page plays at once, which is {MOST_WORLDS:,}; "
            "download the config and play it with 'tariff-talks run'"
        )
    return worlds


def check_seed(seed: int | None) -> int:
    """Check a seed; raises ConfigError."""
    if seed is None or seed < 0:
        raise ConfigError("seed: give a whole number of at least 0, such as 1")
    return seed

"""What the figures read: the table of outcomes, and the words for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from textwrap import fill
from typing import Any

import pandas as pd

from experiments.plan import Plan
from experiments.quantities import names, rule_column, swept
from experiments.store import CONFIG, Store
from sim import Scenario
from sim.config import parse
from sim.rules import Calendar
from sim.scenario import calendar_of

RULES = {"all": "every measure", "none": "no rule"}


@dataclass(frozen=True, eq=False)
class Results:
    """A run, with the words of its scenario.

    Attributes:
        frame: table of outcomes.
        plan: the config as run.
    """

    frame: pd.DataFrame
    plan: Plan

    @classmethod
    def load(cls, directory: Path) -> "Results":
        """Load a finished run; raises ConfigError if the directory holds none."""
        store = Store.open(directory)
        return cls(store.outcomes(), Plan.load(directory / CONFIG))

    @cached_property
    def game(self) -> Scenario:
        """The scenario of the first cell; its payoffs serve figures of the utility plane."""
        return self.plan.game(self.plan.cells[0])

    @property
    def scenario(self) -> dict[str, Any]:
        """The scenario as a mapping."""
        return dict(self.plan.scenario)

    @property
    def rule(self) -> str | None:
        """The swept path that is the review rule, if any."""
        return rule_column(self.frame)

    @property
    def talks(self) -> list[str]:
        """Names of the talks."""
        return list(dict.fromkeys(self.frame["talk"].astype(str)))

    @cached_property
    def calendar(self) -> Calendar:
        """Rounds and dates."""
        return calendar_of(parse(self.scenario, self.plan.directory))

    def country(self, key: str) -> str:
        """Give a country's name for readers."""
        said: str = self.scenario["countries"].get(key, {}).get("label", key)
        return said

    def talk(self, name: str) -> str:
        """Give a talk's name for readers."""
        hub, partner = self.scenario["hub"], self.scenario["talks"][name]["partner"]
        return f"{self.country(hub)} – {self.country(partner)}"

    def measure(self, name: str) -> str:
        """Give a measure's name for readers."""
        for talk in self.scenario["talks"].values():
            if name in talk.get("measures", {}):
                said: str = talk["measures"][name].get("label", name)
                return said
        return name

    def path(self, path: str) -> str:
        """Give a swept path's name for readers."""
        keys = path.split(".")
        if keys[0] == "strategies" and len(keys) == 2:
            return self.country(keys[1])
        return {"rules.review": "review rule", "rules.test": "review test"}.get(path, path)

    def value(self, path: str, value: Any) -> str:
        """Give a swept value's name for readers."""
        if path == self.rule:
            return RULES.get(str(value), str(value))
        if isinstance(value, float):
            return f"{value:g}"
        return str(value).replace("_", " ")

    def setting(self, paths: Sequence[str], row: Any, width: int = 38) -> str:
        """Name a setting of some swept paths, wrapped; one path is named, of several the values."""
        said = " · ".join(self.value(path, row[path]) for path in paths)
        if len(paths) == 1 and paths[0] != self.rule:
            said = f"{self.path(paths[0])}: {said}"
        return fill(said, width) or "all worlds"

    def paths(self, most: int) -> list[str]:
        """Choose swept paths that make at most some settings: the rule, then what matters most.

        What matters is the range of the share of deals over the values of a path.
        """
        frame = self.frame.assign(_deal=(self.frame["status"] == "deal").astype(float))

        def weight(path: str) -> tuple[bool, float]:
            means = frame.groupby(path, observed=True)["_deal"].mean()
            return path == self.rule, float(means.max() - means.min())

        chosen: list[str] = []
        for path in sorted(swept(frame), key=weight, reverse=True):
            if len(frame.groupby([*chosen, path], observed=True).size()) <= most:
                chosen.append(path)
        return [path for path in swept(frame) if path in chosen]

    def pooled(self, paths: Sequence[str]) -> str:
        """Say what a figure averages over."""
        rest = [self.path(path) for path in swept(self.frame) if path not in paths]
        return f"Averaged over: {', '.join(rest)}." if rest else ""

    @property
    def measures(self) -> list[str]:
        """Names of the measures."""
        return names(self.frame, "rate")

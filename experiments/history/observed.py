"""What happened: outcomes that figures, reports and scores hold beside those of the worlds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from sim.config import ScenarioConfig, read_toml
from sim.config.schema.numbers import ConfigTable, Day, Flag, Real
from sim.config.schema.sentences import shown, unknown
from sim.config.shipped import outcomes_file
from sim.errors import ConfigError

OUTCOMES = ("observed", "patterns", "naive")
"""Keys that a file of outcomes may have: what happened, and the forecasts to beat."""


class Observed(ConfigTable):
    """How a talk went in history; nothing that anybody in a world knows.

    Attributes:
        date: when it was signed.
        rate: by measure, the added percentage points that were left.
        applied: by goods group, the total rate in percent, ordinary tariff included.
        give: by concession, its level, in the unit of the scenario.
        deal: whether there was a deal; yes if a date is given.
        lowers: by measure, whether the deal lowered it.
        source: where the figures are from.
    """

    date: Day | None = None
    deal: Flag | None = None
    lowers: dict[str, Flag] = Field(default_factory=dict)
    rate: dict[str, Real] = Field(default_factory=dict)
    applied: dict[str, Real] = Field(default_factory=dict)
    give: dict[str, Real] = Field(default_factory=dict)
    source: str = ""

    def columns(self) -> dict[str, Any]:
        """Give what was observed by column of the table of outcomes."""
        families = {"rate": self.rate, "applied": self.applied, "give": self.give}
        found = {
            f"{f}.{name}": value for f, said in families.items() for name, value in said.items()
        }
        return found | ({"date": self.date} if self.date is not None else {})

    def events(self) -> dict[str, bool]:
        """Give what did or did not happen: `deal`, and `lowers.MEASURE`."""
        signed = self.deal if self.deal is not None else True if self.date else None
        found = {} if signed is None else {"deal": signed}
        return found | {f"lowers.{name}": said for name, said in self.lowers.items()}


def read_outcomes(path: Path) -> dict[str, Any]:
    """Read a file of outcomes: tables that a config could hold itself.

    Raises:
        ConfigError: there is no such file, or it has another key.
    """
    said = read_toml(path)
    for key in said:
        if key not in OUTCOMES:
            raise ConfigError(f"{path}: {unknown(key, key, OUTCOMES)}")
    if not said:
        raise ConfigError(f"{path}: says nothing; give what happened as a table [observed.TALK]")
    return said


def with_outcomes(said: Mapping[str, Any], directory: Path) -> dict[str, Any]:
    """Put what a file of outcomes says, if a config names one, in its place in the config.

    Args:
        said: the config as read.
        directory: where it lies.

    Raises:
        ConfigError: the file is wrong, or the config says the same itself.
    """
    if "outcomes" not in said:
        return dict(said)
    if not isinstance(said["outcomes"], str):
        raise ConfigError(f"outcomes: {shown(said['outcomes'])} is no path; name a .toml file")
    found = read_outcomes(outcomes_file(said["outcomes"], directory))
    for key in found:
        if key in said:
            raise ConfigError(f"{key}: stands in {said['outcomes']} too; drop one")
    return {key: value for key, value in said.items() if key != "outcomes"} | found


def check_observed(observed: Mapping[str, Observed], scenario: ScenarioConfig) -> None:
    """Check that what was observed is there in the scenario; raises ConfigError."""
    for talk, said in observed.items():
        path = f"observed.{talk}"
        if talk not in scenario.talks:
            raise unknown(path, talk, scenario.talks, "talk")
        rules = scenario.talks[talk]
        goods = [name for measure in rules.measures.values() for name in measure.goods]
        for key, names, what in (
            ("rate", list(rules.measures), "measure"),
            ("applied", list(dict.fromkeys(goods)), "goods group"),
            ("give", list(rules.concessions), "concession"),
            ("lowers", list(rules.measures), "measure"),
        ):
            for name in getattr(said, key):
                if name not in names:
                    raise unknown(f"{path}.{key}.{name}", name, names, what)

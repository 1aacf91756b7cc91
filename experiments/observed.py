"""What happened: outcomes that figures and reports mark beside those of the worlds."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from sim.config import ScenarioConfig
from sim.config.numbers import Day, Real, Table
from sim.config.sentences import unknown


class Observed(Table):
    """How a talk went in history; nothing that anybody in a world knows.

    Attributes:
        date: when it was signed.
        rate: by measure, the added percentage points that were left.
        applied: by goods group, the total rate in percent, ordinary tariff included.
        give: by concession, its level, in the unit of the scenario.
        source: where the figures are from.
    """

    date: Day | None = None
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
        ):
            for name in getattr(said, key):
                if name not in names:
                    raise unknown(f"{path}.{key}.{name}", name, names, what)

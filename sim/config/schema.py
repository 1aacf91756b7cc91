"""What a scenario file may say."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from sim.config.around import LinksConfig, RatifierConfig, Share, ShockConfig, ThreatConfig
from sim.config.numbers import Table
from sim.config.talks import (
    CalendarConfig,
    CountryConfig,
    Position,
    RulesConfig,
    TalkConfig,
    TalkRulesConfig,
)
from sim.config.values import EconomyConfig, PayoffsConfig


def by_talk(said: Any) -> bool:
    """Tell whether a table gives strategies by talk, rather than one with a name or components."""
    return isinstance(said, Mapping) and not {"name", "offer"} & set(said)


class ScenarioConfig(Table):
    """A scenario as a file says it.

    Attributes:
        name, title: for files and for readers.
        hub: key of the country that owns the measures.
        information: whether a side knows the other's payoffs.
        countries: who sits at a table, by key.
        calendar: rounds and dates.
        rules: rules of every talk.
        positions: by country, what it requests (partner) or admits (hub) by default.
        strategies: by country: a name, a table with a name, or of components, or, for the hub,
            any of these by talk.
        talks: by name.
        payoffs, economy: where payoffs come from.
        ratification: by country and name, who has to approve a signed package.
        shocks, threats: by name.
        common_factor: correlation of the shocks through a common factor.
        links: who sees what of the other talks.
    """

    name: str = Field(description="a short name for files")
    title: str = ""
    hub: str = Field(description="the key of the country that owns the measures")
    information: Literal["private", "complete"] = "private"
    countries: dict[str, CountryConfig] = Field(description="a table for every country")
    calendar: CalendarConfig = Field(description="a table with the number of rounds")
    rules: RulesConfig = RulesConfig()
    positions: dict[str, Position] = Field(default_factory=dict)
    strategies: dict[str, Any] = Field(description="a strategy for every country")
    talks: dict[str, TalkConfig] = Field(description="a table for every talk")
    payoffs: PayoffsConfig = Field(description="a table with kind = 'economy' or 'table'")
    economy: EconomyConfig | None = None
    ratification: dict[str, dict[str, RatifierConfig]] = Field(default_factory=dict)
    shocks: dict[str, ShockConfig] = Field(default_factory=dict)
    threats: dict[str, ThreatConfig] = Field(default_factory=dict)
    common_factor: Share = 0.0
    links: LinksConfig = LinksConfig()

    _directory: Path = PrivateAttr(default_factory=Path.cwd)

    @property
    def directory(self) -> Path:
        """Where relative paths of files start: the directory of the scenario file."""
        return self._directory

    def at(self, directory: Path) -> "ScenarioConfig":
        """Give the same config with relative paths starting elsewhere."""
        copy = self.model_copy()
        copy._directory = directory
        return copy

    def find(self, path: str) -> Path:
        """Find a file named in the config: beside the config, else in the working directory."""
        beside = self.directory / path
        return beside if beside.exists() or not Path(path).exists() else Path(path)

    def rules_of(self, talk: str) -> RulesConfig:
        """Give the rules of a talk: its own where it has some, else those of every talk."""
        own = self.talks[talk].rules
        changed = {
            key: value
            for key in TalkRulesConfig.model_fields
            if (value := getattr(own, key)) is not None
        }
        return self.rules.model_copy(update=changed)

    def names(self, said: str | tuple[str, ...], talk: str) -> tuple[str, ...]:
        """Give the measures of a talk that "all", "none" or a list names, in their order."""
        measures = tuple(self.talks[talk].measures)
        if isinstance(said, str):
            return measures if said == "all" else ()
        return tuple(measure for measure in measures if measure in said)

    def position(self, country: str, talk: str) -> tuple[str, ...]:
        """Give the measures that a seat requests or admits by default; all if nothing is said."""
        said = self.positions.get(country, "all")
        if isinstance(said, Mapping):
            said = said.get(talk, "all")
        return self.names(said, talk)

    def said_strategy(self, country: str, talk: str) -> tuple[str, Any]:
        """Give the path and the words of a seat's strategy."""
        said = self.strategies[country]
        if by_talk(said):
            return f"strategies.{country}.{talk}", said[talk]
        return f"strategies.{country}", said

"""What a scenario file may say."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr

from sim.config.places import found, there
from sim.config.schema.around_keys import (
    LinksConfig,
    RatifierConfig,
    Share,
    ShockConfig,
    ThreatConfig,
)
from sim.config.schema.numbers import ConfigTable
from sim.config.schema.payoff_keys import EconomyConfig, PayoffsConfig
from sim.config.schema.stances import StanceConfig, by_talk, named, position_of, spelled
from sim.config.schema.talk_keys import (
    CalendarConfig,
    CountryConfig,
    Position,
    RulesConfig,
    TalkConfig,
    TalkRulesConfig,
)
from sim.config.shipped import located


class ScenarioConfig(ConfigTable):
    """A scenario as a file says it.

    Attributes:
        name, title: for files and for readers.
        hub: key of the country that owns the measures.
        information: whether a side knows the other's payoffs.
        countries: who sits at a table, by key.
        calendar: rounds and dates.
        rules: rules of every talk.
        positions: by country, what it requests (partner) or admits (hub) by default.
        strategies: by country: the name of a strategy or of a stance, a table with a name, or of
            components, or, for the hub, any of these by talk.
        stances: by country and name, strategies that the others may name.
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
    stances: dict[str, dict[str, StanceConfig]] = Field(default_factory=dict)
    talks: dict[str, TalkConfig] = Field(description="a table for every talk")
    payoffs: PayoffsConfig = Field(description="a table with kind = 'economy' or 'table'")
    economy: EconomyConfig | None = None
    ratification: dict[str, dict[str, RatifierConfig]] = Field(default_factory=dict)
    shocks: dict[str, ShockConfig] = Field(default_factory=dict)
    threats: dict[str, ThreatConfig] = Field(default_factory=dict)
    common_factor: Share = 0.0
    links: LinksConfig = LinksConfig()

    _directory: Path = PrivateAttr(default_factory=Path.cwd)
    _draws_file: Path | None = PrivateAttr(default=None)

    @property
    def directory(self) -> Path:
        """Where relative paths of files start: the directory of the scenario file."""
        return self._directory

    def at(self, directory: Path) -> "ScenarioConfig":
        """Give the same config with relative paths starting elsewhere."""
        copy = self.model_copy()
        copy._directory = directory
        return copy

    @property
    def draws_file(self) -> Path | None:
        """The file that lists the draws of the uncertain numbers, if there is one."""
        return self._draws_file

    def drawn_from(self, file: Path) -> "ScenarioConfig":
        """Give the same config with the file that its draws are listed in."""
        copy = self.model_copy()
        copy._draws_file = file
        return copy

    def find(self, path: str) -> Path:
        """Find a file named in the config: beside the config, else in the working directory."""
        beside = found(located(path, self.directory))
        return beside if there(beside) or not there(Path(path)) else Path(path)

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
        """Give the measures that a seat requests or admits by default; all if nothing is said.

        That of the stance that the seat names comes before that of `positions`.
        """
        said = self.stance_position(country, talk)
        if said is None:
            said = self.positions.get(country, "all")
        if isinstance(said, Mapping):
            said = said.get(talk, "all")
        return self.names(said, talk)

    def stance_position(self, country: str, talk: str) -> Any:
        """Give the position that a seat has by its stance; None if that says none."""
        return position_of(self._said(country, talk), self.stances.get(country, {}))

    def said_strategy(self, country: str, talk: str) -> tuple[str, Any]:
        """Give the path and the words of a seat's strategy, with its stances written out.

        Raises:
            ConfigError: stances name each other.
        """
        said, stances = self._said(country, talk), self.stances.get(country, {})
        path = f"strategies.{country}"
        if by_talk(self.strategies[country]):
            path = f"{path}.{talk}"
        if isinstance(said, str) and said in stances:
            path = f"stances.{country}.{said}.strategy"
        return path, spelled(said, stances, talk)

    def stance(self, country: str, talk: str) -> str:
        """Give the name of the stance that a seat plays, as it is or changed; empty if none."""
        name = named(self._said(country, talk))
        return name if name in self.stances.get(country, {}) else ""

    def stance_label(self, country: str, said: Any) -> str:
        """Give the label of the stance that a strategy names; empty if it names none."""
        stance = self.stances.get(country, {}).get(named(said))
        return (stance.label or named(said)) if stance else ""

    def _said(self, country: str, talk: str) -> Any:
        said: Any = self.strategies.get(country)
        return said[talk] if by_talk(said) else said

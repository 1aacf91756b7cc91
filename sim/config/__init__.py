"""What a file may say, and how it is read, changed and checked."""

from sim.config.files import parse, read_scenario, read_toml
from sim.config.paths import override
from sim.config.schema import ScenarioConfig
from sim.config.sentences import validate

__all__ = ["ScenarioConfig", "override", "parse", "read_scenario", "read_toml", "validate"]

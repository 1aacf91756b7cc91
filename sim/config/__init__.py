"""What a file may say, and how it is read, changed and checked."""

from sim.config.files import parse, read_scenario, read_toml
from sim.config.paths import override
from sim.config.schema.sentences import validate
from sim.config.schema.whole import ScenarioConfig

__all__ = ["ScenarioConfig", "override", "parse", "read_scenario", "read_toml", "validate"]

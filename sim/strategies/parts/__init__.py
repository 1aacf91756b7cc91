"""Components of strategies: acceptance, opponent models, scope rules, and what joins them.

The dictionaries give each its name in a config.
"""

from sim.strategies.parts.acceptance import Combi, Constant, Next, Time
from sim.strategies.parts.additive import AdditiveModel
from sim.strategies.parts.base import Acceptance, Component, OpponentModel, ScopeRule
from sim.strategies.parts.bayesian import Bayesian
from sim.strategies.parts.combined import PARTS, Combined, NoModel
from sim.strategies.parts.frequency import Frequency
from sim.strategies.parts.scope import Everything, Position, Refuser, Slicing

ACCEPT: dict[str, type[Acceptance]] = {
    "next": Next,
    "constant": Constant,
    "time": Time,
    "combi": Combi,
}
MODEL: dict[str, type[OpponentModel]] = {
    "none": NoModel,
    "frequency": Frequency,
    "bayesian": Bayesian,
}
SCOPE: dict[str, type[ScopeRule]] = {
    "position": Position,
    "everything": Everything,
    "refuser": Refuser,
    "salami": Slicing,
}

__all__ = [
    "ACCEPT",
    "MODEL",
    "PARTS",
    "SCOPE",
    "Acceptance",
    "AdditiveModel",
    "Bayesian",
    "Combined",
    "Component",
    "Frequency",
    "NoModel",
    "OpponentModel",
    "ScopeRule",
]

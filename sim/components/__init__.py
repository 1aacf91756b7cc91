"""Components of strategies: acceptance, opponent models, scope rules, and what joins them.

The dictionaries give each its name in a config.
"""

from sim.components.acceptance import Combi, Constant, Next, Time
from sim.components.additive import AdditiveModel
from sim.components.base import Acceptance, Component, OpponentModel, ScopeRule
from sim.components.bayesian import Bayesian
from sim.components.combined import PARTS, Combined, NoModel
from sim.components.frequency import Frequency
from sim.components.scope import Everything, Position, Refuser, Salami

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
    "salami": Salami,
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

"""Components of strategies: acceptance, opponent models, scope rules, and what joins them."""

from sim.strategies.parts.additive import AdditiveModel
from sim.strategies.parts.base import Acceptance, Component, OpponentModel, ScopeRule
from sim.strategies.parts.bayesian import Bayesian
from sim.strategies.parts.combined import PARTS, Combined, NoModel
from sim.strategies.parts.frequency import Frequency
from sim.strategies.parts.named import ACCEPT, MODEL, SCOPE

__all__ = [
    "ACCEPT", "MODEL", "PARTS", "SCOPE", "Acceptance", "AdditiveModel", "Bayesian", "Combined",
    "Component", "Frequency", "NoModel", "OpponentModel", "ScopeRule",
]  # fmt: skip

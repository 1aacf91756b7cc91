"""Components of strategies: acceptance, opponent models, scope rules, and what joins them.

The dictionaries give each its name in a config.
"""

from sim.strategies.parts.acceptance import Combi, Constant, Next, Time
from sim.strategies.parts.base import Acceptance, OpponentModel, ScopeRule
from sim.strategies.parts.bayesian import Bayesian
from sim.strategies.parts.combined import NoModel
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

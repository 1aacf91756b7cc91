"""The economy: a trade model, and what governments make of its equilibria."""

from sim.economy.data.options import Labour, Links
from sim.economy.equilibrium.solve import Equilibrium, solve, without_imbalances

__all__ = [
    "Equilibrium", "Labour", "Links", "data", "equilibrium", "governments", "provenance", "rates",
    "solve", "solved", "without_imbalances",
]  # fmt: skip

"""The library of strategies: one idea a file, and the name of each in a config."""

from sim.strategies.library import *

__all__ = [
    "BUILT_IN", "AbreuGul", "AnchorAndReciprocate", "Asker", "AveragedTitForTat", "BayesianPlayer",
    "Boulware", "Brinkman", "Conceder", "Coordinated", "DivideAndConquer", "EgalitarianOfferer",
    "ElectionDriven", "Exponential", "Extender", "HardHeaded", "Hardliner",
    "KalaiSmorodinskyOfferer", "Linear", "Logroller", "Micro", "NashOfferer", "NiceTitForTat",
    "OutsideOption", "PackageOrNothing", "PartialPackage", "RandomTitForTat", "RandomWalker",
    "RelativeTitForTat", "Relents", "ResourceDependent", "Rubinstein", "Salami", "ScopeRefuser",
    "Threatener", "TitForTat", "WaitAndSee", "WarOfAttrition", "Zeuthen",
]  # fmt: skip

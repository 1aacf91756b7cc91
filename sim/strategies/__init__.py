"""The library of strategies: one idea a file. `BUILT_IN` gives each its name in a config."""

from sim.strategies.abreu_gul import AbreuGul
from sim.strategies.extender import Extender
from sim.strategies.hardliner import Hardliner
from sim.strategies.micro import Micro
from sim.strategies.package_or_nothing import PackageOrNothing
from sim.strategies.random_walker import RandomWalker
from sim.strategies.scope_refuser import ScopeRefuser
from sim.strategies.threatener import Threatener
from sim.strategies.time_dependent import Boulware, Conceder, Linear
from sim.strategies.tit_for_tat import TitForTat
from sim.strategies.wait_and_see import WaitAndSee
from sim.strategy import BatchStrategy, Strategy

BUILT_IN: dict[str, type[Strategy] | type[BatchStrategy]] = {
    "boulware": Boulware,
    "linear": Linear,
    "conceder": Conceder,
    "hardliner": Hardliner,
    "tit_for_tat": TitForTat,
    "micro": Micro,
    "random_walker": RandomWalker,
    "scope_refuser": ScopeRefuser,
    "package_or_nothing": PackageOrNothing,
    "wait_and_see": WaitAndSee,
    "extender": Extender,
    "threatener": Threatener,
    "abreu_gul": AbreuGul,
}

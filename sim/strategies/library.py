"""The library of strategies: one idea a file. `BUILT_IN` gives each its name in a config."""

from sim.seats.strategy import BatchStrategy, Strategy
from sim.strategies.abreu_gul import AbreuGul
from sim.strategies.anchor import AnchorAndReciprocate
from sim.strategies.asker import Asker
from sim.strategies.bayesian import BayesianPlayer
from sim.strategies.brinkman import Brinkman
from sim.strategies.coordinated import Coordinated
from sim.strategies.divide_and_conquer import DivideAndConquer
from sim.strategies.election_driven import ElectionDriven
from sim.strategies.extender import Extender
from sim.strategies.hard_headed import HardHeaded
from sim.strategies.hardliner import Hardliner
from sim.strategies.logroller import Logroller
from sim.strategies.micro import Micro
from sim.strategies.nice_tit_for_tat import NiceTitForTat
from sim.strategies.outside_option import OutsideOption
from sim.strategies.package_or_nothing import PackageOrNothing
from sim.strategies.partial_package import PartialPackage
from sim.strategies.random_walker import RandomWalker
from sim.strategies.relents import Relents
from sim.strategies.resource_dependent import ResourceDependent
from sim.strategies.rubinstein import Rubinstein
from sim.strategies.salami import Salami
from sim.strategies.scope_refuser import ScopeRefuser
from sim.strategies.solutions import EgalitarianOfferer, KalaiSmorodinskyOfferer, NashOfferer
from sim.strategies.threatener import Threatener
from sim.strategies.time_dependent import Boulware, Conceder, Exponential, Linear
from sim.strategies.tit_for_tat import (
    AveragedTitForTat,
    RandomTitForTat,
    RelativeTitForTat,
    TitForTat,
)
from sim.strategies.wait_and_see import WaitAndSee
from sim.strategies.war_of_attrition import WarOfAttrition
from sim.strategies.zeuthen import Zeuthen

BUILT_IN: dict[str, type[Strategy] | type[BatchStrategy]] = {
    "boulware": Boulware,
    "linear": Linear,
    "conceder": Conceder,
    "exponential": Exponential,
    "resource_dependent": ResourceDependent,
    "hardliner": Hardliner,
    "brinkman": Brinkman,
    "random_walker": RandomWalker,
    "tit_for_tat": TitForTat,
    "relative_tit_for_tat": RelativeTitForTat,
    "random_tit_for_tat": RandomTitForTat,
    "averaged_tit_for_tat": AveragedTitForTat,
    "nice_tit_for_tat": NiceTitForTat,
    "anchor_and_reciprocate": AnchorAndReciprocate,
    "micro": Micro,
    "logroller": Logroller,
    "hard_headed": HardHeaded,
    "bayesian": BayesianPlayer,
    "zeuthen": Zeuthen,
    "nash": NashOfferer,
    "kalai_smorodinsky": KalaiSmorodinskyOfferer,
    "egalitarian": EgalitarianOfferer,
    "rubinstein": Rubinstein,
    "war_of_attrition": WarOfAttrition,
    "abreu_gul": AbreuGul,
    "scope_refuser": ScopeRefuser,
    "salami": Salami,
    "asker": Asker,
    "package_or_nothing": PackageOrNothing,
    "partial_package": PartialPackage,
    "wait_and_see": WaitAndSee,
    "coordinated": Coordinated,
    "election_driven": ElectionDriven,
    "divide_and_conquer": DivideAndConquer,
    "extender": Extender,
    "threatener": Threatener,
    "relents": Relents,
    "outside_option": OutsideOption,
}

"""What is modelled: tariff talks over an ensemble of worlds."""

from sim.model import Country, TariffTalks, negotiate
from sim.record import Record
from sim.scenario import Scenario
from sim.strategy import Answer, BatchStrategy, SideMove, Strategy, Wrapper

__all__ = [
    "Answer",
    "BatchStrategy",
    "Country",
    "Record",
    "Scenario",
    "SideMove",
    "Strategy",
    "TariffTalks",
    "Wrapper",
    "negotiate",
]

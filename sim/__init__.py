"""What is modelled: tariff talks over an ensemble of worlds."""

from sim.model import Country, TariffTalks, negotiate
from sim.record import Record
from sim.scenario import Scenario

__all__ = ["Country", "Record", "Scenario", "TariffTalks", "negotiate"]

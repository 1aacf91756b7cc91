"""What is modelled: tariff talks over an ensemble of worlds."""

import importlib
from typing import TYPE_CHECKING, Any

from sim.old_names import install

if TYPE_CHECKING:
    from sim.chance.spreads import Drawn
    from sim.scenario.scenario import Scenario
    from sim.seats.parameters import number
    from sim.seats.strategy import Answer, BatchStrategy, SideMove, Strategy, Wrapper
    from sim.seats.views.view import View
    from sim.seats.views.world import WorldView
    from sim.talks.agents import Country
    from sim.talks.model import TariffTalks, negotiate
    from sim.talks.record import Record

_ROOMS = {
    "Answer": "sim.seats.strategy",
    "BatchStrategy": "sim.seats.strategy",
    "Country": "sim.talks.agents",
    "Drawn": "sim.chance.spreads",
    "Record": "sim.talks.record",
    "Scenario": "sim.scenario.scenario",
    "SideMove": "sim.seats.strategy",
    "Strategy": "sim.seats.strategy",
    "TariffTalks": "sim.talks.model",
    "View": "sim.seats.views.view",
    "WorldView": "sim.seats.views.world",
    "Wrapper": "sim.seats.strategy",
    "negotiate": "sim.talks.model",
    "number": "sim.seats.parameters",
}
__all__ = [
    "Answer",
    "BatchStrategy",
    "Country",
    "Drawn",
    "Record",
    "Scenario",
    "SideMove",
    "Strategy",
    "TariffTalks",
    "View",
    "WorldView",
    "Wrapper",
    "negotiate",
    "number",
]
install()


def __getattr__(name: str) -> Any:
    """Open a room once something of it is asked for: Mesa alone takes half a second."""
    if name in _ROOMS:
        return getattr(importlib.import_module(_ROOMS[name]), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

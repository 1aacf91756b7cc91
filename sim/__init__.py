"""What is modelled: tariff talks over an ensemble of worlds."""

from typing import TYPE_CHECKING, Any

from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, BatchStrategy, SideMove, Strategy, Wrapper
from sim.talks.record import Record

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

if TYPE_CHECKING:
    from sim.talks.model import Country, TariffTalks, negotiate
else:

    def __getattr__(name: str) -> Any:
        """Import the model once it is asked for: Mesa takes longer than all else together."""
        if name in __all__:
            from sim.talks import model

            return getattr(model, name)
        raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

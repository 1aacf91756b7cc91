"""What is asked: experiment configs, their runs, results and figures."""

import importlib
from typing import TYPE_CHECKING, Any

from sim.old_names import install

if TYPE_CHECKING:
    from experiments.door import PlayablePlan as Plan
    from experiments.figures import FIGURES
    from experiments.figures import make as figure
    from experiments.results.results import Results
    from experiments.results.transcript import transcript as show

_ROOMS = {
    "FIGURES": ("experiments.figures", "FIGURES"),
    "Plan": ("experiments.door", "PlayablePlan"),
    "Results": ("experiments.results.results", "Results"),
    "figure": ("experiments.figures", "make"),
    "show": ("experiments.results.transcript", "transcript"),
}
__all__ = ["FIGURES", "Plan", "Results", "figure", "show"]
install()


def __getattr__(name: str) -> Any:
    """Open a room once something of it is asked for."""
    if name in _ROOMS:
        module, its = _ROOMS[name]
        return getattr(importlib.import_module(module), its)
    raise AttributeError(f"module 'experiments' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

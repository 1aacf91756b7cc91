"""Import paths of before that go on working, each with a sentence that names the new one."""

import importlib
import sys
import warnings
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

NAMES = {
    "sim.components": "sim.strategies.parts",
    "sim.draws": "sim.chance.spreads",
    "sim.economy.exact_hat": "sim.economy.equilibrium.solve",
    "sim.model": "sim.talks.model",
    "sim.nash_in_nash": "sim.payoffs.nash_in_nash",
    "sim.parameters": "sim.seats.parameters",
    "sim.record": "sim.talks.record",
    "sim.strategy": "sim.seats.strategy",
    "sim.view": "sim.seats.views.view",
    "sim.world_view": "sim.seats.views.world",
    "experiments.app.person": "experiments.app.game.person",
    "experiments.catalogue": "sim.scenario.players.catalogue",
    "experiments.cluster": "experiments.runs.cluster",
    "experiments.figures.results": "experiments.results.results",
    "experiments.plan": "experiments.design.plan",
    "experiments.run": "experiments.runs.run",
    "experiments.start": "experiments.commands.start",
    "experiments.transcript": "experiments.results.transcript",
    "experiments.workers": "experiments.runs.workers",
}
"""Where each old module is now; what lies inside a package moved with it."""


def now(name: str) -> str | None:
    """Give the path of today for an old one; None if there is no such old one."""
    parts = name.split(".")
    for size in range(len(parts), 1, -1):
        moved = NAMES.get(".".join(parts[:size]))
        if moved:
            return ".".join([moved, *parts[size:]])
    return None


class _Moved(Loader):
    """Gives the module of today under its old name as well."""

    def __init__(self, path: str) -> None:
        self._path = path

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self._path)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


class _OldNames(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        moved = now(name) if name.startswith(("sim.", "experiments.")) else None
        if moved is None:
            return None
        warnings.warn(
            f"{name} is now {moved}; the old path works until version 0.3.",
            DeprecationWarning,
            stacklevel=2,
        )
        return ModuleSpec(name, _Moved(moved))


def install() -> None:
    """Let old paths be imported; more than once does no harm."""
    if not any(isinstance(finder, _OldNames) for finder in sys.meta_path):
        sys.meta_path.insert(0, _OldNames())

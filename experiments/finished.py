"""The plan of a finished run, read back from its directory."""

from collections.abc import Mapping
from dataclasses import replace

from experiments.plan import Plan
from experiments.store import CONFIG, Store
from sim.errors import ConfigError


def plan_of(store: Store) -> Plan:
    """Read the plan of a run, with the numbers that its cells have in the table.

    Swept paths may stand in another order in the config as run than in the config that was run, so
    cells are found by their labels, which the manifest holds.

    Raises:
        ConfigError: the config as run is wrong, or is not of this run.
    """
    path = store.directory / CONFIG
    plan = Plan.load(path)
    told = {_key(cell.labels): cell for cell in plan.cells}
    cells = []
    for number, labels in enumerate(store.manifest()["labels"]):
        cell = told.get(_key(labels))
        if cell is None:
            said = ", ".join(f"{k} {v}" for k, v in labels.items())
            raise ConfigError(
                f"{path}: has no cell {number} ({said}) of its manifest; it was changed since"
            )
        cells.append(replace(cell, index=number, labels=labels))
    return replace(plan, cells=tuple(cells))


def _key(labels: Mapping[str, str | float]) -> frozenset[tuple[str, str | float]]:
    return frozenset(labels.items())

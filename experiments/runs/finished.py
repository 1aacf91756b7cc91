"""The plan of a finished run, read back from its directory."""

import pandas as pd

from experiments.design.plan import Plan
from experiments.runs.store import CONFIG, Store
from sim.errors import ConfigError


def plan_of(store: Store) -> Plan:
    """Read the plan of a run; its cells have the numbers that they have in the table.

    Raises:
        ConfigError: the config as run is wrong, or is not of this run.
    """
    path = store.directory / CONFIG
    plan = Plan.load(path)
    told = [dict(cell.labels) for cell in plan.cells]
    for number, labels in enumerate(store.manifest()["labels"]):
        if number >= len(told) or told[number] != labels:
            said = ", ".join(f"{k} {v}" for k, v in labels.items())
            raise ConfigError(
                f"{path}: has no cell {number} ({said}) of its manifest; it was changed since"
            )
    return plan


def for_readers(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Leave out of a table the swept paths that are told by the labels of their cells."""
    return frame.drop(columns=[path for path in plan.swept if path not in plan.told])

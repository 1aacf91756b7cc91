"""Shipped sweeps, played with fewer worlds."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.design.idle import idle
from experiments.design.plan import Plan
from sim import Scenario, negotiate
from sim.config import override, parse
from tests import beside

CONFIGS = Path(__file__).parents[1] / "configs"


def load(name: str, **changes: Any) -> Plan:
    """Give the plan of a shipped config."""
    return Plan.load(CONFIGS / f"{name}.toml", changes)


def play(plan: Plan, cell: int, **changes: Any) -> pd.DataFrame:
    """Play the worlds of a cell, with something changed."""
    said = override(override(plan.scenario, plan.cells[cell].values), changes)
    game = Scenario.from_config(parse(said, plan.directory), plan.config.seed)
    return negotiate(game, plan.worlds, plan.config.seed).to_frame()


def played(plan: Plan, paths: Iterable[str]) -> dict[Any, pd.DataFrame]:
    """Play every cell of a plan that uses what it switches on; the outcomes by labels of paths."""
    assert idle(plan) == [], "what is switched on is used"
    return {
        tuple(str(cell.labels[path]) for path in paths): negotiate(
            plan.game(cell), plan.worlds, plan.config.seed
        ).to_frame()
        for cell in plan.cells
    }


def cell_of(plan: Plan, labels: Mapping[str, str]) -> int:
    """Give the cell that has these labels."""
    (found,) = (
        cell.index
        for cell in plan.cells
        if all(str(cell.labels.get(path)) == label for path, label in labels.items())
    )
    return found


def changed(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """Give the share of talks whose deal has other terms, or is there on one side only.

    Terms, not numbers of packages: these mean something else where the issues are others.
    """
    return float(beside.changed(one, other).mean())

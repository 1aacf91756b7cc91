"""What a quantity was at every point of a sample of what nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.design.config import DesignConfig
from experiments.design.designs import points_of
from experiments.design.plan import Plan
from experiments.design.samples import SAMPLES
from experiments.results.intervals import Quantity
from experiments.results.selection import check_alone, labels_of
from experiments.runs.store import Store, plan_of
from sim.config.schema.sentences import unknown
from sim.errors import ConfigError

Floats = NDArray[np.float64]

Change = tuple[()] | tuple[str, str, str]
"""A swept path, and the labels of its first and its second value."""


@dataclass(frozen=True, eq=False)
class Answers:
    """A sample of the uncertain parameters, and what became of a quantity at each of its points.

    Attributes:
        plan: of the run.
        quantity: which.
        talk: of which talk; empty for a quantity of whole worlds.
        change: empty, or the path and its two values whose difference is told: what the second
            changes against the first, in the same worlds.
        rows: one for each world (of the talk): cell, world, draw, value (not a number where the
            world does not have the quantity).
        points: (P, D) values of the parameters, a row for each point in the order of the sample;
            index: number of the cell (with a change: under its second value).
    """

    plan: Plan
    quantity: Quantity
    talk: str
    rows: pd.DataFrame
    points: pd.DataFrame
    change: Change = ()

    @property
    def design(self) -> DesignConfig:
        """How the points were chosen."""
        return self.plan.config.design

    @property
    def paths(self) -> list[str]:
        """The uncertain parameters (D), as dotted paths."""
        return list(self.points.columns)

    @property
    def unit(self) -> Floats:
        """The points in the unit cube, (P, D)."""
        return points_of(self.design, len(self.paths))

    def means(self) -> Floats:
        """Give the mean of the quantity over the worlds of each point, (P).

        Raises:
            ConfigError: a point has no world with the quantity.
        """
        means = self.rows.groupby("cell")["value"].mean().reindex(self.points.index)
        lacking = int(means.isna().sum())
        if lacking:
            raise ConfigError(
                f"--quantity {self.quantity.name}: {lacking} of {len(means)} points have no world "
                "with it, and indices need it at every point; choose a quantity that every world "
                "has, such as deals or a payoff, or play more worlds a point"
            )
        return means.to_numpy(float)


def answers(
    store: Store,
    quantity: str,
    talk: str | None = None,
    only: Mapping[str, str] | None = None,
    change: Change = (),
) -> Answers:
    """Read what a quantity was at every point of a sample, or what a value of a path changes in it.

    Args:
        store: of a run whose `uncertainties` are sampled.
        quantity: `deals`, `lowers` or a column of the table of outcomes.
        talk: which talk; the first one if not given.
        only: by swept path, the value whose cells are taken.
        change: path, first and second value; the quantity is then its difference in every world,
            second less first.

    Raises:
        ConfigError: nothing is sampled, or there is no such quantity, talk, path or value.
    """
    if not change:
        return _sample(store, quantity, talk, only or {})
    path, *values = change
    if path in (only or {}):
        raise ConfigError(f"--only {path}: is what --path changes; leave it out of --only")
    first, second = (
        _sample(store, quantity, talk, {**(only or {}), path: value}) for value in values
    )
    partner = dict(zip(second.points.index, first.points.index, strict=True))
    keys = pd.MultiIndex.from_arrays([second.rows["cell"].map(partner), second.rows["world"]])
    before = first.rows.set_index(["cell", "world"])["value"].reindex(keys)
    told = second.rows.assign(value=second.rows["value"].to_numpy() - before.to_numpy())
    return replace(second, rows=told, change=change)


def _sample(store: Store, quantity: str, talk: str | None, only: Mapping[str, str]) -> Answers:
    """Read what a quantity was at every point of a sample."""
    plan = plan_of(store)
    if plan.config.design.uncertainties not in SAMPLES or not plan.uncertainties:
        raise ConfigError(
            f"{store.directory}: samples nothing that nobody knows; run a config with "
            "[uncertainties] and design.uncertainties = 'saltelli', as configs/uncertainty.toml"
        )
    labels = labels_of(store, only)
    others = [path for path in plan.swept if path not in plan.uncertainties]
    check_alone(store, labels, others, "a sample")
    _check_whole(store, plan, labels)
    said = Quantity.named(quantity, store.heads(), "--quantity")
    frame = store.outcomes(["cell", "world", "draw", "talk", *_columns(said)])
    frame = frame[frame["cell"].isin(list(labels))]
    which = _talk(frame, talk)
    frame = frame[frame["talk"] == which]
    value = said.values(frame).to_numpy(dtype=float)
    rows = frame[["cell", "world", "draw"]].assign(value=value)
    points = pd.DataFrame.from_dict(labels, orient="index")[list(plan.uncertainties)]
    return Answers(plan, said, which if said.by_talk else "", rows, points)


def _check_whole(store: Store, plan: Plan, labels: Mapping[int, object]) -> None:
    """Check that no point of the sample is missing."""
    size = len({cell.index for cell in plan.cells} & set(store.manifest()["failed_cells"]))
    if size:
        raise ConfigError(
            f"{store.directory}: {size} cells failed, and a sample with gaps has no indices; "
            f"'tariff-talks run --retry {store.directory}' plays them again "
            f"({len(labels)} are there)"
        )


def _columns(quantity: Quantity) -> list[str]:
    return ["status"] if quantity.name == "deals" else [quantity.name]


def _talk(frame: pd.DataFrame, talk: str | None) -> str:
    there = list(dict.fromkeys(frame["talk"].astype(str)))
    if talk is None:
        return there[0]
    if talk not in there:
        raise unknown("--talk", talk, there, "talk")
    return talk

"""What a quantity was at every point of a sample of what nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.config import DesignConfig
from experiments.finished import plan_of
from experiments.intervals import Quantity
from experiments.plan import Plan
from experiments.samples import SAMPLES
from experiments.selection import check_alone, labels_of
from experiments.store import Store
from sim.config.sentences import unknown
from sim.errors import ConfigError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answers:
    """A sample of the uncertain parameters, and what became of a quantity at each of its points.

    Attributes:
        plan: of the run.
        quantity: which.
        talk: of which talk; empty for a quantity of whole worlds.
        rows: one for each world (of the talk): cell, world, value (not a number where the world
            does not have the quantity).
        points: (P, D) values of the parameters, a row for each point in the order of the sample;
            index: number of the cell.
    """

    plan: Plan
    quantity: Quantity
    talk: str
    rows: pd.DataFrame
    points: pd.DataFrame

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
        design = self.design
        sample = SAMPLES[design.uncertainties]
        return sample(len(self.paths), design.points or 0, design.seed)

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
    store: Store, quantity: str, talk: str | None = None, only: Mapping[str, str] | None = None
) -> Answers:
    """Read what a quantity was at every point of a sample.

    Args:
        store: of a run whose `uncertainties` are sampled.
        quantity: `deals`, `lowers` or a column of the table of outcomes.
        talk: which talk; the first one if not given.
        only: by swept path, the value whose cells are taken.

    Raises:
        ConfigError: nothing is sampled, or there is no such quantity, talk, path or value.
    """
    plan = plan_of(store)
    if plan.config.design.uncertainties not in SAMPLES or not plan.uncertainties:
        raise ConfigError(
            f"{store.directory}: samples nothing that nobody knows; run a config with "
            "[uncertainties] and design.uncertainties = 'saltelli', as configs/uncertainty.toml"
        )
    labels = labels_of(store, only or {})
    others = [path for path in plan.swept if path not in plan.uncertainties]
    check_alone(store, labels, others, "a sample")
    _check_whole(store, plan, labels)
    said = Quantity.named(quantity, store.heads(), "--quantity")
    frame = store.outcomes(["cell", "world", "talk", *_columns(said)])
    frame = frame[frame["cell"].isin(list(labels))]
    which = _talk(frame, talk)
    frame = frame[frame["talk"] == which]
    rows = frame[["cell", "world"]].assign(value=said.values(frame).to_numpy())
    points = pd.DataFrame.from_dict(labels, orient="index")[list(plan.uncertainties)]
    return Answers(plan, said, which if said.by_talk else "", rows, points)


def _check_whole(store: Store, plan: Plan, labels: Mapping[int, object]) -> None:
    """Check that no point of the sample is missing."""
    size = len({cell.index for cell in plan.cells} & set(store.manifest()["failed_cells"]))
    if size:
        raise ConfigError(
            f"{store.directory}: {size} cells failed, and a sample with gaps has no indices; "
            f"'tariff-talks retry {store.directory}' plays them again ({len(labels)} are there)"
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

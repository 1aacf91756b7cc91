"""Estimates of any quantity with 95 % intervals, and paired differences between two cells.

Intervals count draws, not rows: `experiments.results.clustered`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from experiments.results.clustered import mean_of
from experiments.results.quantities import names, one_per_world, rule_column, swept
from experiments.runs.schema import describe
from sim.config.schema.sentences import unknown
from sim.errors import ConfigError

_SHARES = {"deals": "share of worlds with a deal", "lowers": "share with a deal that lowers a rate"}
_FAMILIES = (
    "payoff", "cost", "flow", "rate", "applied", "give", "utility", "reservation", "distance",
    "offers",
)  # fmt: skip
_ALONE = ("round", "in_principle", "refusals", "review_cost", "audience_cost")


@dataclass(frozen=True)
class Quantity:
    """A number that every world, or every talk of it, has.

    Attributes:
        name: `deals`, `lowers`, or a column of the table of outcomes.
        meaning: for readers.
        unit: of the number; empty for shares, which are between 0 and 1.
        share: whether it is a yes or no.
        by_talk: whether talks differ in it; payoffs are of the whole world.
    """

    name: str
    meaning: str
    unit: str
    share: bool
    by_talk: bool

    @classmethod
    def named(cls, name: str, frame: pd.DataFrame, path: str = "quantity") -> "Quantity":
        """Find a quantity.

        Args:
            name: of the quantity.
            frame: table of outcomes.
            path: of the key that names it, for the sentence.

        Raises:
            ConfigError: the table has no such quantity.
        """
        if not isinstance(name, str) or name not in known(frame):
            raise unknown(path, name, known(frame), "quantity")
        if name in _SHARES:
            return cls(name, _SHARES[name], "", share=True, by_talk=True)
        said = describe({name: ""}, ())[name]
        by_talk = not name.startswith(("payoff.", "cost.", "flow."))
        return cls(name, said["meaning"], said["unit"], share=False, by_talk=by_talk)

    def values(self, frame: pd.DataFrame) -> pd.Series:
        """Give the number of every row; not a number where there is none."""
        if self.name == "deals":
            return (frame["status"] == "deal").astype(float)
        return frame[self.name].astype(float)

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give the rows that count: one a world if talks do not differ in it."""
        return frame if self.by_talk else one_per_world(frame)


def known(frame: pd.DataFrame) -> list[str]:
    """Give the names of the quantities of a table of outcomes."""
    families = [f"{family}.{name}" for family in _FAMILIES for name in names(frame, family)]
    return [*_SHARES, *families, *(column for column in _ALONE if column in frame)]


def telling(frame: pd.DataFrame, most: int, nature: Sequence[str] = ()) -> list[str]:
    """Choose swept paths that make at most some settings: the rule, then what matters most.

    What matters is the range of the share of deals over the values of a path.

    Args:
        frame: table of outcomes.
        most: settings.
        nature: swept paths that nobody decides; they are never chosen.
    """
    rule = rule_column(frame)
    frame = frame.assign(_deal=(frame["status"] == "deal").astype(float))

    def weight(path: str) -> tuple[bool, float]:
        means = frame.groupby(path, observed=True)["_deal"].mean()
        return path == rule, float(means.max() - means.min())

    free = [path for path in swept(frame) if path not in nature]
    varied = [path for path in free if frame[path].nunique() > 1]
    chosen: list[str] = []
    for path in sorted(varied, key=weight, reverse=True):
        if len(frame.groupby([*chosen, path], observed=True).size()) <= most:
            chosen.append(path)
    return [path for path in varied if path in chosen]


def estimate(frame: pd.DataFrame, quantity: Quantity, by: Sequence[str]) -> pd.DataFrame:
    """Estimate the mean of a quantity in every group of worlds.

    Args:
        frame: table of outcomes.
        quantity: what is estimated.
        by: columns to group by; with talks among the rows, name `talk` to keep them apart.

    Returns:
        Columns: those of `by`, worlds (that have the number), mean, low, high.
    """
    rows = quantity.rows(frame)
    return mean_of(rows, quantity.values(rows), by, share=quantity.share)


def paired(
    frame: pd.DataFrame, first: int, second: int, quantity: Quantity
) -> tuple[pd.DataFrame, pd.Series]:
    """Compare two cells world by world: they share draws and luck.

    Args:
        frame: table of outcomes.
        first, second: numbers of the cells.
        quantity: what is compared.

    Returns:
        The rows of the second cell that the first has as well, and their differences, second less
        first; not a number where one of the two has none.

    Raises:
        ConfigError: there is no such cell.
    """
    sides = []
    for path, cell in (("a", first), ("b", second)):
        part = frame[frame["cell"] == cell]
        if part.empty:
            raise ConfigError(f"{path}: there is no cell {cell} here; {_cells(frame)}")
        sides.append(quantity.rows(part).set_index(["world", "talk"]).sort_index())
    shared = sides[0].index.intersection(sides[1].index)
    before, after = (side.loc[shared] for side in sides)
    difference = quantity.values(after) - quantity.values(before)
    rows = after.reset_index()
    return rows, difference.set_axis(rows.index)


def _cells(frame: pd.DataFrame) -> str:
    numbers = sorted(set(frame["cell"]))
    return f"the cells are {numbers[0]} to {numbers[-1]}"

"""Which cells of a run are meant, by the values of its swept paths."""

from collections.abc import Mapping, Sequence

import pandas as pd

from experiments.design.sweep import short
from experiments.runs.store import Store
from sim.config.schema.sentences import unknown
from sim.errors import ConfigError

Labels = Mapping[str, str | float]


def labels_of(store: Store, only: Mapping[str, str]) -> dict[int, Labels]:
    """Give the labels of the cells of a run that did not fail, by number.

    Args:
        store: of the run.
        only: by swept path, the value whose cells are taken.

    Raises:
        ConfigError: there is no such path or value.
    """
    manifest = store.manifest()
    failed = set(manifest["failed_cells"])
    labels = {n: row for n, row in enumerate(manifest["labels"]) if n not in failed}
    paths = list(next(iter(labels.values()), {}))
    for path, value in only.items():
        if path not in paths:
            raise unknown("--only", path, paths, "swept path")
        if value not in values(labels, path):
            raise unknown(f"--only {path}", value, values(labels, path), "value")
    chosen = only.items()
    return {n: row for n, row in labels.items() if all(word(row[p]) == v for p, v in chosen)}


def word(label: str | float) -> str:
    """Give a label as a word."""
    return short(label)


def values(labels: Mapping[int, Labels], path: str) -> list[str]:
    """Give the values of a swept path, each once."""
    return list(dict.fromkeys(word(row[path]) for row in labels.values()))


def varied(labels: Mapping[int, Labels]) -> list[str]:
    """Give the swept paths that have several values."""
    paths = list(next(iter(labels.values()), {}))
    return [path for path in paths if len({row[path] for row in labels.values()}) > 1]


def check_alone(
    store: Store, labels: Mapping[int, Labels], others: Sequence[str], what: str
) -> None:
    """Check that these paths do not tell two cells apart.

    Args:
        store: of the run.
        labels: of the cells.
        others: paths.
        what: that which each of their values makes.

    Raises:
        ConfigError: one of them has several values.
    """
    for path in others:
        if path in varied(labels):
            there = values(labels, path)
            raise ConfigError(
                f"{store.directory}: {path} is swept too ({', '.join(there)}), and each of its "
                f"values is {what} of its own; choose one: --only '{path}={there[0]}'"
            )


def commonest(frame: pd.DataFrame, paths: Sequence[str]) -> pd.DataFrame:
    """Give the combinations of values of some paths, in which cells they are, and how many sign.

    Args:
        frame: table of outcomes.
        paths: swept paths.

    Returns:
        Columns cells, and deals: the cells' talks in which some world has a deal. The index is the
        number of the combination in the order of the frame; those of most cells come first, of
        these those of most deals.
    """
    data = frame[["cell", "talk"]].assign(
        number=frame.groupby(list(paths), sort=False, observed=True).ngroup(),
        deals=frame["status"] == "deal",
    )
    talks = data.groupby(["number", "cell", "talk"], observed=True)["deals"].any().reset_index()
    found = talks.groupby("number").agg(cells=("cell", "nunique"), deals=("deals", "sum"))
    return found.sort_values(["cells", "deals"], ascending=False, kind="stable")

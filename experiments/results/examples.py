"""Worlds that stand for others: a typical one, the earliest deal, the hardest one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments.design.sweep import percent


@dataclass(frozen=True)
class Example:
    """A world of a run, and what it stands for.

    Attributes:
        name: `typical`, `earliest` or `hardest`.
        rule: how it was found.
        cell, world: its numbers.
    """

    name: str
    rule: str
    cell: int
    world: int


def witnesses(outcomes: pd.DataFrame) -> list[Example]:
    """Find the worlds that stand for others; ties go to the lower cell, then world.

    Args:
        outcomes: table of outcomes.

    Returns:
        typical: among the worlds that end in the commonest way, the nearest to their median payoffs
            and rounds, each in standard deviations;
        earliest: of all deals the first one;
        hardest: of all deals the one after most refused offers.
        Without any deal, the typical one only.
    """
    table = outcomes.sort_values(["cell", "world", "talk"], ignore_index=True)
    return list(_found(table)) if len(table) else []


def _found(table: pd.DataFrame) -> Iterator[Example]:
    yield _typical(table)
    deals = table[table["status"] == "deal"]
    if deals.empty:
        return
    first = deals.iloc[int(deals["round"].astype(float).argmin())]
    yield _witness("earliest", "of all deals of the run, the first one to be signed", first)
    most = deals.iloc[int(deals["refusals"].argmax())]
    said = f"of all deals of the run, the one after most refused offers ({most['refusals']})"
    yield _witness("hardest", said, most)


def _typical(table: pd.DataFrame) -> Example:
    keys = ["cell", "world"]
    ends = table.pivot(index=keys, columns="talk", values="status").astype(str)
    commonest: Any = ends.value_counts(sort=False).sort_index().idxmax()
    alike = (ends == list(commonest)).all(axis=1)
    numbers = [c for c in table.columns if c.startswith("payoff.")] + ["round"]
    worlds = table[[*keys, *numbers]].astype({"round": float}).groupby(keys).mean()
    worlds = worlds[alike]
    spread = worlds.std().where(lambda deviation: deviation > 0, 1.0).fillna(1.0)
    apart = ((worlds - worlds.median()) / spread).pow(2).sum(axis=1)
    said = (
        f"{percent(float(alike.mean()))} % of all worlds end as it does ({_said(commonest)}); of "
        "these it is the nearest to the median payoffs and rounds of signing"
    )
    nearest: Any = apart.idxmin()
    return Example("typical", said, int(nearest[0]), int(nearest[1]))


def _said(statuses: Iterable[str]) -> str:
    """Name what a world ends in: what all talks do, or what each does."""
    listed = list(statuses)
    same = len(set(listed)) == 1 and len(listed) > 1
    return f"every talk: {listed[0]}" if same else ", ".join(listed)


def _witness(name: str, rule: str, row: pd.Series) -> Example:
    return Example(name, rule, int(row["cell"]), int(row["world"]))

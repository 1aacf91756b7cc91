"""Tables of docs/talks_tables.md on coordination: `python -m tests.pacts DIR`.

What sight changes where nobody keeps a pact; what joining a pact is worth; how many deals are left.
Without a directory: what joining is worth by what a partner asks for once the other one has signed.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.floors import Floors
from experiments.design.plan import Plan
from experiments.runs.store import Store
from sim.seats.views.view import View
from sim.strategies.coordinated import Coordinated
from sim.strategies.floored import any_signed
from sim.talks.model import negotiate
from tests.beside import COUNTRIES, TALKS, changed, floors_of, gain, row
from tests.docs.test_readme import CONFIGS

FREE, PACT = "bargains", "in a pact"
BLIND, USUAL, OFFERS = "nothing", "as in the scenario", "offers"
SEEN = {BLIND: "nothing", USUAL: "terms", OFFERS: "offers"}
TOGETHER = "only both together, 8 bn"
SHAPE = "payoffs.weights.usa.no_deal_shape"
NOBODY, JAPAN, KOREA, BOTH = (FREE, FREE), (PACT, FREE), (FREE, PACT), (PACT, PACT)
STEPS = (
    ("Japan joins alone: Japan", "japan", NOBODY, JAPAN),
    ("Korea", "korea", NOBODY, JAPAN),
    ("Korea joins a Japan that is in: Korea", "korea", JAPAN, BOTH),
    ("Japan", "japan", JAPAN, BOTH),
    ("both instead of nobody: Japan", "japan", NOBODY, BOTH),
    ("Korea", "korea", NOBODY, BOTH),
    ("the hub", "usa", NOBODY, BOTH),
)
Cells = dict[tuple[str, str, str, str], pd.DataFrame]


def lines(cells: Cells, floors: Floors, *, band: bool = False) -> Iterator[str]:
    """Write the three tables."""
    shapes = list(dict.fromkeys(key[3] for key in cells))
    yield from sight(cells, shapes, floors, band=band)
    yield from ("", *joining(cells, shapes, floors, band=band), "", *deals(cells, shapes))


def sight(cells: Cells, shapes: list[str], floors: Floors, *, band: bool) -> Iterator[str]:
    """Write what seeing signed terms changes, nobody in a pact."""
    yield "| the hub's cost of no deal | packages changed, % | Japan | Korea | the hub |"
    yield "|---" * 5 + "|"
    for shape in shapes:
        blind, seen = (cells[*NOBODY, level, shape] for level in (BLIND, USUAL))
        share = changed(blind, seen).groupby(blind["talk"]).mean()
        told = [gain(blind, seen, c, floors, band=band) for c in (*TALKS, "usa")]
        yield row(shape, ", ".join(f"{100 * share[t]:.0f}" for t in TALKS), *told)


def joining(cells: Cells, shapes: list[str], floors: Floors, *, band: bool) -> Iterator[str]:
    """Write what joining is worth to who joins, to the other partner and to the hub."""
    yield row("the hub's cost of no deal", "all see", *(step[0] for step in STEPS))
    yield "|---" * (2 + len(STEPS)) + "|"
    for shape in shapes:
        for level, said in SEEN.items():
            told = []
            for _, country, *ends in STEPS:
                one, other = (_at(cells, who, level, shape) for who in ends)
                told.append(gain(one, other, country, floors, band=band))
            yield row(shape, said, *told)


def deals(cells: Cells, shapes: list[str]) -> Iterator[str]:
    """Write in how many worlds either talk ends in a deal."""
    yield row("the hub's cost of no deal", "all see", "nobody", "Japan", "Korea", "both")
    yield "|---" * 6 + "|"
    for shape in shapes:
        for level, said in SEEN.items():
            told = []
            for who in (NOBODY, JAPAN, KOREA, BOTH):
                frame = _at(cells, who, level, shape)
                share = (frame["status"] == "deal").groupby(frame["talk"]).mean()
                told.append(" / ".join(f"{100 * share[t]:.0f}" for t in TALKS))
            yield row(shape, said, *told)


def _at(cells: Cells, who: tuple[str, str], level: str, shape: str) -> pd.DataFrame:
    """Give a cell; with nobody in a pact nobody looks at offers, and only terms count."""
    if who == NOBODY and level == OFFERS:
        level = USUAL
    return cells[*who, level, shape]


def read(store: Store) -> Cells:
    """Give the cells of a run, by Japan's and Korea's stance, sight and shape."""
    frame = store.outcomes()
    paths = ["strategies.japan", "strategies.korea", "links.level", SHAPE]
    return {
        (str(j), str(k), str(sight), str(shape)): cell.sort_values(
            ["world", "talk"], ignore_index=True
        )
        for (j, k, sight, shape), cell in frame.groupby(paths, sort=False, observed=True)
    }


@dataclass(frozen=True)
class Freed(Coordinated):
    """When another partner has signed the pact is over, and it bargains freely."""

    def floor(self, view: View) -> NDArray[np.float64]:
        return np.where(any_signed(view), view.reservation, super().floor(view))


def trial(worlds: int) -> Iterator[str]:
    """Write what joining alone changes where only both deals together count, by kind of pact.

    Partners bargain, and one of them keeps a pact; terms are seen. One world a draw.
    """
    size = {"worlds": worlds, "draws": worlds, "replications": 1}
    plan = Plan.load(CONFIGS / "coordination.toml", size)
    where = (*NOBODY, USUAL, TOGETHER)
    (cell,) = (c for c in plan.cells if tuple(str(v) for v in c.labels.values()) == where)
    free = plan.game(cell)
    one = negotiate(free, worlds, plan.config.seed).to_frame()
    yield row("who joins", "once the other one has signed", *COUNTRIES.values())
    yield "|---" * 5 + "|"
    for partner in TALKS:
        for kind, said in ((Coordinated, "asks for no worse terms"), (Freed, "bargains")):
            inner = free.strategies[partner, partner]
            joined = {**free.strategies, (partner, partner): kind(inner)}
            other = negotiate(replace(free, strategies=joined), worlds, plan.config.seed)
            gains = (gain(one, other.to_frame(), c, Floors(), band=False) for c in COUNTRIES)
            yield row(COUNTRIES[partner], said, *gains)


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "band"]
    if given:
        store = Store.open(Path(given[0]))
        told = lines(read(store), floors_of(store), band="band" in sys.argv)
    else:
        told = trial(500)
    sys.stdout.write("\n".join(told) + "\n")

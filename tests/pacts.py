"""Tables of docs/talks_mechanisms.md on coordination: `python -m tests.pacts DIR`.

What sight changes where nobody keeps a pact; what joining a pact is worth; how many deals are left.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from experiments.floors import Floors
from experiments.store import Store
from tests.beside import TALKS, changed, floors_of, gain, row

FREE, PACT = "bargains", "in a pact"
BLIND, USUAL, OFFERS = "nothing", "as in the scenario", "offers"
SEEN = {BLIND: "nothing", USUAL: "terms", OFFERS: "offers"}
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


if __name__ == "__main__":
    store = Store.open(Path(sys.argv[1]))
    told = lines(read(store), floors_of(store), band="band" in sys.argv)
    sys.stdout.write("\n".join(told) + "\n")

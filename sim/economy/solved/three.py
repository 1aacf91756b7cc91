"""What clauses bring where three talks touch: what is solved, and the tables.

As for pairs (`interaction`): goods for goods all joint tariff parts, then the rest at
the corners, each with the clauses and without, of three talks and of every two of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np
from numpy.typing import NDArray

from sim.economy.rates.tariffs import TariffBook
from sim.economy.solved.interaction import MOST_CORNERS, corners_of, moving, nearness, shared_groups
from sim.payoffs.joint import Triple
from sim.protocol.rules import TalkRules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Add = Callable[[Mapping[int, Ints], Sequence[str]], Ints]
"""Asks for end states with tariff parts by talk, and clauses on some goods; gives their rows."""

Asked = Sequence[tuple[tuple[int, ...], Ints, Ints]]


@dataclass(frozen=True, eq=False)
class Trio:
    """Three talks at some points, and the goods on which clauses are carried out there.

    Attributes:
        triple: without its tables.
        goods: names.
        parts: by talk, the tariff part at each point.
        corners: whether it is what goods for goods leaves, at the corners.
    """

    triple: Triple
    goods: tuple[str, ...]
    parts: tuple[Ints, ...]
    corners: bool

    @property
    def name(self) -> str:
        """Of its table among those that are kept."""
        said = "corners" if self.corners else ".".join(self.goods)
        return f"three.{'.'.join(map(str, self.triple.talks))}.{said}"

    def states(self) -> dict[int, Ints]:
        """Give the states of the talks at all points, (a b c,)."""
        grid = np.meshgrid(*self.parts, indexing="ij")
        return {i: 1 + heads.ravel() for i, heads in zip(self.triple.talks, grid, strict=True)}

    def ask(self, add: Add) -> Asked:
        """Ask for what is solved: for every two and all three, rows with clauses and without."""
        asked = []
        for some in (*combinations(range(3), 2), (0, 1, 2)):
            grid = np.meshgrid(*(self.parts[side] for side in some), indexing="ij")
            numbers = (self.triple.talks[side] for side in some)
            moved = {i: heads.ravel() for i, heads in zip(numbers, grid, strict=True)}
            asked.append((some, add(moved, self.goods), add(moved, ())))
        return asked

    def table(self, asked: Asked, solved: Floats) -> Floats:
        """Give what three add beyond pairs, (E, C, K, a, b, c), of solved states (E, C, K, B)."""
        sizes = [len(heads) for heads in self.parts]
        total = np.zeros((*solved.shape[:3], *sizes))
        for some, held, without in asked:
            shape = [size if side in some else 1 for side, size in enumerate(sizes)]
            brings = (solved[..., held] - solved[..., without]).reshape(*solved.shape[:3], *shape)
            total += brings if len(some) == 3 else -brings
        return total


def trios(talks: Sequence[TalkRules], books: Sequence[TariffBook]) -> list[Trio]:
    """List what is solved if there is a clause: for every three talks goods, then the corners."""
    if not any(rules.clause for rules in talks):
        return []
    found = []
    for some in combinations(range(len(talks)), 3):
        rules = [talks[i] for i in some]
        found += [_same_goods(some, rules, groups) for groups in shared_groups(*rules)]
        corners = [corners_of(r) for r in rules]
        if prod(len(side) for side in corners) <= MOST_CORNERS:
            shares = [nearness(talks[i], books[i]) for i in some]
            goods = dict.fromkeys(name for i in some for name in books[i].goods)
            found.append(_trio(some, tuple(goods), corners, shares, corners=True))
    return found


def tables_of(asked: Sequence[tuple[Trio, Asked]], solved: Floats) -> dict[str, Floats]:
    """Give the table of every trio by name: at the corners, what goods for goods leaves."""
    tables = {trio.name: trio.table(rows, solved) for trio, rows in asked}
    for trio, _ in asked:
        for other, _ in asked if trio.corners else ():
            if other.triple.talks == trio.triple.talks and not other.corners:
                known = other.triple.spread(tables[other.name], trio.states())
                tables[trio.name] -= known.reshape(tables[trio.name].shape)
    return tables


def _same_goods(
    some: tuple[int, int, int], rules: Sequence[TalkRules], groups: Sequence[Sequence[int]]
) -> Trio:
    """Give all tariff parts that move only some measures on the same goods."""
    measures = [[r.space.measures[m] for m in g] for r, g in zip(rules, groups, strict=True)]
    goods = dict.fromkeys(name for side in measures for m in side for name in m.goods)
    sides = [moving(r, group) for r, group in zip(rules, groups, strict=True)]
    shares = [np.eye(len(parts))[place] for parts, place in sides]
    return _trio(some, tuple(goods), [parts for parts, _ in sides], shares, corners=False)


def _trio(
    some: tuple[int, int, int],
    goods: tuple[str, ...],
    parts: Sequence[Ints],
    shares: Sequence[Floats],
    *,
    corners: bool,
) -> Trio:
    """Put a trio together; `shares` are (H, points), without the state of no deal."""
    a, b, c = (np.vstack([np.zeros(side.shape[1]), side]) for side in shares)
    return Trio(Triple(some, (a, b, c)), goods, tuple(parts), corners)

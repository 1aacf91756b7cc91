"""What everything on the table is worth to one seat, in every world."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.menu import Menus
from sim.payoffs.tables import Payoffs
from sim.payoffs.tradeoffs import Frontiers
from sim.payoffs.values import NONE, Situations, Weighed
from sim.protocol.state import Index, Ints, Recent, TalkState
from sim.protocol.votes import Vote

Floats = NDArray[np.float64]

SLACK = 2.0**-10
"""Part of a grid step by which a target may be missed: absorbs the rounding of utilities."""

FAR = 2.0**40

_MOST_KEYS = 1 << 25
"""Sorted packages (8 bytes each) that are kept by a seat between rounds."""

_TODAY, _WIDE, _CUT = range(3)
"""Kinds of menus of which every world's last one is kept."""


@dataclass(frozen=True)
class Look:
    """What a seat reads of some worlds again and again, (n,) each: situations, values, scale.

    Attributes:
        situation: their situations.
        floor, span: from values, in grid steps, to utilities.
        none: values of no deal.
    """

    situation: Ints
    floor: Floats
    span: Floats
    none: Ints

    def utility(self, value: Ints) -> Floats:
        """Scale values to utilities."""
        return (value - self.floor) / self.span

    @cached_property
    def reservation(self) -> Floats:
        """(n,) utility of no deal."""
        return self.utility(self.none)

    def least(self, target: Floats) -> Ints:
        """Give the least value whose utility reaches a target."""
        return np.ceil(self._wanted(target) - SLACK).astype(np.int64)

    def most(self, target: Floats, more: Floats | float = 0.0) -> Ints:
        """Give the largest value that does not pass a target utility by more than some steps."""
        return np.floor(self._wanted(target, more) + SLACK).astype(np.int64)

    def _wanted(self, target: Floats, more: Floats | float = 0.0) -> Floats:
        return np.minimum(np.maximum(target * self.span + self.floor + more, -FAR), FAR)

    def some(self, rows: Ints) -> "Look":
        """Give the same of some of the worlds."""
        return Look(self.situation[rows], self.floor[rows], self.span[rows], self.none[rows])


@dataclass(frozen=True)
class Menu:
    """Menus of some worlds, and the best package of each.

    Attributes:
        wider: what a wider menu than today's was asked for with; None for today's.
        keys: as of `TalkState.menus`.
    """

    look: Look
    wider: Ints | None
    keys: Ints
    best: Floats
    best_package: Ints


class Appraisal:
    """A seat's situations and menus in every world.

    Attributes:
        situations, menus: every situation met so far, and the searches in them; with announced
            votes of those at home values are weighed by them.
    """

    def __init__(
        self,
        payoffs: Payoffs,
        state: TalkState,
        side: int,
        votes: tuple[Vote, ...] = (),
    ) -> None:
        self.state, self.side = state, side
        rules, country = state.rules, payoffs.countries.index(state.country[side])
        where = payoffs, country, state.number
        self.situations = Weighed(*where, rules.space, votes) if votes else Situations(*where)
        self.situations.meet(np.unique(state.draw))
        self.menus = Menus(self.situations, rules.space, rules.phases, rules.cuts)
        worlds = len(state.draw)
        self._situation, self._outlook = np.full((2, worlds), -1, dtype=np.int64)
        self._best, self._package, self._open = np.full((3, 3, worlds), -1, dtype=np.int64)
        self._looks: Recent[Look] = Recent()
        self._menus: tuple[Recent[Menu], ...] = Recent(), Recent(), Recent()
        self._frontiers: Frontiers | None = None

    def look(self, at: Index) -> Look:
        """Give the situations of these worlds, up to date with what lies outside."""
        known = self._looks.get(at, self.state.changes)
        if known is not None:
            return known
        outside = self.state.outlook[self.side, at]
        outlook = self.situations.outlook(outside, self.state.clock.round)
        moved = self._outlook[at] != outlook
        if moved.any():
            some = at[moved]
            self._situation[some] = self.situations.find(self.state.draw[some], outlook[moved])
            self._outlook[some], self._open[:, some] = outlook[moved], -1
        draw, sits, situation = self.state.draw[at], self.situations, self._situation[at]
        none = sits.facts[situation, NONE]
        floor, span = sits.floor[draw], sits.span[draw]
        found = Look(situation, floor, span, none)
        return self._looks.keep(at, self.state.changes, found)

    def menu(self, at: Index, wider: Ints | None = None) -> Menu:
        """Give today's menus of these worlds, or wider ones as of `TalkState.menus`, ranked.

        Those of each kind that were asked for last are at hand, and the last one of every world.
        """
        demanding = wider is not None and (wider > self.state.every).any()
        kind = _TODAY if wider is None else _CUT if demanding else _WIDE
        known = self._menus[kind].get(at, self.state.changes)
        if known is not None and _alike(known.wider, wider):
            return known
        look, menus = self.look(at), self.state.menus(at, wider)
        moved = self._open[kind, at] != menus
        if moved.any():
            some = at[moved]
            bests = self.menus.best(look.situation[moved], menus[moved])
            self._best[kind, some], self._package[kind, some] = bests
            self._open[kind, some] = menus[moved]
        best, package = self._best[kind, at], self._package[kind, at]
        found = Menu(look, wider, menus, look.utility(best), package)
        return self._menus[kind].keep(at, self.state.changes, found)

    def wide_menu(self, at: Index) -> Menu:
        """Give the menus that these worlds would have with everything open."""
        return self.menu(at, np.full(len(at), self.state.every))

    def value_of(self, at: Index, package: Ints) -> Ints:
        """Give the value of packages in grid steps; of -1: of no deal."""
        return self.situations.value(self.look(at).situation, package)

    def frontiers(self, other: "Appraisal") -> Frontiers:
        """Give the Pareto frontiers of the menus, with what they are worth to the other side."""
        if self._frontiers is None:
            self._frontiers = Frontiers(self.menus, self.situations, other.situations)
        return self._frontiers

    def trim(self) -> None:
        """Forget sorted menus when they have grown too many; they are sorted again when met."""
        if self.menus.size > _MOST_KEYS:
            self.menus.clear()


def _alike(one: Ints | None, other: Ints | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))

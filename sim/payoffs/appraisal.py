"""What everything on the table is worth to one seat, in every world."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.frontiers import Frontiers
from sim.payoffs.menu import Rankings
from sim.payoffs.shelf import Shelf
from sim.payoffs.tables import Payoffs
from sim.payoffs.values import Situations
from sim.payoffs.weighed import Weighed
from sim.protocol.state import Index, Ints, TalkState
from sim.protocol.votes import Vote

Floats = NDArray[np.float64]

SLACK = 2.0**-10
"""Part of a grid step by which a target may be missed: absorbs the rounding of utilities."""

FAR = 2.0**40

_MOST_KEYS, _MOST_ORDERS = 1 << 25, 1 << 14
"""Ranked packages (8 bytes each), and orders of them, kept by a seat between rounds."""

_MOST_HANDED_ON = 1 << 23
"""Ranked packages, and values of states, that a seat hands on to the next chunk of worlds."""

_TODAY, _WIDE, _CUT = range(3)
"""Kinds of menus of which every world's last one is kept."""

_GROUPS = 8
"""Groups of worlds whose narrowed arrays are kept: the movers of each half of a round."""

T = TypeVar("T")


@dataclass(frozen=True)
class UtilityScale:
    """From values, in grid steps, to utilities and back, in some worlds, (n,) each."""

    floor: Floats
    span: Floats

    def utility(self, value: Ints) -> Floats:
        """Scale values to utilities."""
        return (value - self.floor) / self.span

    def least(self, target: Floats) -> Ints:
        """Give the least value whose utility reaches a target."""
        return np.ceil(self._wanted(target) - SLACK).astype(np.int64)

    def most(self, target: Floats, more: Floats | float = 0.0) -> Ints:
        """Give the largest value that does not pass a target utility by more than some steps."""
        return np.floor(self._wanted(target, more) + SLACK).astype(np.int64)

    def _wanted(self, target: Floats, more: Floats | float = 0.0) -> Floats:
        return np.minimum(np.maximum(target * self.span + self.floor + more, -FAR), FAR)

    def some(self, rows: Ints) -> "UtilityScale":
        """Give the same for some of the worlds."""
        return UtilityScale(self.floor[rows], self.span[rows])


@dataclass(frozen=True)
class Look:
    """What a seat reads of some worlds again and again, (n,) each: situations, values, scale.

    Attributes:
        at: the worlds; changes: of the talk, when this was read.
        situation: their situations.
        none: values of no deal.
        start, given, lift: where the values of packages lie (`Situations.valued`).
    """

    at: Index
    changes: int
    situation: Ints
    scale: UtilityScale
    none: Ints
    start: Ints
    given: Ints
    lift: Ints

    @cached_property
    def reservation(self) -> Floats:
        """(n,) utility of no deal."""
        return self.scale.utility(self.none)

    def some(self, rows: Ints) -> "Look":
        """Give the same of some of the worlds."""
        parts = (self.none[rows], self.start[rows], self.given[rows], self.lift[rows])
        situation, scale = self.situation[rows], self.scale.some(rows)
        return Look(self.at[rows], self.changes, situation, scale, *parts)


@dataclass(frozen=True)
class Menu:
    """Menus of some worlds: rows of the rankings and utility of the best package.

    Attributes:
        wider: what a wider menu than today's was asked for with; None for today's.
    """

    at: Index
    changes: int
    wider: Any
    rows: Ints
    best: Floats
    best_package: Ints


class Appraisal:
    """A seat's situations and ranked menus in every world.

    Attributes:
        situations, rankings: every situation and menu met so far; with announced votes of those at
            home values are weighed by them.
    """

    def __init__(
        self,
        payoffs: Payoffs,
        state: TalkState,
        side: int,
        shelf: Shelf | None = None,
        votes: tuple[Vote, ...] = (),
    ) -> None:
        self.state, self.side = state, side
        self.rankings = _rankings(payoffs, state, side, shelf or Shelf(), votes)
        self.situations = self.rankings.situations
        worlds = len(state.draw)
        self._situation, self._outlook = np.full((2, worlds), -1, dtype=np.int64)
        self._row, self._open = np.full((2, 3, worlds), -1, dtype=np.int64)
        self._looks: dict[int, Look] = {}
        self._menus: tuple[dict[int, Menu], ...] = ({}, {}, {})
        self._frontiers: Frontiers | None = None

    def look(self, at: Index) -> Look:
        """Give the situations of these worlds, up to date with what lies outside."""
        known = self._looks.get(id(at))
        if known is not None and known.at is at and known.changes == self.state.changes:
            return known
        outside = self.state.outlook[self.side, at]
        outlook = self.situations.outlook(outside, self.state.clock.round)
        moved = self._outlook[at] != outlook
        if moved.any():
            some = at[moved]
            self._situation[some] = self.situations.find(self.state.draw[some], outlook[moved])
            self._outlook[some], self._open[:, some] = outlook[moved], -1
        draw, sits, situation = self.state.draw[at], self.situations, self._situation[at]
        found = Look(
            at,
            self.state.changes,
            situation,
            UtilityScale(sits.floor[draw], sits.span[draw]),
            none=sits.facts["none"][situation],
            start=sits.facts["table"][situation] * sits.states.shape[1] + 1,
            given=draw * sits.tails,
            lift=sits.facts["lift"][situation],
        )
        _keep(self._looks, at, found)
        return found

    def menu(self, at: Index, wider: Ints | None = None) -> Menu:
        """Give today's menus of these worlds, or wider ones as of `TalkState.menus`, ranked."""
        demanding = wider is not None and (wider > self.state.every).any()
        kind = _TODAY if wider is None else _CUT if demanding else _WIDE
        known = self._menus[kind].get(id(at))
        if (
            known is not None
            and known.at is at
            and known.changes == self.state.changes
            and (wider is None or np.array_equal(known.wider, wider))
        ):
            return known
        found = self._ranked(at, kind, wider)
        _keep(self._menus[kind], at, found)
        return found

    def wide_menu(self, at: Index) -> Menu:
        """Give the menus that these worlds would have with everything open, ranked."""
        return self.menu(at, np.full(len(at), self.state.every))

    def _ranked(self, at: Index, kind: int, wider: Ints | None) -> Menu:
        """Rank menus, looking up those that are not the last ones of this kind in their worlds."""
        menus, look = self.state.menus(at, wider), self.look(at)
        moved = self._open[kind, at] != menus
        if moved.any():
            some = at[moved]
            self._row[kind, some] = self.rankings.find(look.situation[moved], menus[moved])
            self._open[kind, some] = menus[moved]
        rows, changes = self._row[kind, at], self.state.changes
        best = look.scale.utility(self.rankings.best_value[rows])
        return Menu(at, changes, wider, rows, best, self.rankings.best_package[rows])

    def value_of(self, at: Index, package: Ints) -> Ints:
        """Give the value of packages in grid steps; of -1: of no deal."""
        return self.worth(self.look(at), package)

    def worth(self, look: Look, package: Ints) -> Ints:
        """Give the value of packages in grid steps where it is known what is read."""
        return self.situations.valued(look.start, look.given, look.lift, look.none, package)

    def frontiers(self, other: "Appraisal") -> Frontiers:
        """Give the Pareto frontiers of the menus, with what they are worth to the other side."""
        if self._frontiers is None:
            self._frontiers = Frontiers(self.rankings, other.situations)
        return self._frontiers

    def trim(self) -> None:
        """Forget the rankings when they have grown too large; they are made again when met."""
        if self.rankings.size > _MOST_KEYS or self.rankings.numbers > _MOST_ORDERS:
            self.rankings.clear()
            self._open[:] = -1
            for menus in self._menus:
                menus.clear()

    def put_back(self, shelf: Shelf) -> None:
        """Hand the rankings on to the next worlds with these payoffs, unless they are large."""
        rankings, held = self.rankings, self.rankings.size + self.situations.states.size
        if held <= _MOST_HANDED_ON and rankings.numbers <= _MOST_ORDERS // 2:
            shelf.put((self.state.number, self.side), rankings)


def _rankings(
    payoffs: Payoffs, state: TalkState, side: int, shelf: Shelf, votes: tuple[Vote, ...]
) -> Rankings:
    """Take the rankings of earlier worlds with the same payoffs and menus, or begin new ones."""
    rules = state.rules
    found: Rankings | None = shelf.take((state.number, side))
    menus = rules.space, rules.phases, rules.cuts
    if found is not None and found.fits(payoffs, *menus, votes):
        return found
    country = payoffs.countries.index(state.country[side])
    where = payoffs, country, state.number
    situations = Weighed(*where, rules.space, votes) if votes else Situations(*where)
    return Rankings(situations, *menus)


def _keep(store: dict[int, T], at: Index, value: T) -> None:
    """Keep a value for a group of worlds; groups of the last turns are few."""
    if len(store) > _GROUPS:
        store.clear()
    store[id(at)] = value

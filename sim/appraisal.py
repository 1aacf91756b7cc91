"""What everything on the table is worth to one seat, in every world."""

import numpy as np
from numpy.typing import NDArray

from sim.payoffs import Payoffs
from sim.rankings import Rankings, Situations
from sim.state import Index, Ints, TalkState

Floats = NDArray[np.float64]

_SLACK = 2.0**-10
"""Part of a grid step by which a target may be missed: absorbs the rounding of utilities."""

_FAR = 2.0**40

_MOST_KEYS = 1 << 25
"""Ranked packages kept by a seat between rounds (8 bytes each)."""


class Appraisal:
    """A seat's situation, ranked menu and utility scale in every world.

    Attributes:
        situation, row: (W,) numbers in `situations` and `rankings`.
    """

    def __init__(self, payoffs: Payoffs, state: TalkState, side: int) -> None:
        self.state, self.side = state, side
        country = payoffs.countries.index(state.country[side])
        self.situations = Situations(payoffs, country, state.number)
        rules = state.rules
        self.rankings = Rankings(
            self.situations, rules.space, state.must_lower, null_deal=rules.null_deal
        )
        worlds = len(state.draw)
        self.situation, self.row = np.full((2, worlds), -1, dtype=np.int64)
        self._others, self._open = np.full((2, worlds), -1, dtype=np.int64)
        self.floor, self.span = np.ones((2, worlds))
        self._seen: tuple[Index, int] | None = None

    def update(self, at: Index) -> None:
        """Bring these worlds up to date with the docket and the other talks."""
        changes = self.state.changes
        if self._seen is not None and self._seen[0] is at and self._seen[1] == changes:
            return
        others, opened = self.state.others[at], self.state.docket.open[at]
        moved = (self._others[at] != others) | (self._open[at] != opened)
        if moved.any():
            some = at[moved]
            self.appraise(some)
            self.row[some] = self.rankings.find(self.situation[some], opened[moved])
            self._open[some] = opened[moved]
        self._seen = (at, changes)

    def appraise(self, at: Index) -> None:
        """Bring the situations of these worlds up to date with the other talks."""
        others = self.state.others[at]
        some = at[self._others[at] != others]
        if len(some):
            draws = self.state.draw[some]
            self.situation[some] = self.situations.find(draws, self.state.others[some])
            self.floor[some] = self.situations.floor[draws]
            self.span[some] = self.situations.span[draws]
            self._others[some] = self.state.others[some]
            self._open[some] = -1

    def trim(self) -> None:
        """Forget the rankings when they have grown too large; they are made again when met."""
        if self.rankings.size > _MOST_KEYS or self.rankings.rows > 1 << 14:
            self.rankings.clear()
            self._open[:] = -1
            self._seen = None

    def utility(self, at: Index, value: Ints) -> Floats:
        """Scale values, in grid steps, to utilities."""
        return (value - self.floor[at]) / self.span[at]

    def value_of(self, at: Index, package: Ints) -> Ints:
        """Give the value of packages in grid steps; of -1: of no deal."""
        return self.situations.value(self.situation[at], package)

    def least(self, at: Index, target: Floats) -> Ints:
        """Give the least value, in grid steps, whose utility reaches a target."""
        wanted = np.asarray(target) * self.span[at] + self.floor[at]
        return np.ceil(np.clip(wanted, -_FAR, _FAR) - _SLACK).astype(np.int64)

    def most(self, at: Index, target: Floats) -> Ints:
        """Give the largest value, in grid steps, whose utility does not pass a target."""
        wanted = np.asarray(target) * self.span[at] + self.floor[at]
        return np.floor(np.clip(wanted, -_FAR, _FAR) + _SLACK).astype(np.int64)

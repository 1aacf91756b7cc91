"""Rankings: a seat's packages in order of value, one row for every situation it meets.

A situation is (draw, outlook, menu); the outlook is all that lies outside the talk: the state of
the other talks, the step of the no-deal rates, the shocks in force. A row holds the packages on the
menu that are worth the reservation value: no search gives any other. Values are whole numbers of
the seat's grid (`Payoffs.grid`). All rows lie one behind another in a single sorted array of keys:
row number, value and package packed into 63 bits, so that one `searchsorted` answers every world at
once. Ties of value are broken by the package number.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.growing import Growing
from sim.outcomes import OutcomeSpace
from sim.payoffs import GRID_BITS, Payoffs

Ints = NDArray[np.int64]

PACKAGE_BITS = 20
VALUE_BITS = GRID_BITS + 2
OFFSET = 1 << (GRID_BITS + 1)
ROW_SHIFT = PACKAGE_BITS + VALUE_BITS
MOST_ROWS = 1 << (63 - ROW_SHIFT)
PACKAGE = (1 << PACKAGE_BITS) - 1
SHARE_BITS = 20
_PLACE_BITS = 40
_RAGGED = 1 << 17
"""Candidates that a search looks at together: as many as fit into the cache."""
_PLACES = np.arange(_RAGGED)


class Situations:
    """What every package is worth to a seat, for every (draw, outlook) met."""

    def __init__(self, payoffs: Payoffs, country: int, talk: int) -> None:
        self.payoffs, self.country, self.talk = payoffs, country, talk
        self.grid = payoffs.grid(country, talk)
        self.tails = payoffs.tails[talk]
        self.tail = np.rint(payoffs.tail[country][talk] / self.grid).astype(np.int32)
        self._number: dict[int, int] = {}
        self._draw = Growing(np.int64)
        self._states = Growing(np.int32, 1 + payoffs.heads[talk])
        self.floor = np.full(payoffs.draws, np.nan)
        self.span = np.ones(payoffs.draws)

    @property
    def draw(self) -> Ints:
        """(n,) draw of every situation."""
        return self._draw.rows

    @property
    def states(self) -> NDArray[np.int32]:
        """(n, 1 + H) value of every state of the talk in every situation, in grid steps."""
        return self._states.rows

    def _scale(self, draws: Ints) -> None:
        """Set the least value and the range over the whole outcome space of these draws."""
        alone = self._values(draws, np.zeros_like(draws))[:, 1:]
        tail = self.tail[draws]
        least = alone.min(axis=1) + tail.min(axis=1)
        self.floor[draws] = least
        self.span[draws] = np.maximum(alone.max(axis=1) + tail.max(axis=1) - least, 1)

    def _values(self, draws: Ints, outlook: Ints) -> NDArray[np.int32]:
        """Round to the grid; what is the same in every state apart, so that it moves no order."""
        own, same = self.payoffs.parts(self.country, self.talk, draws, outlook)
        values = np.rint(own / self.grid).astype(np.int32)
        return values + np.rint(same / self.grid).astype(np.int32)[:, None]

    def find(self, draws: Ints, outlook: Ints) -> Ints:
        """Give the numbers of these situations, (n,), making those that are new."""
        keys = outlook * self.payoffs.draws + draws
        unique, first, back = np.unique(keys, return_index=True, return_inverse=True)
        numbers = np.array([self._number.get(k, -1) for k in unique.tolist()], dtype=np.int64)
        new = np.flatnonzero(numbers < 0)
        if len(new):
            numbers[new] = self._add(unique[new], draws[first[new]], outlook[first[new]])
        found: Ints = numbers[back]
        return found

    def _add(self, keys: Ints, draws: Ints, outlook: Ints) -> Ints:
        values = self._values(draws, outlook)
        unscaled = np.unique(draws[np.isnan(self.floor[draws])])
        if len(unscaled):
            self._scale(unscaled)
        numbers = len(self.states) + np.arange(len(keys))
        self._states.append(values)
        self._draw.append(draws)
        self._number.update(zip(keys.tolist(), numbers.tolist(), strict=True))
        return numbers

    def none(self, situation: Ints) -> Ints:
        """Give the value of no deal in each situation, in grid steps."""
        values: Ints = self.states[situation, 0].astype(np.int64)
        return values

    def value(self, situation: Ints, package: Ints) -> Ints:
        """Give the value of a package in each situation, in grid steps; of -1: of no deal."""
        width = self.states.shape[1]
        if self.tails == 1:
            alone: Ints = np.take(self.states, situation * width + 1 + package).astype(np.int64)
            return alone
        head, tail = np.divmod(package, self.tails)
        given = np.take(self.tail, self.draw[situation] * self.tails + tail)
        worth: Ints = np.take(self.states, situation * width + 1 + head).astype(np.int64)
        return worth + np.where(package < 0, 0, given)


class Rankings:
    """The ranked menus of a seat.

    Attributes:
        best_value, best_package: of every row; no deal and -1 where no package on the menu is
            worth the reservation value.
        start, stop: of every row in `keys`.
    """

    def __init__(
        self, situations: Situations, space: OutcomeSpace, signable: NDArray[np.bool_]
    ) -> None:
        self.situations, self.space, self._signable = situations, space, signable
        self._menus: dict[int, Ints] = {}
        self.clear()

    def clear(self) -> None:
        """Forget every row; rows handed out before are void."""
        codes = self.space.codes
        self._row: dict[int, int] = {}
        self._ranked = Growing(np.int64)
        self._codes = Growing(np.int64 if codes is None else codes.dtype)
        self._append(np.zeros(1, dtype=np.int64))
        self.situation, self.start, self.stop = np.zeros((3, 0), dtype=np.int64)
        self.best_value, self.best_package = np.zeros((2, 0), dtype=np.int64)

    @property
    def keys(self) -> Ints:
        """(n,) row, value and package of everything ranked, sorted."""
        return self._ranked.rows

    @property
    def size(self) -> int:
        """Number of ranked packages in all rows."""
        return len(self._ranked)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.stop)

    def menu(self, open_mask: int) -> Ints:
        """Give the packages on the menu when these measures are open."""
        if open_mask not in self._menus:
            self._menus[open_mask] = self.space.menu(open_mask, self._signable)
        return self._menus[open_mask]

    def find(self, situation: Ints, open_mask: Ints) -> Ints:
        """Give the rows of these situations and menus, (n,), ranking those that are new."""
        keys = (situation << len(self.space.measures)) | open_mask
        unique, back = np.unique(keys, return_inverse=True)
        rows = np.array([self._row.get(k, -1) for k in unique.tolist()], dtype=np.int64)
        new = np.flatnonzero(rows < 0)
        if len(new):
            fresh = unique[new]
            masks = fresh & ((1 << len(self.space.measures)) - 1)
            situations = fresh >> len(self.space.measures)
            for open_now in np.unique(masks).tolist():
                some = np.flatnonzero(masks == open_now)
                rows[new[some]] = self._add(fresh[some], situations[some], open_now)
        found: Ints = rows[back]
        return found

    def _add(self, keys: Ints, situations: Ints, open_mask: int) -> Ints:
        numbers = self.rows + np.arange(len(keys))
        if self.rows + len(keys) > MOST_ROWS:
            raise MemoryError(f"{self.rows + len(keys)} situations are more than {MOST_ROWS}")
        reservation = self.situations.none(situations)
        ranked, counts = self._rank(situations, reservation, self.menu(open_mask))
        self._append(ranked | np.repeat(numbers << ROW_SHIFT, counts))
        stops = self.size - len(ranked) + np.cumsum(counts)
        self.stop = np.concatenate([self.stop, stops])
        self.start = np.concatenate([self.start, stops - counts])
        self.situation = np.concatenate([self.situation, situations])
        self._add_best(numbers, reservation)
        self._row.update(zip(keys.tolist(), numbers.tolist(), strict=True))
        return numbers

    def _rank(self, situations: Ints, reservation: Ints, menu: Ints) -> tuple[Ints, Ints]:
        """Rank the menu in each situation; give the keys without rows, and how many in each."""
        sits = self.situations
        head, tail = np.divmod(menu, sits.tails)
        values = np.take(sits.states[situations], head + 1, axis=1).astype(np.int64)
        if sits.tails > 1:
            values += np.take(sits.tail[sits.draw[situations]], tail, axis=1)
        worth = values >= reservation[:, None]
        values = ((values + OFFSET) << PACKAGE_BITS) | menu
        ranked, counts = values[worth], worth.sum(axis=1)
        ends = np.cumsum(counts)
        for start, stop in zip((ends - counts).tolist(), ends.tolist(), strict=True):
            ranked[start:stop].sort()
        return ranked, counts

    def _append(self, keys: Ints) -> None:
        self._ranked.append(keys)
        if self.space.codes is not None:
            self._codes.append(self.space.codes.take(keys & PACKAGE))

    def _add_best(self, rows: Ints, reservation: Ints) -> None:
        some = np.flatnonzero(self.stop[rows] > self.start[rows])
        value, package = reservation.copy(), np.full(len(rows), -1, dtype=np.int64)
        value[some] = self._value(self.keys[self.stop[rows[some]] - 1])
        package[some] = self.keys[self._position(rows[some], value[some])] & PACKAGE
        self.best_value = np.concatenate([self.best_value, value])
        self.best_package = np.concatenate([self.best_package, package])

    @staticmethod
    def _value(keys: Ints) -> Ints:
        return ((keys >> PACKAGE_BITS) & ((1 << VALUE_BITS) - 1)) - OFFSET

    def _position(self, rows: Ints, value: Ints, package: Ints | int = 0) -> Ints:
        """Give the position of the first key of a row that is not below (value, package)."""
        value = np.minimum(np.maximum(value, -OFFSET), OFFSET - 1) + OFFSET
        keys = (rows << ROW_SHIFT) | (value << PACKAGE_BITS) | package
        return np.searchsorted(self.keys, keys)

    def _pick(self, rows: Ints, position: Ints) -> Ints:
        """Give the packages at these positions; past the end of a row its best package."""
        inside = position < self.stop[rows]
        keys = self.keys[np.where(inside, position, 0)]
        return np.where(inside, keys & PACKAGE, self.best_package[rows])

    def at_least(self, rows: Ints, value: Ints) -> Ints:
        """Give the cheapest package worth `value` and the reservation value; else the best."""
        return self._pick(rows, self._position(rows, value))

    def below(self, rows: Ints, package: Ints, steps: Ints | int = 1) -> Ints:
        """Give the package some ranks worse; -1 where that is worth less than no deal.

        A package that is not on the menu is placed where its value would stand.
        """
        value = self.situations.value(self.situation[rows], package)
        position = self._position(rows, value, np.maximum(package, 0)) - steps
        good = (position >= self.start[rows]) & (package >= 0)
        return np.where(good, self.keys[np.where(good, position, 0)] & PACKAGE, -1)

    def near(self, rows: Ints, low: Ints, high: Ints, package: Ints) -> Ints:
        """Give the package worth `low` to `high` with the fewest level steps to another.

        Ties go to the lower value, then to the package number. Where the band is empty, or there
        is no other package (-1), the cheapest worth `low`.
        """
        start, stop = self._position(rows, low), self._position(rows, high + 1)
        found = self._pick(rows, start)
        sought = np.flatnonzero((stop > start + 1) & (package >= 0))
        ahead = np.cumsum(stop[sought] - start[sought])
        done = 0
        while done < len(sought):
            base = ahead[done - 1] if done else 0
            until = max(done + 1, int(np.searchsorted(ahead, base + _RAGGED, side="right")))
            some = sought[done:until]
            found[some] = self._nearest(start[some], stop[some], package[some])
            done = until
        return found

    def _nearest(self, start: Ints, stop: Ints, package: Ints) -> Ints:
        """Give the packages nearest to others among ranked positions, start to stop."""
        lengths = stop - start
        ends = np.cumsum(lengths)
        begins = ends - lengths
        places = _PLACES[: ends[-1]] if ends[-1] <= _RAGGED else np.arange(ends[-1])
        position = np.repeat(start - begins, lengths)
        position += places
        order = self._steps(position, package, lengths).astype(np.int64)
        order <<= _PLACE_BITS
        order |= places
        best = np.minimum.reduceat(order, begins) & ((1 << _PLACE_BITS) - 1)
        found: Ints = self.keys.take(position.take(best)) & PACKAGE
        return found

    def _steps(self, position: Ints, package: Ints, lengths: Ints) -> NDArray[Any]:
        """Count the level steps from packages to those at positions, some for each."""
        codes = self.space.codes
        if codes is None:
            candidates = self.keys.take(position) & PACKAGE
            return self.space.steps(np.repeat(package, lengths), candidates)
        differ = self._codes.rows.take(position)
        differ ^= np.repeat(codes.take(package), lengths)
        steps: NDArray[np.uint8] = np.bitwise_count(differ)
        return steps

    def nearest_of(self, start: int, stop: int, package: int) -> int:
        """Give which of the ranked positions, from start, holds the package nearest to another."""
        lengths = np.array([stop - start])
        return int(self._steps(np.arange(start, stop), np.array([package]), lengths).argmin())

    def among(self, rows: Ints, uniform: NDArray[np.float64]) -> Ints:
        """Give the package at a uniform share of the ranks worth the reservation value."""
        start = self.start[rows]
        return self._pick(rows, start + (uniform * (self.stop[rows] - start)).astype(np.int64))

    def band(self, rows: Ints, low: Ints, high: Ints, count: int) -> Ints:
        """Give packages worth `low` to `high`, (n, count), evenly over their ranks from the first.

        Where there are fewer some stand there twice; where there is none the cheapest worth `low`.
        """
        start, stop = self._position(rows, low), self._position(rows, high + 1)
        found = self._evenly(start, stop, count)
        empty = np.flatnonzero(stop <= start)
        found[empty] = self._pick(rows[empty], start[empty])[:, None]
        return found

    def spread(self, rows: Ints, count: int) -> Ints:
        """Give packages evenly over the ranks, the best first, (n, count); -1 in empty rows."""
        start, stop = self.start[rows], self.stop[rows]
        found = self._evenly(start, stop, count)[:, ::-1]
        found[stop <= start] = -1
        return found

    def _evenly(self, start: Ints, stop: Ints, count: int) -> Ints:
        """Give the packages at positions from start to stop - 1, (n, count); any if there are none.

        Both ends are among them.
        """
        position = np.maximum(stop - start - 1, 0)[:, None] * shares(count)
        position >>= SHARE_BITS
        position += np.minimum(start, len(self.keys) - 1)[:, None]
        packages: Ints = self.keys.take(position)
        packages &= PACKAGE
        return packages


def shares(count: int) -> Ints:
    """Give shares from 0 to 1 in even steps, (count,), in parts of 2**SHARE_BITS."""
    steps = max(count - 1, 1)
    return (np.arange(count, dtype=np.int64) << SHARE_BITS) // steps

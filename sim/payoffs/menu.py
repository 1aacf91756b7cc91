"""Rankings: a seat's packages in order of value, one row for every situation and menu it meets.

No search gives a package that is not on the menu or worth less than the reservation value. Ties of
value are broken by the package number.

Packages are sorted by the base of their draw (`Situations`): the situations of a draw and menu
share one *order*. A situation that differs from the base by a constant is searched as it is; one
that differs a little is searched a little wider, and what is found is valued again. An order is
sorted from the top down to where searches ask: few get to its end. All orders lie one behind
another in a single sorted array of keys: number of the order, value and package packed into 63
bits, so that one `searchsorted` answers every world at once. What depends on exact ranks (`below`,
`among`, and one-world strategies) uses orders of its own, whole and by the situation's own values.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.growing import Columns
from sim.payoffs.orders import OFFSET, PACKAGE, ROW_SHIFT, VALUE_BITS, VALUES, Orders
from sim.payoffs.ragged import batches, places, runs, spread
from sim.payoffs.values import Situations
from sim.protocol.issues import PACKAGE_BITS, OutcomeSpace

Ints = NDArray[np.int64]

APART_SHIFT = PACKAGE_BITS + VALUE_BITS + 1
_NOTHING = np.iinfo(np.int64).max
SHARE_BITS = 20

_OF_SITUATION = ("least", "most", "none")


class Rankings(Orders):
    """The ranked menus of a seat.

    Attributes:
        best_value, best_package: of every row; no deal and -1 where no package on the menu is
            worth the reservation value.
    """

    def __init__(
        self,
        situations: Situations,
        space: OutcomeSpace,
        allowed: NDArray[np.bool_],
        cuts: int = 0,
    ) -> None:
        near = space.distance.farthest < 1 << (31 - PACKAGE_BITS)
        self._small = np.int32 if near else np.int64
        self._heads = (np.arange(space.size) // situations.tails + 1).astype(np.int32)
        phases = len(np.atleast_2d(allowed))
        self._width = len(space.measures) * 3 + (phases - 1).bit_length()
        super().__init__(situations, space, allowed, cuts)

    def clear(self) -> None:
        """Forget every row; rows handed out before are void."""
        super().clear()
        self._row: dict[int, int] = {}
        self._shared: dict[int, int] = {}
        self._own: dict[int, int] = {}
        self._rows = Columns(
            "situation", "mask", "order", "best", "package", "least", "most", "none"
        )

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self._rows)

    @property
    def situation(self) -> Ints:
        """(n,) situation of every row."""
        return self._rows["situation"]

    @property
    def best_value(self) -> Ints:
        """(n,) value of the best package of every row."""
        return self._rows["best"]

    @property
    def best_package(self) -> Ints:
        """(n,) best package of every row."""
        return self._rows["package"]

    def find(self, situation: Ints, menus: Ints) -> Ints:
        """Give the rows of these situations and menus, (n,), making those that are new.

        Args:
            situation: their numbers.
            menus: keys as of `TalkState.menus`.
        """
        width = self._width
        keys = (situation << width) | menus
        some, run = runs(keys)
        unique, back = np.unique(keys[some], return_inverse=True)
        known = self._row.get
        rows = np.array([known(k, -1) for k in unique.tolist()], dtype=np.int64)
        new = np.flatnonzero(rows < 0)
        if len(new):
            fresh = unique[new]
            rows[new] = self._add(fresh, fresh >> width, fresh & ((1 << width) - 1))
        found: Ints = rows[back].take(run)
        return found

    def _add(self, keys: Ints, situations: Ints, masks: Ints) -> Ints:
        numbers = self.rows + np.arange(len(keys))
        facts = {name: self.situations.facts[name][situations] for name in _OF_SITUATION}
        self._rows.append(
            situation=situations,
            mask=masks,
            order=self._shared_orders(self.situations.facts["base"][situations], masks),
            best=facts["none"],
            package=np.full(len(keys), -1),
            **facts,
        )
        self._row.update(zip(keys.tolist(), numbers.tolist(), strict=True))
        self._set_best(numbers)
        return numbers

    def _shared_orders(self, tables: Ints, masks: Ints) -> Ints:
        """Give the orders of tables and menus, sorting the first part of those that are new."""
        keys = (tables << self._width) | masks
        unique, first, back = np.unique(keys, return_index=True, return_inverse=True)
        known = self._shared.get
        orders = np.array([known(k, -1) for k in unique.tolist()], dtype=np.int64)
        new = np.flatnonzero(orders < 0)
        if len(new):
            orders[new] = len(self._orders) + np.arange(len(new))
            self._shared.update(zip(unique[new].tolist(), orders[new].tolist(), strict=True))
            self._begin(tables[first[new]], np.zeros_like(new), masks[first[new]])
            self._sort(orders[new], None)
        found: Ints = orders[back]
        return found

    def _set_best(self, rows: Ints) -> None:
        """Find the best package of new rows."""
        facts = self._rows
        orders = facts["order"][rows]
        full = np.flatnonzero(self._orders["stop"][orders] > self._orders["start"][orders])
        if not len(full):
            return
        rows, orders = rows[full], orders[full]
        top = self._value(self.keys[self._orders["stop"][orders] - 1])
        wanted = top - (facts["most"][rows] - facts["least"][rows])
        self._deepen(orders, wanted)
        (start,) = self._positions(orders, wanted)
        value, package = self._best(rows, start, self._orders["stop"][orders])
        good = value >= facts["none"][rows]
        facts["best"][rows[good]], facts["package"][rows[good]] = value[good], package[good]

    def _best(self, rows: Ints, start: Ints, stop: Ints) -> tuple[Ints, Ints]:
        """Give value and number of the best among packages at positions, some for each row."""
        ranks = np.empty(len(rows), dtype=np.int64)
        for part in batches(start, stop):
            position, begins, lengths = spread(start[part], stop[part])
            package, worth = self._candidates(rows[part], position, lengths)
            rank = ((worth + OFFSET) << PACKAGE_BITS) | (PACKAGE - package)
            ranks[part] = np.maximum.reduceat(rank, begins)
        return (ranks >> PACKAGE_BITS) - OFFSET, PACKAGE - (ranks & PACKAGE)

    def at_least(self, rows: Ints, value: Ints) -> Ints:
        """Give the cheapest package worth `value` and the reservation value; else the best."""
        least, most = self._rows["least"][rows], self._rows["most"][rows]
        value = np.maximum(value, self._rows["none"][rows])
        orders = self._rows["order"][rows]
        self._deepen(orders, value - most)
        start, sure = self._positions(orders, value - most, value - least)
        found = self._pick(rows, start)
        other = np.flatnonzero(most > least)
        if len(other):
            apart = (most - least)[other]
            found[other] = self._cheapest(
                rows[other], value[other], start[other], sure[other], apart
            )
        return found

    def _pick(self, rows: Ints, position: Ints) -> Ints:
        """Give the packages at these positions; past the end of an order the row's best."""
        inside = position < self._orders["stop"][self._rows["order"][rows]]
        keys = self.keys[np.where(inside, position, 0)]
        return np.where(inside, keys & PACKAGE, self.best_package[rows])

    def _cheapest(self, rows: Ints, value: Ints, start: Ints, sure: Ints, apart: Ints) -> Ints:
        """Give the cheapest packages worth a value where an order is not quite the situation's.

        Args:
            rows, value: (n,).
            start: position from which a package may be worth it.
            sure: position from which every package is worth it.
            apart: most by which two packages may have changed places.
        """
        orders = self._rows["order"][rows]
        end = self._orders["stop"][orders]
        known = sure < end
        top = self._value(self.keys[np.where(known, sure, 0)]) + apart + 1
        (stop,) = self._positions(orders, np.where(known, top, OFFSET - 1))
        stop = np.where(known, stop, end)
        found = self.best_package[rows]
        some = np.flatnonzero(stop > start)
        for part in batches(start[some], stop[some]):
            at = some[part]
            position, begins, lengths = spread(start[at], stop[at])
            package, worth = self._candidates(rows[at], position, lengths)
            ranks = ((worth + OFFSET) << PACKAGE_BITS) | package
            ranks[worth < np.repeat(value[at], lengths)] = _NOTHING
            first = np.minimum.reduceat(ranks, begins)
            good = first < _NOTHING
            found[at[good]] = first[good] & PACKAGE
        return found

    def _candidates(self, rows: Ints, position: Ints, lengths: Ints) -> tuple[Ints, Ints]:
        """Give packages at positions, some for each row, and what they are worth to the row."""
        sits, situation = self.situations, self.situation[rows]
        keys = self.keys.take(position)
        package = keys & PACKAGE
        keys >>= PACKAGE_BITS
        keys &= VALUES
        lift = sits.facts["lift"][situation] - OFFSET
        table, base = sits.facts["table"][situation], sits.facts["base"][situation]
        width = sits.states.shape[1]
        if not (table != base).any():
            keys += np.repeat(lift, lengths)
            return package, keys
        some, run = runs(situation)
        if len(some) * width > len(position):
            head, states = self._heads.take(package), sits.states.ravel()
            keys += np.repeat(lift, lengths)
            keys += states.take(np.repeat(table * width, lengths) + head)
            keys -= states.take(np.repeat(base * width, lengths) + head)
            return package, keys
        beyond = sits.states[table[some]] - sits.states[base[some]]
        beyond += lift[some].astype(np.int32)[:, None]
        where = np.repeat(run * width, lengths)
        where += self._heads.take(package)
        keys += beyond.ravel().take(where)
        return package, keys

    def near(self, rows: Ints, low: Ints, high: Ints, package: Ints) -> Ints:
        """Give the package worth `low` to `high` that is nearest to another.

        Ties go to the lower value, then to the package number. Where the band is empty, or there
        is no other package (-1), the cheapest worth `low`.
        """
        least, most = self._rows["least"][rows], self._rows["most"][rows]
        low = np.maximum(low, self._rows["none"][rows])
        orders = self._rows["order"][rows]
        self._deepen(orders, low - most)
        start, stop = self._range(orders, low - most, high - least)
        found = self._pick(rows, start)
        exact = most == least
        sought = np.flatnonzero((stop > start + 1) & exact & (package >= 0))
        for part in batches(start[sought], stop[sought]):
            at = sought[part]
            found[at] = self._nearest(start[at], stop[at], package[at])
        if not exact.all():
            other = np.flatnonzero(~exact)
            found[other] = self._near(
                rows[other], low[other], high[other], package[other], start[other], stop[other]
            )
        return found

    def _near(
        self, rows: Ints, low: Ints, high: Ints, package: Ints, start: Ints, stop: Ints
    ) -> Ints:
        """Search a band where an order is not quite the situation's: every candidate is valued."""
        found = np.full(len(rows), -1, dtype=np.int64)
        some = np.flatnonzero((stop > start) & (package >= 0) & (high >= low))
        for part in batches(start[some], stop[some]):
            at = some[part]
            position, begins, lengths = spread(start[at], stop[at])
            candidate, worth = self._candidates(rows[at], position, lengths)
            ranks = self._apart(position, package[at], lengths).astype(np.int64)
            ranks <<= APART_SHIFT
            worth -= np.repeat(low[at], lengths)
            outside = worth.view(np.uint64) > np.repeat(high[at] - low[at], lengths).view(np.uint64)
            worth <<= PACKAGE_BITS
            ranks |= worth
            ranks |= candidate
            ranks[outside] = _NOTHING
            first = np.minimum.reduceat(ranks, begins)
            good = first < _NOTHING
            found[at[good]] = first[good] & PACKAGE
        rest = np.flatnonzero(found < 0)
        if len(rest):
            found[rest] = self.at_least(rows[rest], low[rest])
        return found

    def _nearest(self, start: Ints, stop: Ints, package: Ints) -> Ints:
        """Give the packages nearest to others among ranked positions, start to stop."""
        position, begins, lengths = spread(start, stop)
        order: Any = self._apart(position, package, lengths).astype(self._small)
        order <<= PACKAGE_BITS
        order |= places(len(position))
        best = np.minimum.reduceat(order, begins) & PACKAGE
        found: Ints = self.keys.take(position.take(best)) & PACKAGE
        return found

    def whole(self, rows: Ints) -> tuple[Ints, ...]:
        """Give orders of these rows with exact ranks: number, start and stop in the keys, (n,)."""
        some, run = runs(rows)
        unique, back = rows[some], np.zeros(1, dtype=np.int64)
        if len(some) != 1:
            unique, back = np.unique(unique, return_inverse=True)
        known = self._own.get
        orders = np.array([known(row, -1) for row in unique.tolist()], dtype=np.int64)
        new = np.flatnonzero(orders < 0)
        if len(new):
            orders[new] = len(self._orders) + np.arange(len(new))
            self._own.update(zip(unique[new].tolist(), orders[new].tolist(), strict=True))
            facts, situation = self.situations.facts, self.situation[unique[new]]
            masks = self._rows["mask"][unique[new]]
            self._begin(facts["table"][situation], facts["lift"][situation], masks)
            self._sort(orders[new], facts["none"][situation])
        found = orders[back]
        return tuple(self._orders[name][found].take(run) for name in ("number", "start", "stop"))

    def below(self, rows: Ints, package: Ints, steps: Ints | int = 1) -> Ints:
        """Give the package some ranks worse; -1 where that is worth less than no deal.

        A package that is not on the menu is placed where its value would stand.
        """
        number, start, _ = self.whole(rows)
        value = self.situations.value(self.situation[rows], package) + OFFSET
        key = (number << ROW_SHIFT) | (value << PACKAGE_BITS) | np.maximum(package, 0)
        position = np.searchsorted(self.keys, key) - steps
        good = (position >= start) & (package >= 0)
        return np.where(good, self.keys[np.where(good, position, 0)] & PACKAGE, -1)

    def among(self, rows: Ints, uniform: NDArray[np.float64]) -> Ints:
        """Give the package at a uniform share of the ranks worth the reservation value."""
        _, start, stop = self.whole(rows)
        position = start + (uniform * (stop - start)).astype(np.int64)
        inside = position < stop
        keys = self.keys[np.where(inside, position, 0)]
        return np.where(inside, keys & PACKAGE, self.best_package[rows])

    def band(self, rows: Ints, low: Ints, high: Ints, count: int) -> Ints:
        """Give packages worth `low` to `high`, (n, count), evenly over their ranks from the first.

        Where there are fewer some stand there twice; where there is none the cheapest worth `low`,
        else the best.
        """
        number, first, last = self.whole(rows)
        ends = (np.minimum(np.maximum(v, -OFFSET), OFFSET - 1) + OFFSET for v in (low, high + 1))
        wanted = ((number << ROW_SHIFT) | (value << PACKAGE_BITS) for value in ends)
        start, stop = (np.clip(np.searchsorted(self.keys, w), first, last) for w in wanted)
        found = self._evenly(start, stop, count)
        none = np.flatnonzero(start >= last)
        found[none] = self.best_package[rows[none]][:, None]
        return found

    def spread(self, rows: Ints, count: int) -> Ints:
        """Give packages evenly over the ranks, the best first, (n, count); -1 in empty rows."""
        _, start, stop = self.whole(rows)
        found = self._evenly(start, stop, count)[:, ::-1]
        found[stop <= start] = -1
        return found

    def _evenly(self, start: Ints, stop: Ints, count: int) -> Ints:
        """Give the packages at positions from start to stop - 1, (n, count), both ends among them.

        Where there are none, the package at start.
        """
        position = np.maximum(stop - start - 1, 0)[:, None] * shares(count)
        position >>= SHARE_BITS
        position += np.minimum(start, len(self.keys) - 1)[:, None]
        packages: Ints = self.keys.take(position)
        packages &= PACKAGE
        return packages


def shares(count: int) -> Ints:
    """Give shares from 0 to 1 in even steps, (count,), in parts of 2**SHARE_BITS."""
    return (np.arange(count, dtype=np.int64) << SHARE_BITS) // max(count - 1, 1)

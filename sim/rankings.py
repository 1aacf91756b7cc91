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

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.growing import Columns, Growing
from sim.outcomes import OutcomeSpace
from sim.payoffs import GRID_BITS
from sim.situations import Situations

Ints = NDArray[np.int64]

PACKAGE_BITS = 20
VALUE_BITS = GRID_BITS + 2
OFFSET = 1 << (GRID_BITS + 1)
ROW_SHIFT = PACKAGE_BITS + VALUE_BITS
MOST_ROWS = 1 << (63 - ROW_SHIFT)
PACKAGE = (1 << PACKAGE_BITS) - 1
VALUES = (1 << VALUE_BITS) - 1
_STEP_SHIFT = PACKAGE_BITS + VALUE_BITS + 1
_NOTHING = np.iinfo(np.int64).max
_RAGGED = 1 << 17
"""Candidates that a search looks at together: as many as fit into the cache."""
_PLACES = np.arange(_RAGGED, dtype=np.int32)

_FIRST = 0.4
"""Part of the way from the best package to no deal down to which an order is sorted at first."""

_FURTHER = 0.4
"""Part of that way by which an order is sorted further than a search asks."""

_BOTTOM = -OFFSET

_OF_SITUATION = ("least", "most", "none")


class Rankings:
    """The ranked menus of a seat.

    Attributes:
        best_value, best_package: of every row; no deal and -1 where no package on the menu is
            worth the reservation value.
    """

    def __init__(
        self, situations: Situations, space: OutcomeSpace, signable: NDArray[np.bool_]
    ) -> None:
        self.situations, self.space, self._signable = situations, space, signable
        self._menus: dict[int, Ints] = {}
        most_steps = sum(len(issue.levels) - 1 for issue in space.issues)
        self._small = np.int32 if most_steps < 1 << (31 - PACKAGE_BITS) else np.int64
        self._heads = (np.arange(space.size) // situations.tails + 1).astype(np.int32)
        self.clear()

    def clear(self) -> None:
        """Forget every row; rows handed out before are void."""
        codes = self.space.codes
        self._row: dict[int, int] = {}
        self._shared: dict[int, int] = {}
        self._own: dict[int, int] = {}
        self._ranked = Growing(np.int64)
        self._codes = Growing(np.int64 if codes is None else codes.dtype)
        self._append(np.zeros(1, dtype=np.int64))
        self._rows = Columns(
            "situation", "mask", "order", "best", "package", "least", "most", "none"
        )
        self._orders = Columns("number", "start", "stop", "bottom", "top", "table", "lift", "mask")
        self.numbers = 0

    @property
    def keys(self) -> Ints:
        """(n,) order, value and package of everything ranked, sorted."""
        return self._ranked.rows

    @property
    def size(self) -> int:
        """Number of ranked packages in all orders."""
        return len(self._ranked)

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

    def menu(self, open_mask: int) -> Ints:
        """Give the packages on the menu when these measures are open."""
        if open_mask not in self._menus:
            self._menus[open_mask] = self.space.menu(open_mask, self._signable)
        return self._menus[open_mask]

    def find(self, situation: Ints, open_mask: Ints) -> Ints:
        """Give the rows of these situations and menus, (n,), making those that are new."""
        width = len(self.space.measures)
        keys = (situation << width) | open_mask
        unique, back = np.unique(keys, return_inverse=True)
        known = self._row.get
        rows = np.array([known(k, -1) for k in unique.tolist()], dtype=np.int64)
        new = np.flatnonzero(rows < 0)
        if len(new):
            fresh = unique[new]
            rows[new] = self._add(fresh, fresh >> width, fresh & ((1 << width) - 1))
        found: Ints = rows[back]
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
        keys = (tables << len(self.space.measures)) | masks
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

    def _begin(self, tables: Ints, lifts: Ints, masks: Ints) -> None:
        """Add orders in which nothing is sorted yet."""
        nothing = np.zeros(len(tables), dtype=np.int64)
        bottom = np.full(len(tables), OFFSET)
        self._orders.append(
            number=nothing, start=nothing, stop=nothing, bottom=bottom, top=-bottom,
            table=tables, lift=lifts, mask=masks,
        )  # fmt: skip

    def _sort(self, orders: Ints, bottom: Ints | None) -> None:
        """Sort orders down to a value each; None: down to where searches begin."""
        masks = self._orders["mask"][orders]
        for mask in np.unique(masks).tolist():
            some = np.flatnonzero(masks == mask)
            block = max(1, _RAGGED // max(len(self.menu(mask)), 1))
            for start in range(0, len(some), block):
                part = some[start : start + block]
                self._sort_some(orders[part], mask, None if bottom is None else bottom[part])

    def _sort_some(self, orders: Ints, mask: int, bottom: Ints | None) -> None:
        menu, tables = self.menu(mask), self._orders["table"][orders]
        values = self.situations.worth(tables, menu)
        values += self._orders["lift"][orders].astype(np.int32)[:, None]
        if bottom is None:
            bottom = self._first_bottom(tables, values)
        worth = values >= np.minimum(bottom, OFFSET - 1).astype(np.int32)[:, None]
        counts = np.count_nonzero(worth, axis=1)
        chosen = np.flatnonzero(worth)
        ranked = values.ravel()[chosen].astype(np.int64)
        ranked += OFFSET
        ranked <<= PACKAGE_BITS
        chosen -= np.repeat(np.arange(len(counts)) * len(menu), counts)
        ranked |= menu[chosen]
        ends = np.cumsum(counts)
        for start, stop in zip((ends - counts).tolist(), ends.tolist(), strict=True):
            ranked[start:stop].sort()
        self._place(orders, ranked, counts, bottom)

    def _first_bottom(self, tables: Ints, values: NDArray[np.int32]) -> Ints:
        """Give the value down to which orders are sorted at first, (n,)."""
        none = self.situations.states[tables, 0].astype(np.int64)
        top = values.max(axis=1, initial=-OFFSET).astype(np.int64)
        return np.where(top > none, top - (_FIRST * (top - none)).astype(np.int64), _BOTTOM)

    def _place(self, orders: Ints, ranked: Ints, counts: Ints, bottom: Ints) -> None:
        """Put sorted packages behind the others; what an order had before is void."""
        numbers = self.numbers + np.arange(len(orders))
        self.numbers += len(orders)
        if self.numbers > MOST_ROWS:
            raise MemoryError(f"{self.numbers} orders of packages are more than {MOST_ROWS}")
        self._append(ranked | np.repeat(numbers << ROW_SHIFT, counts))
        stops = self.size - len(ranked) + np.cumsum(counts)
        self._orders["number"][orders], self._orders["stop"][orders] = numbers, stops
        self._orders["start"][orders], self._orders["bottom"][orders] = stops - counts, bottom
        full = counts > 0
        self._orders["top"][orders[full]] = self._value(self.keys[stops[full] - 1])

    def _append(self, keys: Ints) -> None:
        self._ranked.append(keys)
        if self.space.codes is not None:
            self._codes.append(self.space.codes.take(keys & PACKAGE))

    def _deepen(self, orders: Ints, least: Ints) -> None:
        """See to it that orders are sorted down to values."""
        too_high = self._orders["bottom"][orders] > least
        if not too_high.any():
            return
        short = np.flatnonzero(too_high)
        some, back = np.unique(orders[short], return_inverse=True)
        wanted = np.full(len(some), OFFSET)
        np.minimum.at(wanted, back, least[short])
        tables = self._orders["table"][some]
        none = self.situations.states[tables, 0].astype(np.int64)
        step = ((self._orders["top"][some] - none) * _FURTHER).astype(np.int64)
        further = np.maximum(wanted - np.maximum(step, 0), none)
        self._sort(some, np.where(wanted >= none, further, _BOTTOM))

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
        for part in _batches(start, stop):
            position, begins, lengths = _spread(start[part], stop[part])
            package, worth = self._candidates(rows[part], position, lengths)
            rank = ((worth + OFFSET) << PACKAGE_BITS) | (PACKAGE - package)
            ranks[part] = np.maximum.reduceat(rank, begins)
        return (ranks >> PACKAGE_BITS) - OFFSET, PACKAGE - (ranks & PACKAGE)

    @staticmethod
    def _value(keys: Ints) -> Ints:
        return ((keys >> PACKAGE_BITS) & VALUES) - OFFSET

    def _positions(self, orders: Ints, *values: Ints) -> list[Ints]:
        """Give the positions of the first keys of orders that are not below values."""
        number = self._orders["number"][orders] << ROW_SHIFT
        wanted = [
            number | ((np.minimum(np.maximum(v, -OFFSET), OFFSET - 1) + OFFSET) << PACKAGE_BITS)
            for v in values
        ]
        return [np.searchsorted(self.keys, keys) for keys in wanted]

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
            spread = (most - least)[other]
            found[other] = self._cheapest(
                rows[other], value[other], start[other], sure[other], spread
            )
        return found

    def _pick(self, rows: Ints, position: Ints) -> Ints:
        """Give the packages at these positions; past the end of an order the row's best."""
        inside = position < self._orders["stop"][self._rows["order"][rows]]
        keys = self.keys[np.where(inside, position, 0)]
        return np.where(inside, keys & PACKAGE, self.best_package[rows])

    def _cheapest(self, rows: Ints, value: Ints, start: Ints, sure: Ints, spread: Ints) -> Ints:
        """Give the cheapest packages worth a value where an order is not quite the situation's.

        Args:
            rows, value: (n,).
            start: position from which a package may be worth it.
            sure: position from which every package is worth it.
            spread: most by which two packages may have changed places.
        """
        orders = self._rows["order"][rows]
        end = self._orders["stop"][orders]
        known = sure < end
        top = self._value(self.keys[np.where(known, sure, 0)]) + spread + 1
        (stop,) = self._positions(orders, np.where(known, top, OFFSET - 1))
        stop = np.where(known, stop, end)
        found = self.best_package[rows]
        some = np.flatnonzero(stop > start)
        for part in _batches(start[some], stop[some]):
            at = some[part]
            position, begins, lengths = _spread(start[at], stop[at])
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
        worth = self._value(keys) + np.repeat(sits.facts["lift"][situation], lengths)
        table, base = sits.facts["table"][situation], sits.facts["base"][situation]
        if (table != base).any():
            head, width = self._heads.take(package), sits.states.shape[1]
            worth += sits.states.ravel().take(np.repeat(table * width, lengths) + head)
            worth -= sits.states.ravel().take(np.repeat(base * width, lengths) + head)
        return package, worth

    def near(self, rows: Ints, low: Ints, high: Ints, package: Ints) -> Ints:
        """Give the package worth `low` to `high` with the fewest level steps to another.

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
        for part in _batches(start[sought], stop[sought]):
            at = sought[part]
            found[at] = self._nearest(start[at], stop[at], package[at])
        if not exact.all():
            other = np.flatnonzero(~exact)
            found[other] = self._near(
                rows[other], low[other], high[other], package[other], start[other], stop[other]
            )
        return found

    def _range(self, orders: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Give the positions of packages worth low to high; few searches end below the top."""
        (start,) = self._positions(orders, low)
        stop = self._orders["stop"][orders]
        below = high < self._orders["top"][orders]
        if below.any():
            some = np.flatnonzero(below)
            (stop[some],) = self._positions(orders[some], high[some] + 1)
        return start, stop

    def _near(
        self, rows: Ints, low: Ints, high: Ints, package: Ints, start: Ints, stop: Ints
    ) -> Ints:
        """Search a band where an order is not quite the situation's: every candidate is valued."""
        found = np.full(len(rows), -1, dtype=np.int64)
        some = np.flatnonzero((stop > start) & (package >= 0))
        for part in _batches(start[some], stop[some]):
            at = some[part]
            position, begins, lengths = _spread(start[at], stop[at])
            candidate, worth = self._candidates(rows[at], position, lengths)
            ranks = self._steps(position, package[at], lengths).astype(np.int64) << _STEP_SHIFT
            worth -= np.repeat(low[at], lengths)
            ranks |= (worth << PACKAGE_BITS) | candidate
            ranks[(worth < 0) | (worth > np.repeat(high[at] - low[at], lengths))] = _NOTHING
            first = np.minimum.reduceat(ranks, begins)
            good = first < _NOTHING
            found[at[good]] = first[good] & PACKAGE
        rest = np.flatnonzero(found < 0)
        if len(rest):
            found[rest] = self.at_least(rows[rest], low[rest])
        return found

    def _nearest(self, start: Ints, stop: Ints, package: Ints) -> Ints:
        """Give the packages nearest to others among ranked positions, start to stop."""
        position, begins, lengths = _spread(start, stop)
        order: Any = self._steps(position, package, lengths).astype(self._small)
        order <<= PACKAGE_BITS
        order |= _places(len(position))
        best = np.minimum.reduceat(order, begins) & PACKAGE
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

    def whole(self, rows: Ints) -> tuple[Ints, ...]:
        """Give orders of these rows with exact ranks: number, start and stop in the keys, (n,)."""
        unique, back = np.unique(rows, return_inverse=True)
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
        return tuple(self._orders[name][found] for name in ("number", "start", "stop"))

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

    def nearest_of(self, start: int, stop: int, package: int) -> int:
        """Give which of the ranked positions, from start, holds the package nearest to another."""
        lengths = np.array([stop - start])
        return int(self._steps(np.arange(start, stop), np.array([package]), lengths).argmin())

    def among(self, rows: Ints, uniform: NDArray[np.float64]) -> Ints:
        """Give the package at a uniform share of the ranks worth the reservation value."""
        _, start, stop = self.whole(rows)
        position = start + (uniform * (stop - start)).astype(np.int64)
        inside = position < stop
        keys = self.keys[np.where(inside, position, 0)]
        return np.where(inside, keys & PACKAGE, self.best_package[rows])


def _batches(start: Ints, stop: Ints) -> Iterator[slice]:
    """Cut ragged ranges into batches of as many candidates as fit into the cache."""
    ahead = np.cumsum(stop - start)
    if len(start) and ahead[-1] <= _RAGGED:
        yield slice(None)
        return
    done = 0
    while done < len(start):
        base = ahead[done - 1] if done else 0
        until = max(done + 1, int(np.searchsorted(ahead, base + _RAGGED, side="right")))
        yield slice(done, until)
        done = until


def _spread(start: Ints, stop: Ints) -> tuple[Ints, Ints, Ints]:
    """Give every position of some ranges; where each begins among them, and its length."""
    lengths = stop - start
    ends = np.cumsum(lengths)
    begins = ends - lengths
    position = np.repeat(start - begins, lengths)
    position += _places(len(position))
    return position, begins, lengths


def _places(count: int) -> NDArray[np.int32]:
    return _PLACES[:count] if count <= _RAGGED else np.arange(count, dtype=np.int32)

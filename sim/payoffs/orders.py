"""Orders: the packages of a menu, sorted by value from the top down to where searches ask.

All orders lie one behind another in a single sorted array of keys: number of the order, value and
package packed into 63 bits, so that one `searchsorted` answers every world at once.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.growing import Columns, Growing
from sim.payoffs.ragged import RAGGED
from sim.payoffs.tables import GRID_BITS, Payoffs
from sim.payoffs.values import Situations
from sim.protocol.issues import PACKAGE_BITS, OutcomeSpace
from sim.protocol.votes import Vote

Ints = NDArray[np.int64]

VALUE_BITS = GRID_BITS + 2
OFFSET = 1 << (GRID_BITS + 1)
ROW_SHIFT = PACKAGE_BITS + VALUE_BITS
MOST_ROWS = 1 << (63 - ROW_SHIFT)
PACKAGE = (1 << PACKAGE_BITS) - 1
VALUES = (1 << VALUE_BITS) - 1

_FIRST = 0.4
"""Part of the way from the best package to no deal down to which an order is sorted at first."""

_FURTHER = 0.4
"""Part of that way by which an order is sorted further than a search asks."""

_MANY = 64
"""Searches that are put in order first."""

_BOTTOM = -OFFSET


class FullError(MemoryError):
    """Worlds that are played together need more orders than there are numbers for."""


class Orders:
    """The sorted menus of a seat.

    Args:
        situations: what packages are worth.
        space: the outcome space.
        allowed: (P,) packages that could be signed if everything were open and nothing named, or
            (F, P) where that changes (`TalkRules.phases`).
        cuts: measures that every package has to lower while the rule names them, as bits.

    Attributes:
        numbers: how many numbers of orders have been given out; an order that is sorted further
            gets another one.
    """

    def __init__(
        self,
        situations: Situations,
        space: OutcomeSpace,
        allowed: NDArray[np.bool_],
        cuts: int = 0,
    ) -> None:
        self.situations, self.space = situations, space
        self._allowed, self._cuts = np.atleast_2d(allowed), cuts
        self._menus: dict[int, Ints] = {}
        self.clear()

    def clear(self) -> None:
        """Forget every order."""
        codes = self.space.distance.codes
        self._ranked = Growing(np.int64)
        self._codes = Growing(np.int64 if codes is None else codes.dtype)
        self._append(np.zeros(1, dtype=np.int64))
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

    def fits(
        self,
        payoffs: Payoffs,
        space: OutcomeSpace,
        allowed: NDArray[np.bool_],
        cuts: int = 0,
        votes: tuple[Vote, ...] = (),
    ) -> bool:
        """Tell whether these are the orders of a seat with such payoffs, menus and votes."""
        return (
            self.situations.payoffs is payoffs
            and self.situations.votes == votes
            and self.space == space
            and self._cuts == cuts
            and np.array_equal(self._allowed, np.atleast_2d(allowed))
        )

    def menu(self, key: int) -> Ints:
        """Give the packages on a menu; its key is that of `TalkState.menus`."""
        if key not in self._menus:
            width = len(self.space.measures)
            every = (1 << width) - 1
            cuts = self._cuts & ~(key >> width) | key >> 2 * width & every
            signable = self._allowed[key >> 3 * width] & (cuts & ~self.space.lowered == 0)
            self._menus[key] = self.space.menu(key & every, signable)
        return self._menus[key]

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
            block = max(1, RAGGED // max(len(self.menu(mask)), 1))
            for start in range(0, len(some), block):
                part = some[start : start + block]
                self._sort_some(orders[part], mask, None if bottom is None else bottom[part])

    def _sort_some(self, orders: Ints, mask: int, bottom: Ints | None) -> None:
        menu, tables = self.menu(mask), self._orders["table"][orders]
        values = self.situations.worth(tables, menu)
        values += self._orders["lift"][orders].astype(np.int32)[:, None]
        if bottom is None:
            bottom = self._first_bottom(tables, values)
        known = self._orders["bottom"][orders]
        wanted = values >= np.minimum(bottom, OFFSET - 1).astype(np.int32)[:, None]
        if known.min() < OFFSET:
            wanted &= values < known.astype(np.int32)[:, None]
        counts = np.count_nonzero(wanted, axis=1)
        chosen = np.flatnonzero(wanted)
        ranked = values.ravel()[chosen].astype(np.int64)
        ranked += OFFSET
        ranked <<= PACKAGE_BITS
        chosen -= np.repeat(np.arange(len(counts)) * len(menu), counts)
        ranked |= menu[chosen]
        ends = np.cumsum(counts)
        for start, stop in zip((ends - counts).tolist(), ends.tolist(), strict=True):
            ranked[start:stop].sort()
        if known.min() < OFFSET:
            ranked, counts = self._joined(orders, ranked, counts)
        self._place(orders, ranked, counts, bottom)

    def _joined(self, orders: Ints, ranked: Ints, counts: Ints) -> tuple[Ints, Ints]:
        """Put what was sorted before behind what is sorted now: all of it is worth more."""
        first, last = self._orders["start"][orders], self._orders["stop"][orders]
        every = np.empty(len(ranked) + int((last - first).sum()), dtype=np.int64)
        done = at = 0
        for count, start, stop in zip(counts.tolist(), first.tolist(), last.tolist(), strict=True):
            every[at : at + count] = ranked[done : done + count]
            done, at = done + count, at + count
            every[at : at + stop - start] = self.keys[start:stop]
            at += stop - start
        every &= (1 << ROW_SHIFT) - 1
        return every, counts + last - first

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
            raise FullError(
                f"{self.numbers:,} orders of packages are more than {MOST_ROWS:,}; "
                "play fewer worlds together"
            )
        self._append(ranked | np.repeat(numbers << ROW_SHIFT, counts))
        stops = self.size - len(ranked) + np.cumsum(counts)
        self._orders["number"][orders], self._orders["stop"][orders] = numbers, stops
        self._orders["start"][orders], self._orders["bottom"][orders] = stops - counts, bottom
        full = counts > 0
        self._orders["top"][orders[full]] = self._value(self.keys[stops[full] - 1])

    def _append(self, keys: Ints) -> None:
        self._ranked.append(keys)
        codes = self.space.distance.codes
        if codes is not None:
            self._codes.append(codes.take(keys & PACKAGE))

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
        return [self._found(keys) for keys in wanted]

    def _found(self, wanted: Ints) -> Ints:
        """Give the positions of keys; many are looked up in their order, which spares the cache."""
        if len(wanted) < _MANY:
            return np.searchsorted(self.keys, wanted)
        order = np.argsort(wanted)
        found = np.empty(len(wanted), dtype=np.int64)
        found[order] = np.searchsorted(self.keys, wanted.take(order))
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

    def _apart(self, position: Ints, package: Ints, lengths: Ints) -> NDArray[Any]:
        """Give the distances from packages to those at positions, some for each."""
        distance = self.space.distance
        if distance.codes is None:
            candidates = self.keys.take(position) & PACKAGE
            return distance.between(np.repeat(package, lengths), candidates)
        differ = self._codes.rows.take(position)
        differ ^= np.repeat(distance.codes.take(package), lengths)
        return distance.apart(differ)

    def nearest_of(self, start: int, stop: int, package: int) -> int:
        """Give which of the ranked positions, from start, holds the package nearest to another."""
        lengths = np.array([stop - start])
        return int(self._apart(np.arange(start, stop), np.array([package]), lengths).argmin())

"""Menus of a seat: the searches over its packages, in every situation that it meets.

No search gives a package that is not on the menu or worth less than the reservation value. Ties of
value are broken by the package number.

Values are whole numbers, tariff part + concession part (+ lift), and the searches are the loops of
`sim.kernels`, which rank nothing. Only what asks for exact ranks (`below`, `among`, `band`,
`spread`, and one-world strategies) has whole menus sorted, one for every situation and menu that it
meets, one behind another.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import kernels
from sim.payoffs.tables import GRID_BITS
from sim.payoffs.values import Growing, Situations, runs
from sim.protocol.issues import PACKAGE_BITS, OutcomeSpace

Ints = NDArray[np.int64]

OFFSET = 1 << (GRID_BITS + 1)
PACKAGE = (1 << PACKAGE_BITS) - 1
SHARE_BITS = 20

_TOGETHER = 1 << 20
"""Packages that are sorted together."""

_HALF = 16
"""Bits of the second half of a tariff part (`sim.kernels.loops`)."""

_MOST_APART = 1 << 24
"""Distances of parts that are kept in tables; where there are more, every package is measured."""


class Menus:
    """The menus of a seat.

    Args:
        values: what packages are worth.
        space: the outcome space.
        allowed: (P,) packages that could be signed if everything were open and nothing named, or
            (F, P) where that changes (`TalkRules.phases`).
        cuts: measures that every package has to lower while the rule names them, as bits.
    """

    def __init__(
        self,
        values: Situations,
        space: OutcomeSpace,
        allowed: NDArray[np.bool_],
        cuts: int = 0,
    ) -> None:
        self.values, self.space = values, space
        allowed, width, size = np.array(allowed, ndmin=2), len(space.measures), values.tails
        self._bits = 3 * width + (len(allowed) - 1).bit_length()
        by_part = allowed.reshape(len(allowed), -1, size)
        whole = np.where(by_part.all(axis=2), 1, 2 * by_part.any(axis=2)).astype(np.int8)
        ever = whole.any(axis=0)
        self._parts = np.flatnonzero(ever).astype(np.int32)
        plain = (whole[:, ever] == 1).all(axis=1)
        lowered = space.lowered[::size].astype(np.int32)
        self._rules = lowered, plain, whole, allowed, width, cuts
        self._order = np.argsort(values.tail, axis=1, kind="stable").astype(np.int32)
        self._tail = np.take_along_axis(values.tail, self._order, axis=1)
        self._rise = Growing(np.int32, len(self._parts))
        self.clear()

    def clear(self) -> None:
        """Forget the menus that were sorted; rows handed out before are void."""
        self._row: dict[int, int] = {}
        self._keys, self._ends = Growing(np.int64), Growing(np.int64)
        self._keys.append(np.zeros(1, dtype=np.int64))
        self._ends.append(np.ones(1, dtype=np.int64))

    @property
    def keys(self) -> Ints:
        """(n,) value and package of every sorted menu, one behind another."""
        return self._keys.rows

    @property
    def size(self) -> int:
        """Number of packages that were sorted."""
        return len(self._keys)

    def _asked(self, situation: Ints, menus: Ints) -> tuple[Any, ...]:
        """Give what every loop reads of some worlds: values and menus, as `sim.kernels.loops`."""
        states = self.values.states
        if len(self._rise) < len(states):
            begin = len(self._rise)
            rise, parts = self._rise.room(len(states) - begin), self._parts
            room = np.empty((2, len(parts)), np.int64), np.empty(_digits(len(parts)), np.int64)
            kernels.sort(states, begin, parts, int(not self.values.still), rise, *room)
        seat = states, self._rise.rows, self._tail, self._order, self.values.facts
        return seat, self._rules, situation, menus

    def best(self, situation: Ints, menus: Ints) -> tuple[Ints, Ints]:
        """Give value and number of the best packages, (n,); no deal and -1 if none is worth it.

        Args:
            situation: numbers of situations.
            menus: keys as of `TalkState.menus`.
        """
        values, packages = np.empty((2, len(menus)), dtype=np.int64)
        kernels.best(*self._asked(situation, menus), values, packages)
        return values, packages

    def at_least(self, situation: Ints, menus: Ints, best: Ints, low: Ints) -> Ints:
        """Give the cheapest package worth `low` and the reservation value; else the best, given."""
        packages = np.array(best)
        kernels.cheapest(*self._asked(situation, menus), np.ascontiguousarray(low), packages)
        return packages

    def near(
        self, situation: Ints, menus: Ints, best: Ints, low: Ints, high: Ints, package: Ints
    ) -> Ints:
        """Give the package worth `low` to `high` that is nearest to another.

        Ties go to the lower value, then to the package number. Where the band is empty, or there
        is no other package (-1), the cheapest worth `low`; else the best, given.
        """
        packages, apart = np.array(best), _apart(self.space, self.values.tails == 1)
        asked = self._asked(situation, menus)
        if apart is None:
            return self._measured(situation, menus, best, (low, high, package))
        band = (np.ascontiguousarray(v, dtype=np.int64) for v in (low, high, package))
        kernels.near(*asked, apart, *band, packages)
        return packages

    def _measured(self, situation: Ints, menus: Ints, best: Ints, band: tuple[Ints, ...]) -> Ints:
        """Give the same as `near`, measuring how far every package of the band is apart."""
        low, high, package = band
        found = self.at_least(situation, menus, best, low)
        first, last = self.whole(situation, menus)
        start, stop = self._ends_of(first, last, low, high)
        for n in np.flatnonzero((package >= 0) & (stop > start)).tolist():
            nearest = start[n] + self.nearest_of(start[n], stop[n], package[n])
            found[n] = self.keys[nearest] & PACKAGE
        return found

    def whole(self, situation: Ints, menus: Ints) -> tuple[Ints, Ints]:
        """Sort these menus; give where each starts and stops among the keys, (n,)."""
        asked = situation << self._bits | menus
        some, run = runs(asked)
        unique, back = np.unique(asked[some], return_inverse=True)
        new = [key for key in unique.tolist() if key not in self._row]
        block = max(1, _TOGETHER // self.space.size)
        for at in range(0, len(new), block):
            self._sort(new[at : at + block])
        rows = np.array([self._row[key] for key in unique.tolist()], dtype=np.int64)[back].take(run)
        return self._ends.rows.take(rows), self._ends.rows.take(rows + 1)

    def _sort(self, asked: list[int]) -> None:
        situation, menus = np.divmod(np.array(asked, dtype=np.int64), 1 << self._bits)
        keys = np.empty((len(asked), self.space.size), dtype=np.int64)
        counts = np.empty(len(asked), dtype=np.int64)
        kernels.collect(*self._asked(situation, menus), keys, counts)
        for row, count in zip(keys, counts.tolist(), strict=True):
            self._keys.append(np.sort(row[:count]))
        self._ends.append(self._ends.rows[-1] + np.cumsum(counts))
        self._row |= {key: len(self._row) + n for n, key in enumerate(asked)}

    def below(self, situation: Ints, menus: Ints, package: Ints, steps: Ints | int = 1) -> Ints:
        """Give the package some ranks worse; -1 where that is worth less than no deal.

        Equal values are walked from the lowest number up. A package that is not on the menu is
        placed where its value would stand.
        """
        start, stop = self.whole(situation, menus)
        key = self.values.value(situation, package) + OFFSET << PACKAGE_BITS
        ranks = np.ascontiguousarray(np.broadcast_to(steps, len(key)), dtype=np.int64)
        found = np.empty(len(key), dtype=np.int64)
        kernels.below(self.keys, start, stop, key | np.maximum(package, 0), ranks, found)
        return np.where(package < 0, -1, found)

    def _first(self, start: Ints, stop: Ints, key: Ints) -> Ints:
        """Give the first places of sorted menus, start to stop, that are not below keys."""
        found = np.empty(len(key), dtype=np.int64)
        kernels.places(self.keys, start, stop, key, found)
        return found

    def _ends_of(self, first: Ints, last: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Give where packages worth `low` to `high` start and stop in sorted menus."""
        ends = (np.minimum(np.maximum(v, -OFFSET), OFFSET - 1) + OFFSET for v in (low, high + 1))
        start, stop = (self._first(first, last, value << PACKAGE_BITS) for value in ends)
        return start, stop

    def nearest_of(self, start: int, stop: int, package: int) -> int:
        """Give which of the keys, from start, holds the package nearest to another."""
        packages = self.keys[start:stop] & PACKAGE
        apart = self.space.distance.between(np.full(len(packages), package), packages)
        return int(apart.argmin())

    def among(self, situation: Ints, menus: Ints, uniform: NDArray[np.float64]) -> Ints:
        """Give the package at a uniform share of the ranks; -1 where none is worth no deal."""
        start, stop = self.whole(situation, menus)
        position = start + (uniform * (stop - start)).astype(np.int64)
        inside = position < stop
        return np.where(inside, self.keys[np.where(inside, position, 0)] & PACKAGE, -1)

    def band(self, situation: Ints, menus: Ints, low: Ints, high: Ints, count: int) -> Ints:
        """Give packages worth `low` to `high`, (n, count), evenly over their ranks from the first.

        Where there are fewer some stand there twice; where there is none the cheapest worth `low`,
        else -1.
        """
        first, last = self.whole(situation, menus)
        start, stop = self._ends_of(first, last, low, high)
        found = self._evenly(start, stop, count)
        found[start >= last] = -1
        return found

    def spread(self, situation: Ints, menus: Ints, count: int) -> Ints:
        """Give packages evenly over the ranks, the best first, (n, count); -1 if there is none."""
        start, stop = self.whole(situation, menus)
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


def _digits(parts: int) -> int:
    """Give how many digits suit a sort of so many parts: of 4 to 12 bits."""
    return 1 << min(max(parts.bit_length(), 4), 12)


def shares(count: int) -> Ints:
    """Give shares from 0 to 1 in even steps, (count,), in parts of 2**SHARE_BITS."""
    return (np.arange(count, dtype=np.int64) << SHARE_BITS) // max(count - 1, 1)


@lru_cache(maxsize=16)
def _apart(space: OutcomeSpace, alone: bool) -> tuple[NDArray[Any], ...] | None:
    """Give how far parts of packages are apart, as `sim.kernels.near` reads it; None: too many.

    Args:
        space: the outcome space.
        alone: whether a tariff part is the whole package.
    """
    places, issues = space.distance.places, len(space.issues)
    stop = issues if alone else issues - len(space.concessions)
    sizes = [int(np.prod(space.shape[:k], dtype=np.int64)) for k in range(stop + 1)]
    half = min(range(stop + 1), key=lambda k: sizes[k] ** 2 + (sizes[stop] // sizes[k]) ** 2)
    groups = places[:half], places[half:stop], places[stop:]
    if sum(np.prod([len(p) for p in group], dtype=object) ** 2 for group in groups) > _MOST_APART:
        return None
    behind = sizes[stop] // sizes[half]
    first, second = np.divmod(np.arange(sizes[stop]), behind)
    return (*map(_distances, groups), (first << _HALF | second).astype(np.int32))


def _distances(places: list[Ints]) -> NDArray[np.int32]:
    """Give how far parts are apart, (n, n), by where the levels of their issues lie."""
    total = np.zeros((1, 1), dtype=np.int32)
    for place in places:
        gaps = np.abs(place[:, None] - place).astype(np.int32)
        size = len(total) * len(place)
        total = (total[:, None, :, None] + gaps[None, :, None, :]).reshape(size, size)
    return total

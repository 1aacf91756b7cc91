"""One turn of one seat in plain numbers: what the one-world views of a batch read.

Everything is read from the batch once a turn. Packages are valued by the function of the compiled
loops, searches go through the menus that the batch has sorted, in the same integers.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import kernels
from sim.payoffs.appraisal import FAR, SLACK, Appraisal
from sim.payoffs.menu import OFFSET, PACKAGE, SHARE_BITS, shares
from sim.payoffs.values import DRAW, LIFT, TABLE
from sim.protocol.issues import PACKAGE_BITS
from sim.seats.views.bars import Bar
from sim.seats.views.searches import BAND, NO_NUMBER, NO_WIDTH, Model, SeatError
from sim.seats.views.view import View
from sim.seats.views.visibility import Other


class _Column:
    """A property of the batch view as a list, by row; made when it is asked for first."""

    @classmethod
    def several(cls, count: int) -> "Iterator[_Column]":
        """Give so many, each for the name that it gets."""
        return (cls() for _ in range(count))

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, sheet: "Sheet", owner: type) -> Any:
        listed = sheet.__dict__[self._name] = getattr(sheet.view, self._name).tolist()
        return listed


class Sheet:
    """The worlds of a batch view, by row, as lists."""

    time, deadline, standing, agreed, anew, vetoed, inbox = _Column.several(7)
    docket, open, ruled, may_relent, review_cost, audience_cost = _Column.several(6)
    best, best_package, hopeless, shocks, may_extend, worlds = _Column.several(6)

    def __init__(self, view: View) -> None:
        self.view = view
        self._state, self._place = view._state, view._place

    @cached_property
    def scale(self) -> "Scale":
        """Own values and utilities."""
        return Scale(self.view._own, self.view.rows)

    @cached_property
    def theirs(self) -> "Scale | Beliefs":
        """Utilities of the other side: exact with complete information, else by the model."""
        if self._place.complete:
            return Scale(self._place.appraisals[1 - self._place.side], self.view.rows)
        return Beliefs(self.view, self.view.their_model())

    def through(self, model: Any) -> "Sheet":
        """Give the same with an opponent model; made once a turn."""
        return self.view.once((Sheet, model), lambda: Sheet(self.view.through(model)))

    def solution(self, row: int, name: str) -> int:
        """Give a solution of the bargaining problem; -1 where there is none."""
        found = self.view.once((Sheet, name), lambda: self.view.solution(name).tolist())
        return int(found[row])

    def luck(self, row: int, n: int) -> list[float]:
        """Give n uniforms of this seat and turn."""
        return list(self.view.once((Sheet, n), lambda: self.view.luck(n).tolist())[row])

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        """What ratifiers have announced."""
        return self.view.bars

    @cached_property
    def others(self) -> Mapping[str, Other]:
        """What is seen of the other talks."""
        return self.view.others

    @cached_property
    def wide(self) -> "Sheet":
        """The same with every package as the menu."""
        return Sheet(self.view.wide())

    @cached_property
    def _offers(self) -> tuple[memoryview, list[int], int, int]:
        """Standing offers after each turn, (2, R, W) flat; places of the rows; steps in it."""
        history = self._state.history
        offers = history.data.cast("B").cast("i")
        return offers, self.view.rows.tolist(), history.shape[2], history[0].size

    def history(self, row: int, own: bool) -> tuple[memoryview, int, int, int]:
        """Give where a side's standing offers lie: all, the first, the step, the turns."""
        offers, places, step, side = self._offers
        seat = self._place.side if own else 1 - self._place.side
        return offers, places[row] + seat * side, step, self.view._seen[seat]

    @cached_property
    def _shut(self) -> tuple[memoryview, list[int], list[int]]:
        """What packages touch; what is shut, and what has to be lowered, by row."""
        wider = self.view._wide
        wanted = np.zeros(len(self.view), np.int64) if wider is None else wider >> self._state.width
        shut = self._state.shut(self.view.rows, wider)
        return self._state.touches.data, shut.tolist(), wanted.tolist()

    def on_menu(self, row: int, package: int) -> bool:
        """Tell whether a package could be signed."""
        touches, shut, wanted = self._shut
        if touches[package] & shut[row]:
            return False
        return not wanted[row] or not wanted[row] & ~int(self.view.space.lowered[package])

    @cached_property
    def _menu(self) -> tuple[list[int], list[int], memoryview]:
        """Starts and stops of the sorted menus, and the sorted keys."""
        menus = self.view._own.menus
        start, stop = menus.whole(*self.view._where)
        return start.tolist(), stop.tolist(), menus.keys.data

    def _position(self, row: int, value: int) -> int:
        """Give where the packages start that are worth at least so much."""
        starts, stops, keys = self._menu
        if not -OFFSET <= value < OFFSET:
            value = min(max(value, -OFFSET), OFFSET - 1)
        return bisect_left(keys, value + OFFSET << PACKAGE_BITS, starts[row], stops[row])

    def _pick(self, row: int, position: int) -> int:
        _, stops, keys = self._menu
        return keys[position] & PACKAGE if position < stops[row] else self.best_package[row]

    def _evenly(self, row: int, start: int, stop: int, n: int) -> list[int]:
        """Give up to n packages at positions from start to stop - 1; where none are, at start."""
        last = max(stop - start - 1, 0)
        places = dict.fromkeys(((last * shares(n) >> SHARE_BITS) + start).tolist())
        return [self._pick(row, place) for place in places]

    def _band(self, row: int, target: float, band: float | None) -> tuple[int, int]:
        """Give the positions of the packages in the band above a target."""
        rules = self._state.rules
        if band is not None and band != band:
            raise SeatError(NO_WIDTH)
        width = rules.band if band is None else band
        high = self.scale.highest(row, target, width, rules.in_money)
        start = self._position(row, self.scale.least(row, target))
        return start, self._position(row, high + 1)

    def at_least(self, row: int, target: float) -> int:
        """Give the cheapest package on the menu worth a target, else the best."""
        return self._pick(row, self._position(row, self.scale.least(row, target)))

    def below(self, row: int, package: int, steps: int) -> int:
        """Give the package some ranks worse on the menu; -1 below the reservation value."""
        if package < 0:
            return -1
        starts, stops, _ = self._menu
        key = self.scale.value(row, package) + OFFSET << PACKAGE_BITS | package
        keys = self.view._own.menus.keys
        return int(kernels.worse(keys, starts[row], stops[row], key, steps))

    def near(self, row: int, target: float, package: int, band: float | None) -> int:
        """Give the package in the band above a target that is nearest to another."""
        start, stop = self._band(row, target, band)
        if package < 0 or stop <= start + 1:
            return self._pick(row, start)
        return self._pick(row, start + self.view._own.menus.nearest_of(start, stop, package))

    def candidates(self, row: int, target: float, n: int, band: float | None) -> list[int]:
        """Give up to n packages in the band above a target, the cheapest first."""
        return self._evenly(row, *self._band(row, target, band), n)

    def spread(self, row: int, n: int) -> list[int]:
        """Give up to n packages evenly over the ranks of the menu, the best first."""
        starts, stops, _ = self._menu
        return self._evenly(row, starts[row], stops[row], n)[::-1]

    def offer_at(self, row: int, target: float, band: float | None) -> int:
        """Give what to offer at a target: in the band above it what suits the other best."""
        if self.view._model is None:
            return self.near(row, target, self.standing[row], band)
        looks, theirs = self.view._model.looks, self.theirs
        packages = self.candidates(row, target, looks, band)
        return max(packages, key=lambda package: theirs.utility(row, package))

    @cached_property
    def _uniform(self) -> list[float]:
        uniform: list[float] = self.view._luck("uniform", 1)[:, 0].tolist()
        return uniform

    def uniform(self, row: int) -> int:
        """Give a random package of the menu worth the reservation value."""
        starts, stops, _ = self._menu
        start = starts[row]
        return self._pick(row, start + int(self._uniform[row] * (stops[row] - start)))


class Scale:
    """Values and utilities of one side in every world of a batch.

    Attributes:
        reservation: utility of no deal, by row.
    """

    def __init__(self, appraisal: Appraisal, at: NDArray[np.intp]) -> None:
        look, sits = appraisal.look(at), appraisal.situations
        self._states, self._given = sits.states.data, np.ascontiguousarray(sits.tail).data
        self._size, self._grid, self._worth = sits.tails, sits.grid, kernels.worth
        self._where: list[list[int]] = sits.facts[look.situation][:, [TABLE, DRAW, LIFT]].tolist()
        self._floor, self._span = look.floor.tolist(), look.span.tolist()
        self._none: list[int] = look.none.tolist()
        self.reservation: list[float] = look.reservation.tolist()

    def value(self, row: int, package: int) -> int:
        """Give the value of a package in grid steps; of -1: of no deal."""
        if package < 0:
            return self._none[row]
        table, draw, lift = self._where[row]
        value: int = self._worth(self._states, self._given, self._size, table, draw, lift, package)
        return value

    def utility(self, row: int, package: int) -> float:
        """Give the utility of a package; of -1: the reservation value."""
        if package < 0:
            return self.reservation[row]
        table, draw, lift = self._where[row]
        value = self._worth(self._states, self._given, self._size, table, draw, lift, package)
        utility: float = (value - self._floor[row]) / self._span[row]
        return utility

    def gain(self, row: int, package: int) -> float:
        """Give what a package is worth beyond no deal, in the unit of the payoffs."""
        return (self.value(row, package) - self._none[row]) * self._grid

    def least(self, row: int, target: float) -> int:
        """Give the least value, in grid steps, whose utility reaches a target."""
        return ceil(self._wanted(row, target) - SLACK)

    def highest(self, row: int, target: float, width: float | None, in_money: bool) -> int:
        """Give the largest value, in grid steps, in a band above a target."""
        if width is not None and in_money:
            return floor(self._wanted(row, target, width / self._grid) + SLACK)
        return floor(self._wanted(row, target + (BAND if width is None else width)) + SLACK)

    def _wanted(self, row: int, target: float, more: float = 0.0) -> float:
        if target != target:
            raise SeatError(NO_NUMBER)
        wanted: float = target * self._span[row] + self._floor[row] + more
        return wanted if -FAR < wanted < FAR else min(max(wanted, -FAR), FAR)


class Beliefs:
    """The other side's utilities as an opponent model believes them, in every world of a batch.

    Attributes:
        reservation: utility of no deal, by row.
    """

    def __init__(self, view: View, model: Model) -> None:
        self._view, self._model, self._space = view, model, view.space
        self.reservation: list[float] = model.no_deal(view).tolist()
        levels = model.levels(view)
        self._levels: list[list[list[float]]] | None = None if levels is None else levels.tolist()

    def utility(self, row: int, package: int) -> float:
        """Give the utility of a package; of -1: of no deal. Sums as the model does: in pairs."""
        if package < 0:
            return self.reservation[row]
        if self._levels is None:
            one = self._view.narrow([row])
            return float(self._model.utility(one, np.array([package]))[0])
        worth = [w[n] for w, n in zip(self._levels[row], self._space.listed[package], strict=True)]
        total = 0.0
        for issue in range(0, len(worth), 2):
            total += sum(worth[issue + 1 : issue + 2], worth[issue])
        return total

"""One turn of one seat in plain numbers: what the one-world views of a batch read.

Everything is read from the batch once a turn; the searches are those of `Rankings`, one world at a
time, in the same integers.
"""

from bisect import bisect_left
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import kernels
from sim.payoffs.menu import OFFSET, PACKAGE, SHARE_BITS, shares
from sim.protocol.issues import PACKAGE_BITS
from sim.seats.views.bars import Bar
from sim.seats.views.scale import Beliefs, Scale
from sim.seats.views.searches import NO_WIDTH, SeatError
from sim.seats.views.view import View
from sim.seats.views.visibility import Other


class Sheet:
    """The worlds of a batch view, by row, as lists."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._state, self._place = view._state, view._place

    @cached_property
    def scale(self) -> Scale:
        """Own values and utilities."""
        return Scale(self.view._own, self.view.rows)

    @cached_property
    def theirs(self) -> "Scale | Beliefs":
        """Utilities of the other side: exact with complete information, else by the model."""
        if self._place.complete:
            return Scale(self._place.appraisals[1 - self._place.side], self.view.rows)
        return Beliefs(self.view, self.view.their_model())

    @property
    def modelled(self) -> bool:
        """Whether the other side is seen through an opponent model."""
        return self.view.modelled

    def through(self, model: Any) -> "Sheet":
        """Give the same with an opponent model; made once a turn."""
        if model not in self._through:
            self._through[model] = Sheet(self.view.through(model))
        return self._through[model]

    @cached_property
    def _through(self) -> dict[Any, "Sheet"]:
        return {}

    @cached_property
    def _solutions(self) -> dict[str, list[int]]:
        return {}

    def solution(self, row: int, name: str) -> int:
        """Give a solution of the bargaining problem; -1 where there is none."""
        if name not in self._solutions:
            self._solutions[name] = _list(self.view.solution(name))
        return self._solutions[name][row]

    @cached_property
    def standing(self) -> list[int]:
        """Standing offer of the other side, or the package agreed in principle."""
        return _list(self.view.standing)

    @cached_property
    def agreed(self) -> list[int]:
        """Package agreed in principle."""
        return _list(self.view.agreed)

    @cached_property
    def anew(self) -> list[bool]:
        """Whether an agreement in principle is judged anew."""
        return _list(self.view.anew)

    @cached_property
    def time(self) -> list[float]:
        """Relative time."""
        return _list(self.view.time)

    @cached_property
    def deadline(self) -> list[int]:
        """The last round."""
        return _list(self.view.deadline)

    @cached_property
    def inbox(self) -> list[int]:
        """Latest message of the other side."""
        return _list(self.view.inbox)

    @cached_property
    def docket(self) -> list[list[int]]:
        """Review states."""
        return _list(self.view.docket)

    @cached_property
    def open(self) -> list[list[bool]]:
        """Open measures."""
        return _list(self.view.open)

    @cached_property
    def ruled(self) -> list[list[bool]]:
        """Measures that the review rule names."""
        return _list(self.view.ruled)

    @cached_property
    def hopeless(self) -> list[bool]:
        """Whether nothing is worth no deal, whatever were open."""
        return _list(self.view.hopeless)

    @cached_property
    def may_relent(self) -> list[list[bool]]:
        """Measures that this seat may drop from the rule."""
        return _list(self.view.may_relent)

    @cached_property
    def review_cost(self) -> list[list[float]]:
        """What each review still to come costs this seat."""
        return _list(self.view.review_cost)

    @cached_property
    def audience_cost(self) -> list[float]:
        """What dropping a measure from the rule costs."""
        return _list(self.view.audience_cost)

    @cached_property
    def best(self) -> list[float]:
        """Utility of the best package on the menu."""
        return _list(self.view.best)

    @cached_property
    def best_package(self) -> list[int]:
        """The best package on the menu."""
        return _list(self.view.best_package)

    @cached_property
    def others(self) -> dict[str, Other]:
        """What is seen of the other talks."""
        return dict(self.view.others)

    @cached_property
    def vetoed(self) -> list[int]:
        """Package vetoed last."""
        return _list(self.view.vetoed)

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        """What ratifiers have announced."""
        return self.view.bars

    @cached_property
    def shocks(self) -> list[float]:
        """What shocks add to the value of no deal, as it is expected now."""
        return _list(self.view.shocks)

    @cached_property
    def may_extend(self) -> list[bool]:
        """Whether this seat may move the deadline."""
        return _list(self.view.may_extend)

    @cached_property
    def wide(self) -> "Sheet":
        """The same with every package as the menu."""
        return Sheet(self.view.wide())

    @cached_property
    def _offers(self) -> tuple[memoryview, list[int], int, int]:
        """Standing offers after each turn, (2, R, W) flat; places of the rows; steps in it."""
        history = self._state.history
        offers = history.data.cast("B").cast("i")
        return offers, _list(self.view.rows), history.shape[2], history[0].size

    def history(self, row: int, own: bool) -> tuple[memoryview, int, int, int]:
        """Give where a side's standing offers lie: all, the first, the step, the turns."""
        offers, places, step, side = self._offers
        seat = self._place.side if own else 1 - self._place.side
        return offers, places[row] + seat * side, step, self.view._seen[seat]

    @cached_property
    def _touches(self) -> memoryview:
        return self._state.touches.data

    @cached_property
    def _closed(self) -> list[int]:
        return _list(self._state.shut(self.view.rows, self.view._wide))

    @cached_property
    def _demanded(self) -> list[int]:
        """What a package has to lower, by row; empty for nothing anywhere."""
        wider = self.view._wide
        return [] if wider is None else _list(wider >> self._state.width)

    @cached_property
    def _uniform(self) -> list[float]:
        return _list(self.view._luck("uniform", 1)[:, 0])

    @cached_property
    def _luck(self) -> dict[int, NDArray[np.float64]]:
        return {}

    @cached_property
    def _menu(self) -> tuple[list[int], list[int], memoryview]:
        """Starts and stops of the sorted menus, and the sorted keys."""
        menus = self.view._own.menus
        start, stop = menus.whole(*self.view._where)
        return _list(start), _list(stop), menus.keys.data

    def on_menu(self, row: int, package: int) -> bool:
        """Tell whether a package could be signed."""
        if self._touches[package] & self._closed[row]:
            return False
        space = self._state.rules.space
        return not self._demanded or not self._demanded[row] & ~int(space.lowered[package])

    def luck(self, row: int, n: int) -> list[float]:
        """Give n uniforms of this seat and turn."""
        if n not in self._luck:
            self._luck[n] = self.view.luck(n)
        return _list(self._luck[n][row])

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
        _, _, keys = self._menu
        start, stop = self._band(row, target, band)
        if package < 0 or stop <= start + 1:
            return self._pick(row, start)
        return keys[start + self.view._own.menus.nearest_of(start, stop, package)] & PACKAGE

    def _band(self, row: int, target: float, band: float | None) -> tuple[int, int]:
        """Give the positions of the packages in the band above a target."""
        rules = self._state.rules
        if band is not None and band != band:
            raise SeatError(NO_WIDTH)
        width = rules.band if band is None else band
        high = self.scale.highest(row, target, width, rules.in_money)
        start = self._position(row, self.scale.least(row, target))
        return start, self._position(row, high + 1)

    def candidates(self, row: int, target: float, n: int, band: float | None) -> list[int]:
        """Give up to n packages in the band above a target, the cheapest first."""
        start, stop = self._band(row, target, band)
        return self._evenly(row, start, max(stop, start + 1), n)

    def spread(self, row: int, n: int) -> list[int]:
        """Give up to n packages evenly over the ranks of the menu, the best first."""
        starts, stops, _ = self._menu
        start = starts[row]
        return self._evenly(row, start, max(stops[row], start + 1), n)[::-1]

    def _evenly(self, row: int, start: int, stop: int, n: int) -> list[int]:
        last = stop - start - 1
        places = dict.fromkeys(start + (last * share >> SHARE_BITS) for share in self._shares(n))
        return [self._pick(row, place) for place in places]

    @cached_property
    def _shares(self) -> Any:
        return cache(lambda n: shares(n).tolist())

    def offer_at(self, row: int, target: float, band: float | None) -> int:
        """Give what to offer at a target: in the band above it what suits the other best."""
        if self.view._model is None:
            return self.near(row, target, self.standing[row], band)
        looks, theirs = self.view._model.looks, self.theirs
        packages = self.candidates(row, target, looks, band)
        return max(packages, key=lambda package: theirs.utility(row, package))

    def uniform(self, row: int) -> int:
        """Give a random package of the menu worth the reservation value."""
        starts, stops, _ = self._menu
        start = starts[row]
        return self._pick(row, start + int(self._uniform[row] * (stops[row] - start)))

    def _position(self, row: int, value: int, package: int = 0) -> int:
        starts, stops, keys = self._menu
        if not -OFFSET <= value < OFFSET:
            value = min(max(value, -OFFSET), OFFSET - 1)
        key = ((value + OFFSET) << PACKAGE_BITS) | package
        return bisect_left(keys, key, starts[row], stops[row])

    def _pick(self, row: int, position: int) -> int:
        _, stops, keys = self._menu
        return keys[position] & PACKAGE if position < stops[row] else self.best_package[row]


def _list(array: NDArray[Any]) -> list[Any]:
    listed: list[Any] = array.tolist()
    return listed

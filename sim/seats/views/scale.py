"""What packages are worth to one side, or seem to be worth to the other, in plain numbers."""

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.appraisal import FAR, SLACK, Appraisal
from sim.payoffs.values import LIFT, TABLE
from sim.seats.views.searches import BAND, NO_NUMBER, Model, SeatError
from sim.seats.views.view import View


class Scale:
    """Values and utilities of one side in every world of a batch.

    Attributes:
        reservation: utility of no deal, by row.
    """

    def __init__(self, appraisal: Appraisal, at: NDArray[np.intp]) -> None:
        look, sits = appraisal.look(at), appraisal.situations
        self._values = sits.states.data.cast("B").cast("i")
        self._tails, self._grid = sits.tails, sits.grid
        self._given = np.ascontiguousarray(sits.tail).data.cast("B").cast("i")
        facts = sits.facts[look.situation]
        self._base = (facts[:, TABLE] * sits.states.shape[1] + 1).tolist()
        self._lift: list[int] = facts[:, LIFT].tolist()
        self._draw = (appraisal.state.draw[at] * self._tails).tolist()
        self._floor, self._span = look.floor.tolist(), look.span.tolist()
        self._none: list[int] = look.none.tolist()
        self.reservation: list[float] = look.reservation.tolist()

    def value(self, row: int, package: int) -> int:
        """Give the value of a package in grid steps; of -1: of no deal."""
        if package < 0:
            return self._none[row]
        if self._tails == 1:
            alone: int = self._values[self._base[row] + package]
            return alone + self._lift[row]
        head, tail = divmod(package, self._tails)
        value: int = self._values[self._base[row] + head] + self._given[self._draw[row] + tail]
        return value + self._lift[row]

    def utility(self, row: int, package: int) -> float:
        """Give the utility of a package; of -1: the reservation value.

        `value` is written out here: one-world strategies ask nothing as often.
        """
        if package < 0:
            return self.reservation[row]
        if self._tails == 1:
            value = self._values[self._base[row] + package]
        else:
            head, tail = divmod(package, self._tails)
            value = self._values[self._base[row] + head] + self._given[self._draw[row] + tail]
        utility: float = (value + self._lift[row] - self._floor[row]) / self._span[row]
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

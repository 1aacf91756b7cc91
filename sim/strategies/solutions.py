"""Strategies that ask for what a theory of fair bargaining gives."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from sim.seats.strategy import BatchStrategy
from sim.seats.views.view import View
from sim.strategies.parts import Frequency, OpponentModel


@dataclass(frozen=True)
class Solution(BatchStrategy):
    """Offers a solution of the bargaining problem, and insists on it.

    The solution is that of the menu of the day; it changes when measures are admitted, and with
    what a model learns. Where no package is worth no deal to both it offers its best package.
    """

    rule: ClassVar[str] = ""
    model: OpponentModel = Frequency()

    def propose(self, view: View) -> ArrayLike:
        """Offer the solution."""
        found = view.through(self.model).solution(self.rule)
        return np.where(found >= 0, found, view.best_package)


@dataclass(frozen=True)
class NashOfferer(Solution):
    """Offers the package with the largest product of both sides' gains, and insists on it.

    The solution is that of the menu of the day; it changes when measures are admitted, and with
    what a model learns. Where no package is worth no deal to both it offers its best package.

    Source: Nash (1950), The bargaining problem, Econometrica 18, 155–162.

    Attributes:
        model: what the other side is believed to want, if information is private.
    """

    rule: ClassVar[str] = "nash"


@dataclass(frozen=True)
class KalaiSmorodinskyOfferer(Solution):
    """Offers both sides the same share of the most that each could gain, and insists on it.

    The solution is that of the menu of the day; it changes when measures are admitted, and with
    what a model learns. Where no package is worth no deal to both it offers its best package.

    Source: Kalai and Smorodinsky (1975), Other solutions to Nash's bargaining problem, Econometrica
    43, 513–518.

    Attributes:
        model: what the other side is believed to want, if information is private.
    """

    rule: ClassVar[str] = "kalai_smorodinsky"


@dataclass(frozen=True)
class EgalitarianOfferer(Solution):
    """Offers both sides the same gain in utility, as nearly as there is, and insists on it.

    The solution is that of the menu of the day; it changes when measures are admitted, and with
    what a model learns. Where no package is worth no deal to both it offers its best package.

    Source: Kalai (1977), Proportional solutions to bargaining situations: interpersonal utility
    comparisons, Econometrica 45, 1623–1630.

    Attributes:
        model: what the other side is believed to want, if information is private.
    """

    rule: ClassVar[str] = "egalitarian"

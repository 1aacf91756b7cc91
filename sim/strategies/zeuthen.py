"""Who has less to lose from a breakdown holds; who has more gives way."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.seats.strategy import BatchStrategy
from sim.seats.views.view import View
from sim.strategies.parts import Frequency, OpponentModel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Zeuthen(BatchStrategy):
    """Gives way when it would risk more than the other side, and then just enough not to.

    A side's risk is the share of its own gain that it would lose by taking the other's offer. The
    side with the smaller risk concedes, to the best own package after which its risk is the larger
    one; the other repeats its offer. That side is the one whose offer has the smaller product of
    gains, so that the offers climb to the largest product (Harsanyi). Where no package has a
    larger product than the other's offer, it offers that.

    Source: Zeuthen (1930), Problems of Monopoly and Economic Warfare, Routledge; Harsanyi (1956),
    Approaches to the bargaining problem before and after the theory of games, Econometrica 24,
    144–157.

    Attributes:
        model: what the other side is believed to want, if information is private.
    """

    model: OpponentModel = Frequency()

    def propose(self, view: View) -> ArrayLike:
        """Concede or repeat."""
        view = view.through(self.model)
        opening = _opening(view)
        if not len(view.mine):
            return opening
        last, standing = view.mine[-1], view.standing
        bid, asked = _product(view, last), _product(view, standing)
        offer = np.where((standing >= 0) & (bid <= asked), self._concession(view, asked), last)
        void = (last < 0) | (view.utility(last) < view.reservation)
        return np.where(void, opening, offer)

    @staticmethod
    def _concession(view: View, asked: Floats) -> Ints:
        """Give the best own package with a larger product than the other's offer, else that."""
        better = view.tradeoffs.beating(asked)
        good = view.on_menu(view.standing) & (view.utility(view.standing) >= view.reservation)
        fallback = np.where(good, view.standing, view.mine[-1])
        return np.where(better >= 0, better, fallback)


def _opening(view: View) -> Ints:
    """Give the best package that leaves the other side at least no deal, else the best."""
    fair = view.granting(view.their_reservation)
    return np.where(fair >= 0, fair, view.best_package)


def _product(view: View, package: Ints) -> Floats:
    """Give the product of both sides' gains; 0 where one would lose."""
    own = np.maximum(view.utility(package) - view.reservation, 0)
    theirs = np.maximum(view.their_utility(package) - view.their_reservation, 0)
    return own * theirs

"""Strategies that hold another one to a floor."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.seats.strategy import Answer, Wrapper
from sim.seats.views.view import View

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Floored(Wrapper):
    """Plays its inner strategy, but neither offers nor accepts what is worth less than a floor."""

    reopens: ClassVar[bool] = False
    """Whether an agreement in principle that has come to be worth less is reopened."""

    def floor(self, view: View) -> Floats:
        """Give the least utility that is offered or accepted, (W,)."""
        raise TypeError(f"{type(self).__name__} does not say what its floor is: write floor")

    def propose(self, view: View) -> ArrayLike:
        """Offer as inside, at the floor where that is worth less."""
        inner = np.asarray(self._inner.propose(view))
        floor = self.floor(view)
        short = (inner >= 0) & (view.utility(inner) < floor)
        return np.where(short, view.at_least(floor), inner)

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Answer as inside, and reject what is worth less than the floor."""
        inner = np.asarray(self._inner.answer(view, mine))
        short = (view.standing >= 0) & (view.utility(view.standing) < self.floor(view))
        if not self.reopens:
            short &= view.agreed < 0
        return np.where(short & (inner == Answer.ACCEPT), int(Answer.REJECT), inner)


def best_terms(view: View) -> Floats:
    """Give what the best terms that another talk was seen to get are worth here, (W,).

    At least no deal, at most the best package on the menu.
    """
    floor = view.reservation.copy()
    for other in view.others.values():
        same = np.where(other.mirror >= 0, view.utility(other.mirror), floor)
        floor = np.maximum(floor, np.minimum(same, view.best))
    return floor


def any_signed(view: View) -> NDArray[np.bool_]:
    """Tell whether another talk is seen to be signed, (W,)."""
    signed = np.zeros(len(view), dtype=bool)
    for other in view.others.values():
        signed |= other.signed
    return signed

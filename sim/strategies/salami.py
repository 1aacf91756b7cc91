"""A slice at a time: one measure more whenever the price is right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.seats.strategy import Wrapper
from sim.seats.views.view import View
from sim.strategies.parts import scope


@dataclass(frozen=True)
class Salami(scope.Slicing, Wrapper):
    """Admits one more measure whenever the standing offer pays for it.

    It offers and answers as its inner strategy.

    As a hub it admits its position, and one more of the requested measures in every turn in which
    the standing offer pays the price as for `scope_refuser`: of what the rule names and what that
    offer touches, first what only the rule names, in the order of the talk. As a partner it
    requests the measures of its position one by one, the next when the last is open, and its offers
    ask for no more.

    Source: Schelling (1966), Arms and Influence, Yale University Press, on salami tactics.

    Attributes:
        inner: how it offers and answers.
        price_bn: what an offer that asks for what is closed has to bring, USD bn a year.
    """

    def ask(self, view: View) -> ArrayLike:
        """Ask for the slice where the strategy inside would ask for anything."""
        flags = np.broadcast_to(self._inner.ask(view), (len(view), len(view.measures)))
        return self.slice(view) & flags.any(axis=1, keepdims=True)

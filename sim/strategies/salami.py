"""A slice at a time: one measure more whenever the price is right."""

from dataclasses import dataclass

from sim.components import scope
from sim.strategy import Wrapper


@dataclass(frozen=True)
class Salami(scope.Salami, Wrapper):
    """Admits one more measure whenever the standing offer pays for it.

    It offers and answers as its inner strategy.

    As a hub it admits its position, and one more of the requested measures in every turn in which
    the standing offer, valued as if admitted, is worth the price above its reservation value. As a
    partner it requests the measures of its position one by one, the next when the last is open.

    Source: Schelling (1966), Arms and Influence, Yale University Press, on salami tactics.

    Attributes:
        inner: how it offers and answers.
        price: own utility above the reservation value that one more measure costs.
    """

"""Strategies that offer at a target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.strategy import BatchStrategy
from sim.seats.views.view import View

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class AtTarget(BatchStrategy):
    """Chooses in a band above what it demands.

    Attributes:
        band: width of the band, USD bn a year with an economy, else of utility; the scenario's if
            none is given.
    """

    band: float | Drawn | None = number(None, least=0, kw_only=True)

    def offer(self, view: View, target: ArrayLike) -> Ints:
        """Give what to offer at a target, (W,)."""
        return view.offer_at(target, view.of(self.band))


def kept(view: View, target: Floats, offer: Ints) -> Ints:
    """Give offers that take nothing back which the last own offer gave, (W,).

    The new offer joined with the last one, issue by issue, where that is on the menu and worth the
    target; else the last one if that is; else the new one.
    """
    if not len(view.mine):
        return offer
    last = view.mine[-1]
    both = (last >= 0) & (offer >= 0)
    joined = view.space.joined(np.where(both, offer, 0), np.where(both, last, 0), view.is_hub)
    found = offer.copy()
    for package in (last, joined):
        good = both & view.on_menu(package) & (view.utility(package) >= target)
        found[good] = package[good]
    return found

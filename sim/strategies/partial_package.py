"""A partner whose package shrinks with time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.package_or_nothing import PackageOrNothing

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class PartialPackage(PackageOrNothing):
    """Insists on every measure at first, on ever fewer as time passes.

    Until all that it insists on is open it rejects every offer and asks for that, as package or
    nothing does for everything. It drops one measure after another, evenly over time, first what is
    worth least to it when lowered all the way by itself.

    Source: Inderst (2000), Multi-issue bargaining with endogenous agenda, Games and Economic
    Behavior 30, 64–82.

    Attributes:
        inner: how it offers and answers once what it insists on is open.
        cut: whether it demands a cut on every closed measure that it insists on; without, it offers
            what its inner strategy would, and requests the rest.
        until: relative time from which it insists on nothing.
    """

    until: float | Drawn = number(0.9, above=0)

    def required(self, view: View) -> Flags:
        """Keep the measures that are worth most, as many as time leaves."""
        left = np.clip(1 - view.time / view.of(self.until), 0, 1)
        count = np.ceil(len(view.measures) * left)
        return np.asarray(_ranks(view) < count[:, None])


def _ranks(view: View) -> NDArray[np.int64]:
    """Rank the measures by what they are worth lowered alone, the most first, (W, M)."""
    shape, measures = view.space.shape, len(view.measures)
    if not measures:
        return np.zeros((len(view), 0), dtype=np.int64)
    levels = np.diag(np.array(shape[:measures]) - 1)
    levels = np.pad(levels, ((0, 0), (0, len(shape) - measures)))
    alone = np.ravel_multi_index(tuple(levels.T), shape)
    worth = view.utility(np.broadcast_to(alone, (len(view), measures)))
    order = np.argsort(-worth, axis=1, kind="stable")
    return np.argsort(order, axis=1, kind="stable")

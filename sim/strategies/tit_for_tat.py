"""Strategies that answer the steps of the other side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.at_target import AtTarget

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Imitator(AtTarget):
    """Demands what is left of its own last demand after the other side's step is answered."""

    def opening(self, view: View) -> Ints:
        """Give the first offers, before there is a step to answer, (W,)."""
        return view.best_package

    def left(self, view: View, before: Ints, now: Ints) -> Floats:
        """Give the utility to demand after the other side went from one offer to another, (W,)."""
        raise TypeError(f"{type(self).__name__} does not say what it demands: write left")

    def back(self, view: View) -> int:
        """Give over how many of the other side's last turns a step is measured."""
        return 1

    def propose(self, view: View) -> ArrayLike:
        """Offer at what is left to demand."""
        if len(view.theirs) < 2 or not len(view.mine):
            return self.opening(view)
        last, now = view.mine[-1], view.theirs[-1]
        before = view.theirs[-1 - min(self.back(view), len(view.theirs) - 1)]
        stepped = (before >= 0) & (now >= 0)
        demand = np.where(stepped, self.left(view, before, now), view.utility(last))
        demand = np.maximum(np.minimum(demand, view.utility(last)), view.reservation)
        offer = self.offer(view, demand) if view.modelled else view.at_least(demand)
        return np.where(last < 0, self.opening(view), offer)


@dataclass(frozen=True)
class TitForTat(Imitator):
    """Gives as much as the other side gave in its last step, measured in own utility.

    Its first offers are its best package; a step back of the other side is not answered. The
    absolute form of the behaviour-dependent tactics.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182; Axelrod (1984), The Evolution of
    Cooperation, Basic Books.

    Attributes:
        band: through an opponent model, width of the band above its demand in which it chooses,
            USD bn a year with an economy, else of utility; the scenario's if none is given.
    """

    def left(self, view: View, before: Ints, now: Ints) -> Floats:
        """Take off what the step was worth."""
        return view.utility(view.mine[-1]) - (view.utility(now) - view.utility(before))


@dataclass(frozen=True)
class RandomTitForTat(TitForTat):
    """Gives as much as the other side gave in its last step, give or take a random amount.

    The random part can free two imitators that wait for each other. A step back of either is not
    made: it demands at most what it demanded before.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182: random absolute tit for tat.

    Attributes:
        noise: largest random amount, in own utility.
        band: through an opponent model, width of the band above its demand in which it chooses,
            USD bn a year with an economy, else of utility; the scenario's if none is given.
    """

    noise: float | Drawn = number(0.02, least=0, most=1)

    def left(self, view: View, before: Ints, now: Ints) -> Floats:
        """Add a uniform from minus to plus the noise."""
        chance = 2 * view.luck(1)[:, 0] - 1
        left: Floats = super().left(view, before, now) + view.of(self.noise) * chance
        return left


@dataclass(frozen=True)
class RelativeTitForTat(Imitator):
    """Gives more in the proportion in which the other side asks for less.

    What a package takes from it is 1 - utility. When the other side comes down from a package that
    takes 0.8 to one that takes 0.6, it offers one that takes 0.8 / 0.6 of what its own last offer
    took. A step back is not answered.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182.

    Attributes:
        opens: share of the way to no deal that its first offers give, so that there is something
            in proportion to which it can give.
        band: through an opponent model, width of the band above its demand in which it chooses,
            USD bn a year with an economy, else of utility; the scenario's if none is given.
    """

    opens: float | Drawn = number(0.05, least=0, most=1)

    def opening(self, view: View) -> Ints:
        """Offer a little less than the best."""
        return view.at_least(view.demand(1 - view.of(self.opens)))

    def left(self, view: View, before: Ints, now: Ints) -> Floats:
        """Give in proportion."""
        asked, asks = 1 - view.utility(before), 1 - view.utility(now)
        ratio = np.divide(asked, asks, out=np.ones(len(view)), where=asks > 0)
        demand: Floats = 1 - (1 - view.utility(view.mine[-1])) * ratio
        return demand


@dataclass(frozen=True)
class AveragedTitForTat(RelativeTitForTat):
    """Gives more in the proportion in which the other side came down over some turns.

    As the relative form, over a window: single steps, and waiting between them, matter less.

    Source: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous
    agents, Robotics and Autonomous Systems 24, 159–182.

    Attributes:
        opens: share of the way to no deal that its first offers give.
        window: turns of the other side over which its step is measured; fewer at first.
        band: through an opponent model, width of the band above its demand in which it chooses,
            USD bn a year with an economy, else of utility; the scenario's if none is given.
    """

    window: int = number(3, least=1)

    def back(self, view: View) -> int:
        """Look back over the window."""
        return self.window

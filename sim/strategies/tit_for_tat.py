"""A strategy that gives what it is given."""

from dataclasses import dataclass

from sim.strategy import Strategy
from sim.world_view import WorldView


@dataclass(frozen=True)
class TitForTat(Strategy):
    """Gives as much as the other side gave in its last step, measured in own utility.

    Its first offers are its best package; a step back of the other side is not answered. The
    absolute form of the behaviour-dependent tactics of Faratin, Sierra and Jennings (1998),
    counted relative to its own last offer.
    """

    def propose(self, view: WorldView) -> int:
        """Offer what is left of the own last demand after the answered step."""
        if len(view.theirs) < 2 or not len(view.mine) or view.mine[-1] < 0:
            return view.best_package
        before, now = view.theirs[-2], view.theirs[-1]
        given = 0.0 if before < 0 else max(view.utility(now) - view.utility(before), 0.0)
        return view.at_least(max(view.utility(view.mine[-1]) - given, view.reservation))

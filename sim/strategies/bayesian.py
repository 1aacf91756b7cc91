"""A strategy that concedes in time and aims with beliefs about the other side."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.parts import Bayesian, OpponentModel
from sim.strategies.time_dependent import TimeDependent


@dataclass(frozen=True)
class BayesianPlayer(TimeDependent):
    """Concedes in time and offers, of what is worth its demand, what should suit the other best.

    Its beliefs about the other side's weights and tastes follow Bayes' rule with every offer.

    Source: Hindriks and Tykhonov (2008), Opponent modelling in automated multi-issue negotiation
    using Bayesian learning, Proceedings of AAMAS 2008, 331–338.

    Attributes:
        exponent: below 1 it concedes late, at 1 evenly, above 1 early.
        start: share of the way that it concedes at once.
        model: what the other side is believed to want.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
        keeps: whether it never takes back, issue by issue, what it has given.
    """

    exponent: float | Drawn = number(0.5, above=0)
    model: OpponentModel = Bayesian()

    def propose(self, view: View) -> ArrayLike:
        """Offer at the target, through the model."""
        return super().propose(view.through(self.model))

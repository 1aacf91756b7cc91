"""A strategy that passes for one that never gives in."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.strategy import Answer
from sim.seats.views.view import View
from sim.strategies.at_target import AtTarget

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_TIME = "abreu gul time"


class Concession(NamedTuple):
    """When a player of the reputation game gives in.

    Attributes:
        hazard: rate at which it gives in, per unit of time.
        horizon: time by which only obstinate players are left.
        immediate: probability of giving in at once.
    """

    hazard: Any
    horizon: Any
    immediate: Any


@dataclass(frozen=True)
class AbreuGul(AtTarget):
    """Demands like an obstinate player and gives in at a random time, as reputation has it.

    With some probability it is obstinate: then it never gives in. Else it gives in at once with a
    probability, later at a hazard that leaves the other side indifferent, and surely by the time at
    which both sides would be taken for obstinate, or in the last round before the deadline: then
    the hazard that the talk ends knows no bound, and neither does that of giving in. To give in is
    to accept what is worth no deal, and to offer what the other side is believed to demand. Time is
    counted in rounds.

    Source: Abreu and Gul (2000), Bargaining and reputation, Econometrica 68, 85–117; Fanning
    (2016), Reputational bargaining and deadlines, Econometrica 84, 1131–1179, on the deadline.

    Attributes:
        demand: share of the way from no deal to its best package that it demands.
        their_demand: share of the pie that the other side is believed to demand; together they are
            above 1.
        rate: own discount rate per round.
        their_rate: the other side's.
        obstinate: probability that it is obstinate.
        their_obstinate: probability that the other side is, as it believes.
        band: width of the band above its demand in which it chooses, USD bn a year with an economy,
            else of utility; the scenario's if none is given.
    """

    demand: float | Drawn = number(0.7, above=0, most=1)
    their_demand: float | Drawn = number(0.7, above=0, most=1)
    rate: float | Drawn = number(0.05, above=0)
    their_rate: float | Drawn = number(0.05, above=0)
    obstinate: float | Drawn = number(0.05, above=0, most=1)
    their_obstinate: float | Drawn = number(0.05, above=0, most=1)

    def __post_init__(self) -> None:
        super().__post_init__()
        least = _least(self.demand) + _least(self.their_demand)
        if least <= 1:
            raise ValueError(
                f"demand and their_demand add up to {least:g}; together they have to be above 1"
            )

    def propose(self, view: View) -> ArrayLike:
        """Demand; after giving in, offer what the other side is believed to demand."""
        share = np.where(self._given_in(view), 1 - view.of(self.their_demand), view.of(self.demand))
        return self.offer(view, view.demand(share))

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Accept the demand; after giving in, what is worth no deal."""
        demand = view.demand(view.of(self.demand))
        floor = np.where(self._given_in(view) | (view.agreed >= 0), view.reservation, demand)
        good = view.on_menu(view.standing) & (view.utility(view.standing) >= floor)
        return np.where(good, int(Answer.ACCEPT), int(Answer.REJECT))

    def _given_in(self, view: View) -> Flags:
        """Tell where it has given in by now, (W,)."""
        time = self._time(view)
        last = (view.round >= view.deadline) & np.isfinite(time)
        return np.asarray((view.round - 1 >= time) | last)

    def _time(self, view: View) -> Floats:
        """Give when it gives in, in rounds after the first, (W,); drawn in its first turn."""
        memory = view.memory
        held = memory[_TIME] if _TIME in memory else np.zeros(len(view))
        if (held == 0).any():
            drawn = moment(self._concession(view), view.luck(1)[:, 0])
            held = np.where(held == 0, 1 + drawn, held)
            memory[_TIME] = held
        return held - 1

    def _concession(self, view: View) -> Concession:
        demands = view.of(self.demand), view.of(self.their_demand)
        rates = view.of(self.rate), view.of(self.their_rate)
        obstinate = view.of(self.obstinate), view.of(self.their_obstinate)
        return concession(demands, rates, obstinate)


def concession(
    demands: tuple[Any, Any], rates: tuple[Any, Any], obstinate: tuple[Any, Any]
) -> Concession:
    """Solve the reputation game for the first of two players.

    Args:
        demands: shares of the pie that the own and the other obstinate player demand, above 1 in
            all.
        rates: discount rates.
        obstinate: probabilities of being obstinate.
    """
    excess = demands[0] + demands[1] - 1
    hazards = [rates[1 - i] * (1 - np.asarray(demands[i])) / excess for i in (0, 1)]
    with np.errstate(divide="ignore", invalid="ignore"):
        times = [_horizon(obstinate[i], hazards[i]) for i in (0, 1)]
        horizon = np.minimum(*times)
        left = obstinate[0] * np.exp(np.where(hazards[0] > 0, hazards[0] * horizon, 0))
    return Concession(hazards[0], horizon, np.maximum(1 - left, 0))


def _horizon(obstinate: Any, hazard: Any) -> Any:
    """Give the time by which a player is taken for obstinate; at once if it surely is."""
    return np.where(np.asarray(obstinate) < 1, -np.log(obstinate) / hazard, 0.0)


def moment(given: Concession, uniform: Floats) -> Floats:
    """Give when a player gives in, (W,); infinite for one that is obstinate.

    By time t it has given in with probability 1 - (1 - immediate) exp(-hazard t).
    """
    rest = (1 - uniform) / np.maximum(1 - given.immediate, 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        time = -np.log(np.minimum(rest, 1)) / given.hazard
    late = np.where(time < given.horizon, time, np.inf)
    return np.where(uniform < given.immediate, 0.0, late)


def _least(value: float | Drawn) -> float:
    return min(value.args) if isinstance(value, Drawn) else value

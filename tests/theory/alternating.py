"""Alternating offers: closed forms, and backward induction on the rules of a scenario.

The literature counts periods with one offer each, whose rejection takes time. In a round of the
engine both sides have a turn, and a turn answers before it offers: the second mover's rejection
leads to the next round, the first mover's does not. `Protocol` says which of the turns are used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, BatchStrategy

Protocol = Literal["one offer a round", "every turn"]
Pair = tuple[float, float]


def rubinstein(discounts: Pair) -> float:
    """Share of the first proposer; Rubinstein (1982)."""
    first, second = discounts
    return (1 - second) / (1 - first * second)


def staahl(periods: int, discounts: Pair) -> float:
    """Share of the first proposer with a last period; Ståhl (1972)."""
    first, second = discounts
    both = (first * second) ** (periods // 2)
    share = (1 - second) * (1 - both) / (1 - first * second)
    return share + both if periods % 2 else share


def with_outside_option(discounts: Pair, option: float) -> float:
    """Share of the first proposer if the other may opt out; Binmore, Shaked and Sutton (1989)."""
    return min(rubinstein(discounts), 1 - option)


def with_breakdown(hazard: float, broken: Pair) -> float:
    """Share of the first proposer if talks may break down after a rejection.

    Binmore, Rubinstein and Wolinsky (1986): as the hazard goes to zero both split the difference.
    """
    first, second = broken
    return (1 - second + (1 - hazard) * first) / (2 - hazard)


def induced(periods: int, wait: Callable[[int, float], float]) -> list[float]:
    """Give the share of the proposer of every period of a pie, by backward induction.

    Args:
        periods: their number.
        wait: gives what rejecting is worth to who answers (side 1 in odd periods, side 0 in even
            ones), from the share that it will have as the next proposer.
    """
    shares, proposed = [], 0.0
    for period in range(periods, 0, -1):
        proposed = 1 - wait(period % 2, proposed)
        shares.append(proposed)
    return shares[::-1]


@dataclass(frozen=True)
class Period:
    """What backward induction gives for one offer.

    Attributes:
        offer: package; -1 for none.
        floor: value from which who answers accepts.
        walks: whether it walks away from less.
    """

    offer: int
    floor: float
    walks: bool


def plan(game: Scenario, protocol: Protocol, first: int) -> list[Period]:
    """Induce backward all offers of a talk with complete information.

    Values are those that decide: gains over no deal, discounted by round. A side that walks away
    has its outside option at once, and both have theirs at the deadline; a talk that breaks down
    leaves nothing. The best offer that is accepted is taken to be better than none.

    Args:
        game: one talk and one draw.
        protocol: which turns are used.
        first: side that moves first.
    """
    points, outside = gains(game)
    sides, hazard = (first, 1 - first), game.talks[0].breakdown
    factors = [game.surroundings.discounts.get(country, 1.0) for country in game.countries]
    rounds = game.calendar.rounds
    number = rounds if protocol == "one offer a round" else 2 * rounds - 1
    found, later = [], np.zeros(2)
    for k in range(number, 0, -1):
        me, you = sides[1 - k % 2], sides[k % 2]
        takes_a_round = protocol == "one offer a round" or k % 2 == 1
        waits = (1 - hazard) * np.array(factors) * later if takes_a_round else later
        waits = outside if k == number else waits
        walks = bool(outside[you] > waits[you])
        floor = max(waits[you], outside[you])
        good = points[:, you] >= floor - 1e-12
        offer = int(np.where(good, points[:, me], -np.inf).argmax()) if good.any() else -1
        later = points[offer] if offer >= 0 else outside if walks else waits
        found.append(Period(offer, floor, walks))
    return found[::-1]


def gains(game: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """Give the gains of every package over no deal, (P, 2), and the outside options, (2,)."""
    packages, nobody = np.arange(game.talks[0].space.size), np.zeros(1, dtype=np.int64)
    worth = game.payoffs.payoff(np.zeros_like(packages), [packages]).T
    none = game.payoffs.payoff(nobody, [nobody - 1])[:, 0]
    outside = [
        float(game.payoffs.without_deal(side, 0, nobody, np.zeros((1, 0)))[0])
        if game.payoffs.outside
        else 0.0
        for side in (0, 1)
    ]
    return worth - none, np.array(outside)


@dataclass(frozen=True)
class Induced(BatchStrategy):
    """Plays the plan of backward induction.

    Attributes:
        points: gains of every package, (P, 2).
        plans: for the case that the hub, and that the partner, moves first.
        rejects: periods whose offers it rejects whatever the plan says.
        tries: makes the package of the number of the world its first offer.
    """

    points: Any
    plans: tuple[list[Period], list[Period]]
    protocol: Protocol = "one offer a round"
    rejects: tuple[int, ...] = ()
    tries: bool = False

    def propose(self, view: Any) -> Any:
        first, periods = self._role(view)
        period = self._offers(view.round, first)
        if not 0 < period <= len(periods):
            return np.full(len(view), -1)
        if self.tries and period == 1:
            return view.worlds
        return np.full(len(view), periods[period - 1].offer)

    def answer(self, view: Any, mine: Any) -> Any:
        first, periods = self._role(view)
        period = self._answers(view.round, first)
        if period < 1 or period in self.rejects:
            return np.full(len(view), int(Answer.REJECT))
        said = periods[period - 1]
        worth = self.points[:, 0 if view.is_hub else 1][view.standing]
        good = (view.standing >= 0) & (worth >= said.floor - 1e-9)
        otherwise = Answer.WALK if said.walks else Answer.REJECT
        return np.where(good, int(Answer.ACCEPT), int(otherwise))

    def _role(self, view: Any) -> tuple[bool, list[Period]]:
        """Tell whether this side moves first, and give the plan."""
        first = len(view.theirs) == len(view.mine)
        return first, self.plans[0 if first == view.is_hub else 1]

    def _offers(self, round: int, first: bool) -> int:
        """Give the period whose offer is made in this turn, 0 for none."""
        if self.protocol == "every turn":
            return 2 * round - 1 if first else 2 * round
        return round + (not first) if round % 2 else 0

    def _answers(self, round: int, first: bool) -> int:
        """Give the period whose offer is answered in this turn, 0 for none."""
        if self.protocol == "every turn":
            return 2 * round - 2 if first else 2 * round - 1
        return round if (round % 2 == 0) == first else 0


def players(
    game: Scenario, protocol: Protocol = "one offer a round", **hub: Any
) -> tuple[Induced, Induced]:
    """Give hub and partner that play the plan; the hub with some deviation."""
    plans, points = (plan(game, protocol, 0), plan(game, protocol, 1)), gains(game)[0]
    return Induced(points, plans, protocol, **hub), Induced(points, plans, protocol)

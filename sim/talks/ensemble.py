"""Who sits where: the two places of a talk, with all that their views read."""

from typing import Any

import numpy as np

from sim.payoffs.appraisal import Appraisal
from sim.protocol.issues import Ints
from sim.protocol.rules import TalkRules
from sim.protocol.shocks import ShocksInForce
from sim.protocol.state import HUB, PARTNER, TalkState
from sim.protocol.votes import Vote
from sim.scenario.scenario import Scenario
from sim.seats.views.seat import Seat


def places_of(
    game: Scenario, weather: ShocksInForce, state: TalkState, others: tuple[TalkState, ...]
) -> tuple[Seat, Seat]:
    """Give the places of the hub and of the partner of a talk.

    Args:
        game: the scenario.
        weather: shocks and threats.
        state: of the talk.
        others: the states of the other talks.
    """
    around = game.surroundings
    ratifiers = around.ratifiers.get(state.rules.name, ())
    votes = tuple(ratifier for ratifier in ratifiers if ratifier.announced)
    appraisals, exact = _appraisals(game, state, votes)
    hub, partner = state.country
    shared: dict[str, Any] = {
        "state": state,
        "appraisals": appraisals,
        "exact": exact,
        "votes": votes,
        "complete": game.information == "complete",
        "weather": weather,
        "discounts": (around.discounts.get(hub, 1.0), around.discounts.get(partner, 1.0)),
        "mirrors": {o.rules.name: mirror(state.rules, o.rules) for o in others},
    }
    partner_place = _place(game, PARTNER, others, shared)
    partner_place.audience = game.audience_cost.get((partner, state.rules.name))
    hub_place = _place(game, HUB, others, shared)
    hub_place.review_cost = game.review_cost.get((hub, state.rules.name))
    return hub_place, partner_place


def _appraisals(game: Scenario, state: TalkState, votes: tuple[Vote, ...]) -> tuple[Any, Any]:
    """Give what both sides of a talk decide by, and what things are worth to them as they are.

    That is the same unless votes at home are announced.
    """
    payoffs = game.payoffs
    homes = [tuple(v for v in votes if v.country == country) for country in state.country]
    decide = tuple(Appraisal(payoffs, state, side, homes[side]) for side in (HUB, PARTNER))
    exact = tuple(
        Appraisal(payoffs, state, side) if homes[side] else decide[side] for side in (HUB, PARTNER)
    )
    return decide, exact


def _place(
    game: Scenario, side: int, others: tuple[TalkState, ...], shared: dict[str, Any]
) -> Seat:
    country = shared["state"].country[side]
    sight = game.surroundings.sight
    seen = tuple((o, sight(country, o.rules.name, hub=side == HUB)) for o in others)
    return Seat(side=side, others=seen, **shared)


def mirror(mine: TalkRules, theirs: TalkRules) -> Ints:
    """Give for every package of another talk the own package with the same terms, (P,).

    A measure of the same name takes the nearest level that is not higher (kept stays kept), a
    concession the nearest that is not more; issues that the other talk does not have stay at
    their first level.
    """
    numbers = np.zeros((theirs.space.size, len(mine.space.issues)), dtype=np.int64)
    columns = {issue.name: k for k, issue in enumerate(theirs.space.issues)}
    for column, issue in enumerate(mine.space.issues):
        k = columns.get(issue.name)
        if k is None:
            continue
        other = theirs.space.issues[k]
        nearest = [0]
        for value in other.levels[1:]:
            good = [n for n, level in enumerate(issue.levels) if level <= value]
            pick: Any = max(good, key=lambda n: issue.levels[n]) if good else len(issue.levels) - 1
            nearest.append(pick)
        numbers[:, column] = np.array(nearest)[theirs.space.levels[:, k]]
    return np.asarray(np.ravel_multi_index(tuple(numbers.T), mine.space.shape), dtype=np.int64)

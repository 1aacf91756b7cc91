"""The most-favoured clause: from its deal on a holder pays no more than another partner."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.economy.rates.total_rates import totals_of
from sim.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def by_clause(game: Scenario, i: int, packages: Sequence[Ints]) -> dict[str, Floats]:
    """Give the points by which the clause lowers the total rate on each of a talk's goods, (W,).

    Args:
        game: the scenario.
        i: number of the talk.
        packages: of every talk, (W,) each; -1 without a deal.

    Returns:
        By goods group, or by measure where measures have no goods; empty if no talk can have one.
    """
    if not any(rules.clause or rules.space.clause is not None for rules in game.talks):
        return {}
    rules = game.talks[i]
    granted = rules.space.granting[packages[i]] | rules.clause
    mine, held = _totals(game, i), (packages[i] >= 0) & granted
    fallen = {}
    for goods, totals in mine.items():
        own = totals[packages[i]]
        best = own.copy()
        for j, package in enumerate(packages):
            theirs = _totals(game, j).get(goods) if j != i else None
            if theirs is not None:
                better = held & (package >= 0) & (theirs[package] < best)
                best = np.where(better, theirs[package], best)
        fallen[goods] = own - best
    return fallen


def _totals(game: Scenario, i: int) -> dict[str, Floats]:
    rules = game.talks[i]
    return totals_of(rules, game.rates.get(rules.name))

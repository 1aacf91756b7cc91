"""GSIM: a linear model of one sector in partial equilibrium (Francois and Hall 2009).

An independent check of the trade model. Goods are told apart by origin; spending of a destination
reacts to the sector's price with Em, between origins with Es, supply of an origin with Ex. All
changes are in logarithms.
"""

import numpy as np


def world_prices(trade, factors, new_factors, em, ex, es):
    """Give the change of the world price of every origin, (N,).

    Args:
        trade: (N, N) values by origin and destination, before duty.
        factors, new_factors: (N, N) one plus the tariff, before and after.
        em, ex, es: elasticities of demand (negative), export supply, and substitution.
    """
    own, cross = effects(trade, factors, em, es)
    change = new_factors / factors - 1
    sold = trade / trade.sum(axis=1, keepdims=True)
    n = len(trade)
    left, right = ex * np.eye(n), np.zeros(n)
    for r in range(n):
        for v in range(n):
            for s in range(n):
                effect = own[r, v] if s == r else cross[s, v]
                left[r, s] -= sold[r, v] * effect
                right[r] += sold[r, v] * effect * change[s, v]
    return np.linalg.solve(left, right)


def effects(trade, factors, em, es):
    """Give own and cross price effects by origin and destination, (N, N) each."""
    spent = trade * factors
    share = spent / spent.sum(axis=0, keepdims=True)
    return share * em - (1 - share) * es, share * (em + es)

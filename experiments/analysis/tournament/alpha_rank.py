"""How long a world of small changes spends in each profile: α-rank.

Omidshafiei et al. (2019): every player is a population that plays one strategy; now and then one
member tries another, which takes over with the probability of a Moran process. The share of time
in each profile ranks it, for any number of players, where equilibria are hard to find.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def alpha_rank(payoffs: Floats, alpha: float, size: int = 50) -> Floats:
    """Give the share of time in every profile, one population for each player.

    Args:
        payoffs: (N, S_1, …, S_N), every profile played.
        alpha: how strongly payoffs select; 1/alpha is a difference of payoffs that matters.
        size: members of a population (m).

    Returns:
        (S_1, …, S_N), summing to 1.
    """
    sizes = payoffs.shape[1:]
    ways = sum(n - 1 for n in sizes)
    number = np.arange(int(np.prod(sizes))).reshape(sizes)
    rates = np.full((number.size, number.size), -np.inf)
    for player in range(len(sizes)):
        own = np.moveaxis(payoffs[player], player, 0)
        at = np.moveaxis(number, player, 0)
        for here, there in product(range(len(own)), repeat=2):
            if here != there:
                gain = (own[there] - own[here]).ravel()
                rates[at[here].ravel(), at[there].ravel()] = log_fixation(gain, alpha, size)
    return np.asarray(stationary(rates - np.log(max(ways, 1))).reshape(sizes))


def alpha_rank_one(payoffs: Floats, alpha: float, size: int = 50) -> Floats:
    """Give the share of time in every strategy, one population that plays itself.

    Args:
        payoffs: (S, S) of the row against the column.
        alpha, size: as in `alpha_rank`.
    """
    gain = payoffs.T - payoffs
    rates = log_fixation(gain, alpha, size) - np.log(max(len(payoffs) - 1, 1))
    np.fill_diagonal(rates, -np.inf)
    return stationary(rates)


def log_fixation(gain: Floats, alpha: float, size: int) -> Floats:
    """Give the logarithm of the chance that one member takes a population over.

    Args:
        gain: payoff of the one less that of the others.
        alpha, size: as in `alpha_rank`.
    """
    step = alpha * gain
    even = np.abs(step) < 1e-12
    apart = np.where(even, 1.0, np.abs(step))
    odds = np.log(-np.expm1(-apart)) - np.log(-np.expm1(-size * apart))
    return np.asarray(np.where(even, -np.log(size), odds + (size - 1) * np.minimum(step, 0)))


def stationary(rates: Floats) -> Floats:
    """Give the distribution that a Markov chain keeps, (n,).

    Grassmann, Taksar and Heyman (1985): states are taken out one after another, without a
    subtraction, in logarithms throughout, so that chances of 1e-200, and of 1e-2000, count. The
    states that are left soonest go first.

    Args:
        rates: (n, n) logarithm of the chance to move from a row to a column; the diagonal is not
            read. Every state can be reached from every other.
    """
    rates = np.where(np.eye(len(rates), dtype=bool), -np.inf, rates)
    order = np.argsort(-rates.max(axis=1, initial=-np.inf), kind="stable")
    rates = rates[np.ix_(order, order)]
    exits = np.full(len(rates), -np.inf)
    for k in range(len(rates) - 1):
        exits[k] = np.logaddexp.reduce(rates[k, k + 1 :])
        left = rates[k + 1 :, k + 1 :]
        np.logaddexp(left, rates[k + 1 :, k, None] + (rates[k, k + 1 :] - exits[k]), out=left)
        np.fill_diagonal(left, -np.inf)
    held = np.zeros(len(rates))
    for k in range(len(rates) - 2, -1, -1):
        held[k] = np.logaddexp.reduce(held[k + 1 :] + rates[k + 1 :, k]) - exits[k]
    shares: Floats = np.exp(held - np.logaddexp.reduce(held))
    found = np.empty_like(shares)
    found[order] = shares
    return found

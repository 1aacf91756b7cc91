"""How long a world of small changes spends in each profile: α-rank.

Omidshafiei et al. (2019): every player is a population that plays one strategy; now and then one
member tries another, which takes over with the probability of a Moran process. The share of time
in each profile ranks it, for any number of players, where equilibria are hard to find.
"""

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, identity
from scipy.sparse.linalg import spsolve

Floats = NDArray[np.float64]


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
    rows, columns, chances = [], [], []
    for player in range(len(sizes)):
        own = np.moveaxis(payoffs[player], player, 0)
        at = np.moveaxis(number, player, 0)
        for here, there in product(range(len(own)), repeat=2):
            if here != there:
                rows.append(at[here].ravel())
                columns.append(at[there].ravel())
                gain = (own[there] - own[here]).ravel()
                chances.append(fixation(gain, alpha, size) / ways)
    return _stationary(rows, columns, chances, number.size).reshape(sizes)


def alpha_rank_one(payoffs: Floats, alpha: float, size: int = 50) -> Floats:
    """Give the share of time in every strategy, one population that plays itself.

    Args:
        payoffs: (S, S) of the row against the column.
        alpha, size: as in `alpha_rank`.
    """
    count = len(payoffs)
    here, there = np.nonzero(~np.eye(count, dtype=bool))
    gain = payoffs[there, here] - payoffs[here, there]
    chances = fixation(gain, alpha, size) / max(count - 1, 1)
    return _stationary([here], [there], [chances], count)


def fixation(gain: Floats, alpha: float, size: int) -> Floats:
    """Give the chance that one member with so much more payoff takes a population over."""
    step = alpha * gain
    even = np.abs(step) < 1e-12
    safe = np.where(even, 1.0, step)
    with np.errstate(over="ignore"):
        taken = np.where(
            safe > 0,
            -np.expm1(-safe) / -np.expm1(-size * safe),
            np.exp((size - 1) * safe) * np.expm1(safe) / np.expm1(size * safe),
        )
    return np.where(even, 1 / size, taken)


def _stationary(rows: list[Any], columns: list[Any], chances: list[Floats], n: int) -> Floats:
    """Give the distribution that a Markov chain keeps, from its chances to move."""
    away: Any = csr_array(
        (np.concatenate(chances), (np.concatenate(rows), np.concatenate(columns))), shape=(n, n)
    )
    stay: Floats = 1 - np.asarray(away.sum(axis=1)).ravel()
    flow = (away + csr_array((stay, (range(n), range(n))), shape=(n, n)) - identity(n)).T.tolil()
    flow[-1, :] = 1.0
    held = np.zeros(n)
    held[-1] = 1.0
    found = np.maximum(spsolve(flow.tocsc(), held), 0.0)
    return np.asarray(found / found.sum())

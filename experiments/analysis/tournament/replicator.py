"""How the shares of strategies move when what pays more grows: replicator dynamics.

Taylor and Jonker (1978); with a population for every seat, Taylor (1979).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.tournament.game import expected

Floats = NDArray[np.float64]
Shares = tuple[Floats, ...]
Worth = Callable[[Sequence[Floats]], Sequence[Floats]]

_EXACT = 1e-8
"""Relative tolerance of the integration."""


@dataclass(frozen=True, eq=False)
class Path:
    """Shares of strategies over time.

    Attributes:
        times: (T,).
        shares: by population, (T, S_i).
    """

    times: Floats
    shares: tuple[Floats, ...]

    @property
    def end(self) -> Shares:
        """The shares at the end, by population."""
        return tuple(table[-1] for table in self.shares)


def replicator(payoffs: Floats, start: Sequence[Floats], times: Floats) -> Path:
    """Follow one population for each player: dx_s/dt = x_s (worth of s − mean worth).

    Args:
        payoffs: (N, S_1, …, S_N).
        start: by player, (S_i) shares at the first time.
        times: (T,) increasing; the unit is that of the payoffs, inverted.
    """
    return _follow(lambda shares: expected(payoffs, shares), start, times)


def one_population(payoffs: Floats, start: Floats, times: Floats) -> Path:
    """Follow one population that plays itself.

    Args:
        payoffs: (S, S) of the row against the column.
        start: (S,) shares at the first time.
        times: as in `replicator`.
    """
    return _follow(lambda shares: [payoffs @ shares[0]], [start], times)


def _follow(worth: Worth, start: Sequence[Floats], times: Floats) -> Path:
    """Integrate the logarithms of the shares, which keeps shares positive and sums exact."""
    cuts = np.cumsum([len(share) for share in start])[:-1]
    there = np.concatenate(start) > 0
    begun = np.log(np.where(there, np.concatenate(start), 1.0))

    def change(_time: float, logs: Floats) -> Floats:
        shares = _shares(logs, there, cuts)
        grown = zip(worth(shares), shares, strict=True)
        return np.concatenate([w - w @ x for w, x in grown]) * there

    from scipy.integrate import solve_ivp  # takes long to load, and only this needs it

    solved = solve_ivp(
        change, (times[0], times[-1]), begun, t_eval=times, rtol=_EXACT, atol=_EXACT, method="LSODA"
    )
    columns = [_shares(logs, there, cuts) for logs in solved.y.T]
    return Path(times, tuple(np.array(table) for table in zip(*columns, strict=True)))


def _shares(logs: Floats, there: NDArray[np.bool_], cuts: NDArray[np.int64]) -> list[Floats]:
    parts = zip(np.split(logs, cuts), np.split(there, cuts), strict=True)
    grown = [np.exp(part - part[kept].max()) * kept for part, kept in parts]
    return [part / part.sum() for part in grown]


def even(sizes: Sequence[int]) -> Shares:
    """Give even shares."""
    return tuple(np.full(size, 1 / size) for size in sizes)


def spread(sizes: Sequence[int], count: int, seed: int) -> list[Shares]:
    """Give random shares, every mixture as likely as any other."""
    rng = np.random.default_rng(seed)
    return [tuple(rng.dirichlet(np.ones(size)) for size in sizes) for _ in range(count)]

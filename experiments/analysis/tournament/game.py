"""What every profile of strategies pays every player: an empirical game.

Wellman (2006): a game whose payoffs are means over simulated worlds. All profiles play the same
worlds, so that a difference between two of them is free of the luck that they share.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TIE = 1e-9
"""Difference of payoffs, as a share of a player's largest one, that is rounding."""

_TOGETHER = 1 << 24
"""Numbers of a stack of resampled games that are in memory at once."""


@dataclass(frozen=True, eq=False)
class Game:
    """An empirical game of N players, player i with S_i strategies, played in G groups of worlds.

    A group holds the worlds of one draw of the payoffs, which are not independent of each other;
    groups are.

    Attributes:
        players: names (N).
        strategies: by player, names (S_i).
        samples: (N, S_1, …, S_N, G) mean payoff of every group; not a number where a profile was
            not played.
        weights: (G,) worlds of every group.
        one_draw: whether all worlds are of one draw, so that groups are worlds.
    """

    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    samples: Floats
    weights: Floats
    one_draw: bool = False

    @classmethod
    def known(cls, *payoffs: Floats) -> "Game":
        """Give a game whose payoffs are known: a table (S_1, …, S_N) for each player."""
        stacked = np.stack([np.asarray(table, dtype=np.float64) for table in payoffs])
        names = tuple(tuple(str(s) for s in range(size)) for size in stacked.shape[1:])
        players = tuple(str(n) for n in range(len(stacked)))
        return cls(players, names, stacked[..., None], np.ones(1))

    @property
    def shape(self) -> tuple[int, ...]:
        """Numbers of strategies (N)."""
        return tuple(len(names) for names in self.strategies)

    @property
    def groups(self) -> int:
        """Number of groups (G)."""
        return len(self.weights)

    @cached_property
    def payoffs(self) -> Floats:
        """(N, S_1, …, S_N): means over all worlds."""
        means: Floats = self.samples @ (self.weights / self.weights.sum())
        return means

    @cached_property
    def errors(self) -> Floats:
        """(N, S_1, …, S_N): standard errors of the means, clustered by group.

        The sandwich variance of a mean (Liang and Zeger 1986); not a number with a single group.
        """
        return standard_error(self.samples, self.weights)

    @cached_property
    def played(self) -> NDArray[np.bool_]:
        """(S_1, …, S_N): whether a profile was played."""
        known: NDArray[np.bool_] = np.all(~np.isnan(self.payoffs), axis=0)
        return known

    @property
    def complete(self) -> bool:
        """Whether every profile was played."""
        return bool(self.played.all())

    def profiles(self) -> Iterator[tuple[int, ...]]:
        """Give every profile that was played, as numbers of strategies."""
        return (p for p in product(*map(range, self.shape)) if self.played[p])

    def named(self, profile: tuple[int, ...]) -> tuple[str, ...]:
        """Give the names of the strategies of a profile."""
        return tuple(names[s] for names, s in zip(self.strategies, profile, strict=True))

    def ordered(self) -> "Game":
        """Give the same game with the strategies of every player in the order of their names.

        What is computed of that, to the last bit and among ties, does not depend on the order in
        which a config lists them.
        """
        return self.only(
            tuple(
                tuple(sorted(range(len(names)), key=names.__getitem__)) for names in self.strategies
            )
        )

    def only(self, kept: tuple[tuple[int, ...], ...]) -> "Game":
        """Give the game in which players have some of their strategies only, by number."""
        names = zip(self.strategies, kept, strict=True)
        chosen = np.ix_(range(len(self.players)), *kept)
        return replace(
            self,
            strategies=tuple(tuple(all_[s] for s in some) for all_, some in names),
            samples=self.samples[chosen],
        )

    def resampled(self, count: int, seed: int) -> Iterator[Floats]:
        """Give payoffs as other groups of worlds might have had them, in stacks.

        The bootstrap by clusters (Efron 1979; Field and Welsh 2007): groups are drawn with
        replacement, the same in all profiles.

        Args:
            count: resamples.
            seed: of the resampling.

        Yields:
            Stacks (n, N, S_1, …, S_N), `count` resamples in all.
        """
        for shares in resamples(self.weights, count, seed, self.payoffs.size):
            yield np.moveaxis(self.samples @ shares.T, -1, 0)


def resamples(weights: Floats, count: int, seed: int, size: int) -> Iterator[Floats]:
    """Give how much every group counts in each resample, (n, G), in stacks.

    Args:
        weights: (G,) worlds of every group.
        count: resamples in all.
        seed: of the resampling.
        size: numbers that each resample will make; limits how many come at once.
    """
    rng = np.random.default_rng(seed)
    groups = len(weights)
    step = max(1, _TOGETHER // max(size, groups))
    for start in range(0, count, step):
        times = rng.multinomial(groups, np.full(groups, 1 / groups), min(step, count - start))
        drawn = times * weights
        yield drawn / drawn.sum(axis=1, keepdims=True)


def standard_error(samples: Floats, weights: Floats) -> Floats:
    """Give the standard error of weighted means over the last axis, groups as clusters."""
    groups = len(weights)
    if groups < 2:
        return np.full(samples.shape[:-1], np.nan)
    shares = weights / weights.sum()
    apart = (samples - (samples @ shares)[..., None]) * shares
    error: Floats = np.sqrt((apart**2).sum(axis=-1) * groups / (groups - 1))
    return error


def ties(payoffs: Floats) -> Floats:
    """Give the difference below which a player's payoffs are the same, (N): rounding is no reason.

    Args:
        payoffs: (N, S_1, …, S_N); not a number where a profile was not played.
    """
    known = np.nan_to_num(np.abs(payoffs.reshape(len(payoffs), -1)))
    tie: Floats = TIE * known.max(axis=1, initial=0.0)
    return tie


def regrets(payoffs: Floats, players: int) -> Floats:
    """Give what every player could gain by leaving each profile alone.

    Args:
        payoffs: (…, N, S_1, …, S_N); profiles that were not played are not numbers, and nobody
            can leave for them.
        players: N.

    Returns:
        The same shape: the player's best payoff against what the others play, less its own.
    """
    out = np.empty_like(payoffs)
    for player in range(players):
        own = payoffs[_of(player, players)]
        known = np.where(np.isnan(own), -np.inf, own)
        out[_of(player, players)] = known.max(axis=player - players, keepdims=True) - own
    return out


def _of(player: int, players: int) -> tuple[Any, ...]:
    """Give the index of a player's table in (…, N, S_1, …, S_N)."""
    return (Ellipsis, player, *[slice(None)] * players)


def expected(payoffs: Floats, shares: Sequence[Floats]) -> list[Floats]:
    """Give what every strategy of every player is worth against the shares of the others.

    Args:
        payoffs: (N, S_1, …, S_N).
        shares: by player, (S_i) probabilities.

    Returns:
        By player, (S_i) expected payoffs.
    """
    players = len(payoffs)
    found = []
    for player in range(players):
        table = payoffs[player]
        for other in reversed(range(players)):
            if other != player:
                table = np.tensordot(table, shares[other], axes=(other, 0))
        found.append(table)
    return found

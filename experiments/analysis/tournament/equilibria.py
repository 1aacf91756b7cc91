"""Equilibria of a game: pure ones by looking, mixed ones by quantecon.

quantecon (MIT licence) is used because it handles any number of players: the vertices of
best-response polytopes for two, which give every equilibrium of a game without ties; the algorithm
of McLennan and Tourky (2006) for more, which finds one at a time, to a tolerance that is checked
here against the payoffs. Its linear programs tell which strategies are strictly dominated, also by
mixed ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.tournament.game import expected, regrets, ties
from experiments.analysis.tournament.replicator import even, replicator
from sim.config.shipped import install
from sim.errors import ConfigError

Floats = NDArray[np.float64]
Profile = tuple[int, ...]
Mixed = tuple[Floats, ...]

TOLERANCE = 1e-3
"""Regret that a computed mixed equilibrium may have, as a share of a player's range of payoffs."""

_MOST_VERTICES = 12
"""Strategies of a player up to which vertices are enumerated: seconds."""

_PIVOTS = 20_000
"""Iterations after which the algorithm of McLennan and Tourky gives up."""

_STARTS = 8
"""Starting points of that algorithm."""

_MOST_PROFILES = 64
"""Profiles of a game for more than two players up to which that algorithm takes seconds."""

_SUPPORT = 4
"""Strategies of a player that a larger game is cut down to."""

_LONG = 1000
"""Time over which strategies show how they fare, payoffs scaled to 0 to 1."""

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Elimination:
    """Strategies left when strictly dominated ones are taken away, again and again.

    Attributes:
        kept: by player, numbers of the strategies that are left.
        gone: (player, strategy, round) of the others, in the order in which they went.
    """

    kept: tuple[tuple[int, ...], ...]
    gone: tuple[tuple[int, int, int], ...]

    def round_of(self, player: int, strategy: int) -> int:
        """Give the round in which a strategy went; 0 if it is left."""
        return next((r for p, s, r in self.gone if (p, s) == (player, strategy)), 0)


def available() -> bool:
    """Tell whether quantecon is installed."""
    return find_spec("quantecon") is not None


def _quantecon() -> Any:
    if not available():
        raise ConfigError(
            "mixed equilibria and dominated strategies need quantecon; install it with: "
            f"{install('analysis')}"
        )
    from quantecon import game_theory

    return game_theory


def pure(payoffs: Floats) -> list[Profile]:
    """Give every profile that no player would leave alone.

    Args:
        payoffs: (N, S_1, …, S_N); not a number where a profile was not played. Leaving for a
            profile that was not played does not count.
    """
    lost = regrets(payoffs, len(payoffs))
    stays = np.all(lost <= _beside(ties(payoffs), payoffs), axis=0)
    return [tuple(int(s) for s in profile) for profile in np.argwhere(stays)]


def tried(payoffs: Floats) -> NDArray[np.bool_]:
    """Tell for every profile whether all that a player can leave it for was played.

    Of a game that was only sampled, a profile that nobody would leave and from which not all was
    tried is a candidate, and no equilibrium yet (Jordan, Vorobeychik and Wellman 2008).

    Returns:
        (S_1, …, S_N).
    """
    known = np.all(~np.isnan(payoffs), axis=0)
    every: NDArray[np.bool_] = known.copy()
    for axis in range(len(payoffs)):
        every = every & np.all(known, axis=axis, keepdims=True)
    return every


def undominated(payoffs: Floats) -> Elimination:
    """Take away strictly dominated strategies, pure or mixed dominance, until none is left.

    Args:
        payoffs: (N, S_1, …, S_N), every profile played.

    Raises:
        ConfigError: quantecon is not installed.
    """
    theory = _quantecon()
    kept = [list(range(size)) for size in payoffs.shape[1:]]
    gone: list[tuple[int, int, int]] = []
    for round in range(1, 1 + sum(payoffs.shape[1:])):
        game = theory.NormalFormGame(_last(payoffs[np.ix_(range(len(payoffs)), *kept)]))
        found = [sorted(player.dominated_actions()) for player in game.players]
        if not any(found):
            break
        for player, numbers in enumerate(found):
            gone += [(player, kept[player][n], round) for n in numbers]
            kept[player] = [s for n, s in enumerate(kept[player]) if n not in numbers]
    return Elimination(tuple(map(tuple, kept)), tuple(gone))


def mixed(payoffs: Floats, seed: int = 0) -> list[Mixed]:
    """Give mixed equilibria, pure ones left out.

    Two players: all of them, if the game is small and has no ties. More players: those that the
    algorithm of McLennan and Tourky reaches from the middle and from random mixtures; of a large
    game those among the strategies that fare best under replicator dynamics, which every strategy
    that is left out may challenge.

    Args:
        payoffs: (N, S_1, …, S_N), every profile played.
        seed: of the random mixtures.

    Returns:
        Shares of the strategies, (S_i) by player; every one has a regret of at most `TOLERANCE`
        of each player's range of payoffs.

    Raises:
        ConfigError: quantecon is not installed.
    """
    left = _fewer(payoffs, undominated(payoffs).kept)
    small = unit(payoffs[np.ix_(range(len(payoffs)), *left)])
    free = [n for n, size in enumerate(small.shape[1:]) if size > 1]
    if len(free) < 2:
        return []
    reduced = small[free].reshape(len(free), *(small.shape[1 + n] for n in free))
    found = _two(reduced) if len(free) == 2 else _many(reduced, seed)
    every = [_whole(shares, free, left, payoffs.shape[1:]) for shares in found]
    good = [shares for shares in every if largest_regret(unit(payoffs), shares) <= TOLERANCE]
    return _different([shares for shares in good if max(len(x[x > 0]) for x in shares) > 1])


def _fewer(payoffs: Floats, left: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Cut a large game of more than two players down to the strategies that fare best."""
    sizes = [len(kept) for kept in left]
    if sum(size > 1 for size in sizes) < 3 or np.prod(sizes) <= _MOST_PROFILES:
        return list(left)
    small = unit(payoffs[np.ix_(range(len(payoffs)), *left)])
    path = replicator(small, even(sizes), np.linspace(0, _LONG, _LONG))
    found = []
    for kept, shares in zip(left, path.shares, strict=True):
        best = np.argsort(-shares.mean(axis=0), kind="stable")[:_SUPPORT]
        found.append(tuple(kept[s] for s in sorted(best)))
    return found


def _two(payoffs: Floats) -> list[Mixed]:
    theory = _quantecon()
    game = theory.NormalFormGame(_last(payoffs))
    if max(payoffs.shape[1:]) <= _MOST_VERTICES:
        return list(theory.vertex_enumeration(game))
    return [theory.lemke_howson(game, init_pivot=n) for n in range(sum(payoffs.shape[1:]))]


def _many(payoffs: Floats, seed: int) -> list[Mixed]:
    theory, rng = _quantecon(), np.random.default_rng(seed)
    game = theory.NormalFormGame(_last(payoffs))
    starts: list[Mixed] = [tuple(np.full(size, 1 / size) for size in payoffs.shape[1:])]
    starts += [
        tuple(rng.dirichlet(np.ones(size)) for size in payoffs.shape[1:]) for _ in range(_STARTS)
    ]
    return [
        theory.mclennan_tourky(game, init=start, epsilon=TOLERANCE / 2, max_iter=_PIVOTS)
        for start in starts
    ]


def _last(payoffs: Floats) -> Floats:
    """Move the players to the last axis, as quantecon has them."""
    return np.ascontiguousarray(np.moveaxis(payoffs, 0, -1))


def unit(payoffs: Floats) -> Floats:
    """Scale every player's payoffs to 0 to 1, which leaves the equilibria alone."""
    axes = tuple(range(1, payoffs.ndim))
    low, high = payoffs.min(axis=axes, keepdims=True), payoffs.max(axis=axes, keepdims=True)
    apart = high - low > _beside(ties(payoffs), payoffs)
    scaled: Floats = np.where(apart, (payoffs - low) / np.where(apart, high - low, 1.0), 0.0)
    return scaled


def _beside(by_player: Floats, payoffs: Floats) -> Floats:
    """Give numbers of players, (N), the shape of their payoffs."""
    return by_player.reshape(-1, *[1] * (payoffs.ndim - 1))


def _whole(
    shares: Sequence[Floats], free: Sequence[int], left: Sequence[Sequence[int]], sizes: Profile
) -> Mixed:
    """Give shares of all strategies from those of the players and strategies that are left."""
    whole = [np.zeros(size) for size in sizes]
    for player, kept in enumerate(left):
        own = shares[free.index(player)] if player in free else np.ones(1)
        own = np.where(own < _ROUNDING, 0.0, own)
        whole[player][list(kept)] = own / own.sum()
    return tuple(whole)


def _different(found: Sequence[Mixed]) -> list[Mixed]:
    """Leave out what was found before, and put the rest in an order of its own."""
    different: list[Mixed] = []
    for shares in found:
        flat = np.concatenate(shares)
        if all(np.abs(flat - np.concatenate(other)).max() > TOLERANCE for other in different):
            different.append(shares)
    return sorted(different, key=lambda shares: tuple(np.concatenate(shares).round(6).tolist()))


def gains(payoffs: Floats, shares: Sequence[Floats]) -> Floats:
    """Give what every player could gain by leaving a mixed profile alone, (N)."""
    worth = expected(payoffs, shares)
    return np.array([w.max() - w @ x for w, x in zip(worth, shares, strict=True)])


def largest_regret(payoffs: Floats, shares: Sequence[Floats]) -> float:
    """Give the largest of `gains`."""
    return float(gains(payoffs, shares).max())


def symmetric(found: Sequence[Mixed]) -> list[Floats]:
    """Keep the equilibria in which all players do the same; give their shares."""
    return [
        shares[0]
        for shares in found
        if all(np.abs(shares[0] - other).max() <= TOLERANCE for other in shares)
    ]

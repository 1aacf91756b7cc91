"""Equilibria of a game: pure ones by looking, mixed ones by quantecon.

quantecon (MIT licence) is used because it handles any number of players: support enumeration for
two, which finds every equilibrium of a game without ties; the algorithm of McLennan and Tourky (2006)
for more, which finds one at a time, to a tolerance that is checked here against the payoffs. Its
linear programs tell which strategies are strictly dominated, also by mixed ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.tournament.game import expected, regrets
from sim.errors import ConfigError

Floats = NDArray[np.float64]
Profile = tuple[int, ...]
Mixed = tuple[Floats, ...]

TOLERANCE = 1e-3
"""Regret that a computed mixed equilibrium may have, as a share of a player's range of payoffs."""

_MOST_SUPPORTS = 12
"""Strategies of a player up to which supports are enumerated: seconds."""

_PIVOTS = 20_000
"""Iterations after which the algorithm of McLennan and Tourky gives up."""

_STARTS = 8
"""Starting points of that algorithm."""

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
            "pip install 'tariff-talks[analysis]'"
        )
    from quantecon import game_theory

    return game_theory


def pure(payoffs: Floats) -> list[Profile]:
    """Give every profile that no player would leave alone.

    Args:
        payoffs: (N, S_1, …, S_N); not a number where a profile was not played. Leaving for a
            profile that was not played does not count.
    """
    worst = regrets(payoffs, len(payoffs)).max(axis=0)
    return [tuple(int(s) for s in profile) for profile in np.argwhere(worst <= 0)]


def refuted(payoffs: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell for every profile whether leaving is better, and whether every leaving was tried.

    Returns:
        (S_1, …, S_N) each. A profile that is not refuted though all was tried is an equilibrium;
        one that is not refuted and where not all was tried is a candidate (Jordan, Vorobeychik and
        Wellman 2008).
    """
    players = len(payoffs)
    known = ~np.isnan(payoffs).any(axis=0)
    with np.errstate(invalid="ignore"):
        worse = (regrets(payoffs, players) > 0).any(axis=0) & known
    tried = known.copy()
    for axis in range(players):
        tried &= known.all(axis=axis, keepdims=True)
    return worse, tried


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
    algorithm of McLennan and Tourky reaches from the middle and from random mixtures.

    Args:
        payoffs: (N, S_1, …, S_N), every profile played.
        seed: of the random mixtures.

    Returns:
        Shares of the strategies, (S_i) by player; every one has a regret of at most `TOLERANCE`
        of each player's range of payoffs.

    Raises:
        ConfigError: quantecon is not installed.
    """
    left = undominated(payoffs).kept
    small = _unit(payoffs[np.ix_(range(len(payoffs)), *left)])
    free = [n for n, size in enumerate(small.shape[1:]) if size > 1]
    if len(free) < 2:
        return []
    reduced = small[free].reshape(len(free), *(small.shape[1 + n] for n in free))
    found = _two(reduced) if len(free) == 2 else _many(reduced, seed)
    every = [_whole(shares, free, left, payoffs.shape[1:]) for shares in found]
    good = [shares for shares in every if largest_regret(_unit(payoffs), shares) <= TOLERANCE]
    return _different([shares for shares in good if max(len(x[x > 0]) for x in shares) > 1])


def _two(payoffs: Floats) -> list[Mixed]:
    theory = _quantecon()
    game = theory.NormalFormGame(_last(payoffs))
    if max(payoffs.shape[1:]) <= _MOST_SUPPORTS:
        return list(theory.support_enumeration(game))
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


def _unit(payoffs: Floats) -> Floats:
    """Scale every player's payoffs to 0 to 1, which leaves the equilibria alone."""
    axes = tuple(range(1, payoffs.ndim))
    low, high = payoffs.min(axis=axes, keepdims=True), payoffs.max(axis=axes, keepdims=True)
    scaled: Floats = (payoffs - low) / np.where(high > low, high - low, 1.0)
    return scaled


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

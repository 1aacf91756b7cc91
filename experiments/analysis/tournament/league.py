"""How every strategy does against an even mix of what the others play, and how sure that is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.tournament.game import Game, regrets, resamples, standard_error, ties
from experiments.results.clustered import stretch

Floats = NDArray[np.float64]

LEVELS = (2.5, 97.5)
"""Percentiles of a bootstrap interval."""


def league(game: Game, count: int, seed: int) -> pd.DataFrame:
    """Rank the strategies of every player by their mean payoff over the profiles played.

    Args:
        game: the game.
        count: resamples of the bootstrap.
        seed: of the resampling.

    Returns:
        One row for each player and strategy, the best of each player first: player, strategy,
        number, rank, payoff, error (standard), low and high (95 %, bootstrap), first (share of
        resamples in which no other is better), regret (mean of what a better strategy would have
        paid more, profile by profile), largest_regret, profiles.
    """
    lost = regrets(game.payoffs, len(game.players))
    tables = [_of(game, player, lost[player], count, seed) for player in range(len(game.players))]
    return pd.concat(tables, ignore_index=True)


def _of(game: Game, player: int, lost: Floats, count: int, seed: int) -> pd.DataFrame:
    players = len(game.players)
    series = _mean(game.samples[player], player, players)
    drawn = _resampled(series, game.weights, count, seed)
    payoff = series @ (game.weights / game.weights.sum())
    low, high = interval(payoff, drawn, game.groups)
    number, tie = np.arange(len(payoff)), ties(game.payoffs)[player]
    table = pd.DataFrame(
        {
            "player": game.players[player],
            "strategy": game.strategies[player],
            "number": number,
            "rank": 1 + np.sum(payoff[None] > payoff[:, None] + tie, axis=1),
            "payoff": payoff,
            "error": standard_error(series, game.weights),
            "low": low,
            "high": high,
            "first": np.mean(drawn >= drawn.max(axis=1, keepdims=True) - tie, axis=0),
            "regret": _mean(lost, player, players),
            "largest_regret": np.nanmax(lost, axis=_others(player, players)),
            "profiles": game.played.sum(axis=_others(player, players)),
        }
    )
    return table.sort_values(["rank", "number"], ignore_index=True)


def interval(found: Floats, drawn: Floats, groups: int) -> tuple[Floats, Floats]:
    """Give the ends of bootstrap intervals (K) of what was found (K), from resamples (n, K).

    They are stretched about what was found, as there are so few groups; with a single one they are
    not numbers.
    """
    wider = float(stretch(groups))
    low, high = np.percentile(drawn, LEVELS, axis=0)
    return found + wider * (low - found), found + wider * (high - found)


def _others(player: int, players: int) -> tuple[int, ...]:
    return tuple(axis for axis in range(players) if axis != player)


def _mean(table: Floats, player: int, players: int) -> Floats:
    """Average a player's table over what the others play; profiles not played do not count."""
    means: Floats = np.nanmean(table, axis=_others(player, players))
    return means


def _resampled(series: Floats, weights: Floats, count: int, seed: int) -> Floats:
    """Give (count, S) means as other groups of worlds might have had them."""
    stacks = [series @ shares.T for shares in resamples(weights, count, seed, len(series))]
    return np.concatenate(stacks, axis=1).T


def tensor(game: Game, count: int, seed: int) -> pd.DataFrame:
    """Give what every profile pays everybody, and what each would gain by leaving it.

    Args:
        game, count, seed: as in `league`.

    Returns:
        One row for each profile played: a column with the strategy of every player, by its name;
        payoff.X, error.X (standard), low.X and high.X (bootstrap, 95 %), regret.X for every player
        X; regret (the largest), regret_low and regret_high; settled (share of resamples in which
        nobody gains by leaving).
    """
    played = [tuple(profile) for profile in game.profiles()]
    at = tuple(np.array(played).T)
    players = len(game.players)
    stack = np.concatenate(
        [_picked(np.array([game.payoffs]), at, players)]
        + [_picked(part, at, players) for part in game.resampled(count, seed)]
    )
    payoff, drawn = stack[0], stack[1:]
    table = pd.DataFrame([game.named(profile) for profile in played], columns=list(game.players))
    for n, name in enumerate(game.players):
        low, high = interval(payoff[0, n], drawn[:, 0, n], game.groups)
        table[f"payoff.{name}"] = payoff[0, n]
        table[f"error.{name}"] = game.errors[(n, *at)]
        table[f"low.{name}"], table[f"high.{name}"] = low, high
        table[f"regret.{name}"] = payoff[1, n]
    worst, tie = drawn[:, 1].max(axis=1), ties(game.payoffs)[:, None]
    table["regret"] = payoff[1].max(axis=0)
    low, high = interval(table["regret"].to_numpy(), worst, game.groups)
    table["regret_low"], table["regret_high"] = np.maximum(low, 0.0), high
    table["settled"] = np.mean(np.all(drawn[:, 1] <= tie, axis=1), axis=0)
    return table


def _picked(stack: Floats, at: Sequence[NDArray[np.int64]], players: int) -> Floats:
    """Give payoffs and regrets (n, 2, N, profiles) of the profiles played."""
    both = np.stack([stack, regrets(stack, players)], axis=1)
    index: tuple[Any, ...] = (slice(None), slice(None), slice(None), *at)
    picked: Floats = both[index]
    return picked

"""A tournament, analysed: league, profiles, equilibria, dynamics."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.tournament.alpha_rank import alpha_rank
from experiments.analysis.tournament.equilibria import (
    Elimination,
    Mixed,
    largest_regret,
    mixed,
    pure,
    tried,
    undominated,
    unit,
)
from experiments.analysis.tournament.game import Game, expected, ties
from experiments.analysis.tournament.league import league, tensor
from experiments.analysis.tournament.replicator import Path, Shares, even, replicator, spread

Floats = NDArray[np.float64]

RESAMPLES, STARTS = 1000, 50
"""Of the bootstrap; and random mixtures that replicator dynamics start from."""

_ALPHA = 10.0
"""How strongly payoffs select in α-rank, by a player's range of payoffs."""

_TIMES = np.concatenate([[0.0], np.geomspace(0.1, 2000, 120)])
"""Times of replicator dynamics, in units of one over the largest range of payoffs."""

_STILL = 1e-3
"""Change of a share over the last tenth of the time below which the dynamics have come to rest."""

_NOTABLE = 0.005
"""Shares below this are left out of tables."""

ANYTHING = "anything"
"""Stands for all strategies of a player who earns the same whatever it plays."""

_ALIKE = 1e-6
"""Difference of payoffs below which a player does not care; they grow too slowly to matter."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """What a tournament says.

    Attributes:
        game: the empirical game.
        league: as from `league`; of a complete game also dominated (round of elimination; 0 if
            left), equilibrium (largest share in an equilibrium that was found), replicator (share
            at the end of the dynamics from even shares), rest_regret (what the strategy earns less
            than the best one against the others at that end), alpha_rank (share of time).
        profiles: as from `tensor`.
        equilibria: one row for each equilibrium, player and strategy that it plays: equilibrium
            (number), kind (pure or mixed), player, strategy, share, payoff (of the player), regret
            (the largest of all players), settled (share of resamples in which a pure one is one).
        path: shares over time from even ones: time, player, strategy, share.
        ends: where random mixtures end: end (number), starts (of so many mixtures), player,
            strategy (`ANYTHING` of a player to whom all pay alike there), share.
        at_rest: whether the dynamics from even shares have come to rest.
    """

    game: Game
    league: pd.DataFrame
    profiles: pd.DataFrame
    equilibria: pd.DataFrame
    path: pd.DataFrame
    ends: pd.DataFrame
    at_rest: bool = True


def analyse(game: Game, count: int = RESAMPLES, seed: int = 0, starts: int = STARTS) -> Analysis:
    """Analyse an empirical game.

    Args:
        game: the game; its strategies are taken in the order of their names. Of one that was only
            sampled there are league and profiles, and as equilibria the profiles from which every
            leaving was tried.
        count: resamples of the bootstrap.
        seed: of resamples and random mixtures.
        starts: random mixtures.

    Raises:
        ConfigError: quantecon is not installed.
    """
    game = game.ordered()
    table, profiles = league(game, count, seed), tensor(game, count, seed)
    row = {profile: number for number, profile in enumerate(game.profiles())}
    every = tried(game.payoffs)
    pure_ones = profiles.iloc[[row[p] for p in pure(game.payoffs) if every[p]]]
    if not game.complete:
        settled = _pure(game, pure_ones)
        return Analysis(game, table, profiles, settled, pd.DataFrame(), pd.DataFrame())
    found = _mixed(game, mixed(game.payoffs, seed), len(pure_ones))
    parts = [part for part in (_pure(game, pure_ones), found) if len(part)]
    equilibria = pd.concat(parts, ignore_index=True) if parts else found
    path = _follow(game, even(game.shape))
    table = _with_dynamics(game, table, equilibria, path, undominated(game.payoffs))
    ends = _ends(game, [_follow(game, s).end for s in spread(game.shape, starts, seed)])
    return Analysis(game, table, profiles, equilibria, _long(game, path), ends, _rests(path))


def _pure(game: Game, rows: pd.DataFrame) -> pd.DataFrame:
    """Write pure equilibria out, player by player."""
    parts = [
        rows.reset_index(drop=True).assign(
            equilibrium=np.arange(len(rows)),
            kind="pure",
            player=player,
            strategy=rows[player].to_numpy(),
            share=1.0,
            payoff=rows[f"payoff.{player}"].to_numpy(),
        )
        for player in game.players
    ]
    table = pd.concat(parts, ignore_index=True)[_EQUILIBRIUM]
    return table.sort_values("equilibrium", kind="stable", ignore_index=True)


_EQUILIBRIUM = [
    "equilibrium", "kind", "player", "strategy", "share", "payoff", "regret", "settled",
]  # fmt: skip


def _mixed(game: Game, found: Sequence[Mixed], first: int) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for number, shares in enumerate(found, first):
        worth = expected(game.payoffs, shares)
        regret = largest_regret(game.payoffs, shares)
        for n, player in enumerate(game.players):
            common = {"equilibrium": number, "kind": "mixed", "player": player, "regret": regret}
            common |= {"payoff": float(worth[n] @ shares[n]), "settled": np.nan}
            rows += [common | row for row in _told(game, n, shares[n])]
    return pd.DataFrame(rows, columns=_EQUILIBRIUM)


def _told(game: Game, player: int, shares: Floats) -> list[dict[str, object]]:
    """Name the strategies of a mixture, the largest share first."""
    order = np.argsort(-shares, kind="stable")
    return [
        {"strategy": game.strategies[player][s], "share": float(shares[s])}
        for s in order.tolist()
        if shares[s] >= _NOTABLE
    ]


def _follow(game: Game, start: Shares) -> Path:
    """Follow the dynamics in units of payoff, long enough to come to rest if they do."""
    axes = tuple(range(1, game.payoffs.ndim))
    apart = np.ptp(game.payoffs, axis=axes)
    scale = float(np.where(apart > ties(game.payoffs), apart, 0.0).max()) or 1.0
    return replicator(game.payoffs, start, _TIMES / scale)


def _rests(path: Path) -> bool:
    late = path.times >= 0.9 * path.times[-1]
    before = int(np.argmax(late)) - 1
    return all(np.abs(table[before:] - table[-1]).max() < _STILL for table in path.shares)


def _with_dynamics(
    game: Game, table: pd.DataFrame, equilibria: pd.DataFrame, path: Path, gone: Elimination
) -> pd.DataFrame:
    """Add what equilibria and dynamics say of every strategy."""
    share = alpha_rank(unit(game.payoffs), _ALPHA)
    worth = expected(game.payoffs, path.end)
    largest = equilibria.groupby(["player", "strategy"])["share"].max()
    places = list(zip(table["player"], table["number"], strict=True))
    who = [(game.players.index(player), number) for player, number in places]
    keys = list(zip(table["player"], table["strategy"], strict=True))
    others = [tuple(k for k in range(len(game.players)) if k != n) for n in range(len(game.shape))]
    return table.assign(
        dominated=[gone.round_of(*place) for place in who],
        equilibrium=[float(largest.get(key, 0.0)) for key in keys],
        replicator=[path.end[n][s] for n, s in who],
        rest_regret=[worth[n].max() - worth[n][s] for n, s in who],
        alpha_rank=[share.sum(axis=others[n])[s] for n, s in who],
    )


def _long(game: Game, path: Path) -> pd.DataFrame:
    """Write shares over time as a table."""
    parts = []
    for n, player in enumerate(game.players):
        table = pd.DataFrame(path.shares[n], columns=list(game.strategies[n]))
        table = table.assign(time=path.times).melt("time", var_name="strategy", value_name="share")
        parts.append(table.assign(player=player)[["time", "player", "strategy", "share"]])
    return pd.concat(parts, ignore_index=True)


def _kind(game: Game, shares: Shares) -> tuple[object, ...]:
    """Round shares; those of a player to whom all strategies pay alike do not matter."""
    worth = expected(game.payoffs, shares)
    return tuple(
        ANYTHING if np.ptp(worth[n]) < _ALIKE else tuple(shares[n].round(1).tolist())
        for n in range(len(shares))
    )


def _ends(game: Game, found: Sequence[Shares]) -> pd.DataFrame:
    """Count the ends of the dynamics; those that round to the same shares are one."""
    kinds: dict[tuple[object, ...], list[Shares]] = {}
    for shares in found:
        kinds.setdefault(_kind(game, shares), []).append(shares)
    ordered = sorted(kinds.items(), key=lambda kind: len(kind[1]), reverse=True)
    rows = [
        {"end": number, "starts": len(same), "player": player, **row}
        for number, (kind, same) in enumerate(ordered)
        for n, player in enumerate(game.players)
        for row in (
            [{"strategy": ANYTHING, "share": 1.0}]
            if kind[n] == ANYTHING
            else _told(game, n, np.mean([shares[n] for shares in same], axis=0))
        )
    ]
    return pd.DataFrame(rows, columns=["end", "starts", "player", "strategy", "share"])

"""What a tournament says, as a text for a terminal."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.floors import BN, Floors
from experiments.analysis.tournament.shares import ANYTHING, Analysis
from experiments.design.sweep import percent
from experiments.results.words import Words

_NARROW = 78
"""Columns below which the league has fewer numbers."""

_NAME = 30
_ALIKE = 1e-6
"""Difference of payoffs that is none."""

_WHOLE = 1e-6
"""How far a share may be from one and still be all."""

_MOST, _NEAREST, _ENDS = 6, 3, 4
"""Equilibria, profiles that are nearly one, and ends of the dynamics that are told."""


def report(found: Analysis, naming: Words, width: int, floors: Floors | None = None) -> str:
    """Say what a tournament shows, in lines of at most `width` columns.

    Args:
        found: the analysis.
        naming: the words of the scenario.
        width: columns of the terminal.
        floors: gains by leaving a profile that are below them are none; no floors if not given.
    """
    wide = max(width, 40)
    parts = [
        _wrapped(_about(found, naming), wide),
        *("\n".join(_league(found, naming, player, wide)) for player in found.game.players),
        "\n".join(_wrapped(line, wide) for line in _equilibria(found, naming)),
        "\n".join(_wrapped(line, wide) for line in _nearly(found, naming, floors)),
        "\n".join(_wrapped(line, wide) for line in _dynamics(found, naming)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _wrapped(line: str, width: int) -> str:
    return "\n".join(wrap(line, width, subsequent_indent="    " if line.startswith("  ") else ""))


def _about(found: Analysis, naming: Words) -> str:
    game = found.game
    sizes = " x ".join(str(size) for size in game.shape)
    played, all_ = int(game.played.sum()), game.played.size
    share = "all" if played == all_ else f"{played:,} of {all_:,}, as sampled"
    what, again = ("draws", "draws")
    if game.one_draw:
        what, again = ("worlds of the one draw: other draws may differ", "worlds")
    return (
        f"{sizes} strategies, {share} profiles played; {int(game.weights.sum()):,} worlds each, in "
        f"{game.groups} independent groups ({what}). Payoffs: {naming.money}, against no "
        f"deal. ±: half of the 95 % interval, {again} drawn anew, the same in all profiles."
    )


def _league(found: Analysis, naming: Words, player: str, width: int) -> Iterator[str]:
    """Tell the strategies of a player, the best first."""
    game, table = found.game, found.league[found.league["player"] == player]
    wide = width >= _NARROW
    whole = "dominated" in table
    heads = ["payoff", "±"]
    heads += ["met"] if not game.complete else []
    heads += ["first", "regret"] if wide else []
    heads += ["at rest", "share"] if wide and whole else []
    name = min(_NAME, width - 8 * len(heads) - 2)
    against = "an even mix of the others" if game.complete else "what it met of the others"
    yield f"{naming.country(player)}, against {against}"
    yield f"  {'':{name}}" + _cells(heads)
    for row in table.to_dict("records"):
        numbers = [f"{row['payoff']:.2f}", f"{(row['high'] - row['low']) / 2:.2f}"]
        numbers += [] if game.complete else [f"{row['profiles']}"]
        if wide:
            numbers += [f"{percent(row['first'])} %", f"{row['regret']:.2f}"]
        if wide and whole:
            gone = f"out {row['dominated']}" if row["dominated"] else f"{row['rest_regret']:.2f}"
            numbers += [gone, f"{percent(row['replicator'])} %"]
        yield f"  {row['strategy']:{name}.{name}}" + _cells(numbers)


def _cells(words: Sequence[str]) -> str:
    return "".join(f"{word:>8}" for word in words)


def _equilibria(found: Analysis, naming: Words) -> Iterator[str]:
    table = found.equilibria
    pure, mixed = (
        int(table["equilibrium"][table["kind"] == kind].nunique()) for kind in ("pure", "mixed")
    )
    search = "" if found.game.complete else " (no profile was left for one that was not played)"
    yield f"Nash equilibria: {pure} pure{search}, {mixed} mixed found"
    kinds = _alike(table)
    for rows in kinds[:_MOST]:
        yield f"  {_profile(rows, found, naming)}{_surely(rows)}"
    if len(kinds) > _MOST:
        yield f"  and {len(kinds) - _MOST} more that pay otherwise, in the file"
    near = found.profiles[found.profiles["regret"] > 0].nsmallest(_NEAREST, "regret")
    if len(near) and not pure:
        yield "Nearest to a pure one, by what the most tempted would gain by leaving:"
        for row in near.to_dict("records"):
            yield f"  {_named(row, found, naming)}: {_between(row)}"


def _nearly(found: Analysis, naming: Words, floors: Floors | None) -> Iterator[str]:
    """Tell the profiles that nobody gains a floor by leaving, and how often each plays what."""
    if floors is None or floors.given:
        return
    least = {player: floors.floor(BN, "payoff", player) for player in found.game.players}
    stays = [found.profiles[f"regret.{player}"] < least[player] for player in found.game.players]
    near = found.profiles[np.logical_and.reduce(stays)]
    sizes = ", ".join(f"{naming.country(player)} {size:.2g}" for player, size in least.items())
    count = f"{len(near)} of {len(found.profiles)} profiles"
    yield f"Epsilon-equilibria, which nobody gains so much by leaving ({sizes} {BN}): {count}"
    for n, player in enumerate(found.game.players if len(near) else ()):
        chosen = list(near[player])
        times = {each: chosen.count(each) for each in found.game.strategies[n]}
        order = sorted(filter(times.__getitem__, times), key=times.__getitem__, reverse=True)
        said = ", ".join(f"{strategy} {times[strategy]}" for strategy in order)
        paid = near[f"payoff.{player}"]
        ends = dict.fromkeys(f"{end:.2f}" for end in (paid.min(), paid.max()))
        between = " to ".join(ends)
        yield f"  {naming.country(player)}, who gets {between}: {said}"


def _alike(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Put pure equilibria together that pay everybody the same; a mixed one stands alone."""
    kinds: dict[object, list[pd.DataFrame]] = {}
    for number, rows in table.groupby("equilibrium", sort=False):
        paid = tuple(rows.drop_duplicates("player")["payoff"].round(6))
        kinds.setdefault(paid if rows["kind"].iloc[0] == "pure" else number, []).append(rows)
    return [pd.concat(parts, ignore_index=True) for parts in kinds.values()]


def _profile(rows: pd.DataFrame, found: Analysis, naming: Words) -> str:
    """Say who plays what, and what it pays."""
    parts = []
    for player, size in zip(found.game.players, found.game.shape, strict=True):
        part = rows[rows["player"] == player]
        played = part.drop_duplicates("strategy")
        if rows["kind"].iloc[0] == "mixed":
            said = _shares(played)
        elif 1 < len(played) == size:
            said = ANYTHING
        else:
            said = " or ".join(played["strategy"])
        parts.append(f"{naming.country(player)}: {said} ({part['payoff'].iloc[0]:.2f})")
    return "; ".join(parts)


def _shares(rows: pd.DataFrame) -> str:
    return ", ".join(
        f"{strategy} {percent(share)} %" if share < 1 - _WHOLE else str(strategy)
        for strategy, share in zip(rows["strategy"], rows["share"], strict=True)
    )


def _surely(rows: pd.DataFrame) -> str:
    """Say how many profiles stand together, and how often they are equilibria when resampled."""
    if rows["kind"].iloc[0] == "mixed":
        return " – mixed"
    number = rows["equilibrium"].nunique()
    least, most = (percent(share) for share in (rows["settled"].min(), rows["settled"].max()))
    often = f"{least} %" if least == most else f"{least} to {most} %"
    many = f"{number} profiles that pay alike, each an equilibrium" if number > 1 else "one"
    return f" – {many} in {often} of resamples"


def _named(row: Mapping[Hashable, Any], found: Analysis, naming: Words) -> str:
    return "; ".join(f"{naming.country(p)}: {row[p]}" for p in found.game.players)


def _between(row: Mapping[Hashable, Any]) -> str:
    return f"{row['regret']:.3f} [{row['regret_low']:.3f}, {row['regret_high']:.3f}]"


def _dynamics(found: Analysis, naming: Words) -> Iterator[str]:
    if found.ends.empty:
        if not found.game.complete:
            yield "Mixed equilibria and dynamics need every profile; these were sampled."
        return
    last = found.path[found.path["time"] == found.path["time"].max()]
    how = "come to rest at" if found.at_rest else "keep moving, and are at the end at"
    mix = last[last["share"] > 0.005].sort_values("share", ascending=False, kind="stable")
    careless = found.league.groupby("player")["rest_regret"].max() < _ALIKE
    yield f"Replicator dynamics from even shares {how}"
    yield f"  {_mix(mix, found, naming, [p for p in found.game.players if careless[p]])}"
    total = int(found.ends.drop_duplicates("end")["starts"].sum())
    yield f"and from {total} random mixtures at"
    for _, rows in list(found.ends.groupby("end", sort=False))[:_ENDS]:
        yield f"  {int(rows['starts'].iloc[0])} x {_mix(rows, found, naming)}"
    more = found.ends["end"].nunique() - _ENDS
    if more > 0:
        yield f"  and {more} more places"


def _mix(rows: pd.DataFrame, found: Analysis, naming: Words, careless: Sequence[str] = ()) -> str:
    """Say the shares of every player; those of one to whom all pay alike do not matter."""
    parts = []
    for player in found.game.players:
        part = rows[rows["player"] == player]
        said = f"{ANYTHING}, all pay alike" if player in careless else _shares(part)
        parts.append(f"{naming.country(player)}: {said}")
    return "; ".join(parts)

"""The yardstick: the game of `experiments.commands.games` as a plain compiled loop over worlds.

What a programmer would write who needs this one negotiation and nothing else: alternating offers,
time-dependent strategies, no docket, no menus, no views, no record. Numba compiles it. Rankings
are sorted once for each draw of the payoffs, and a talk is two nested loops over rounds and sides
with a binary search and a scan of the band above the target. It plays the same worlds as the
engine, to the package and the round (`tests/benchmarks`), so that a ratio of the two compares like
with like.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim import Scenario
from sim.chance.luck import uniforms
from sim.scenario.scenario import Floats

Ints = NDArray[np.int64]

BAND, SLACK = 0.05, 2.0**-10
PACKAGE_BITS = 20
PACKAGE = (1 << PACKAGE_BITS) - 1


@njit(cache=False)
def _rank(values: Ints, none: int, keys: Ints) -> int:
    """Sort the packages worth no deal or more by value, then number; give how many there are."""
    count = 0
    for package in range(1, len(values)):
        if values[package] >= none:
            keys[count] = (values[package] << PACKAGE_BITS) | package
            count += 1
    keys[:count].sort()
    return count


@njit(cache=False)
def _first(keys: Ints, count: int, value: int) -> int:
    """Give the position of the first key worth a value or more."""
    low, high, wanted = 0, count, value << PACKAGE_BITS
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=False)
def _bits(word: int) -> int:
    """Count the bits of a 32-bit word."""
    word = word - ((word >> 1) & 0x55555555)
    word = (word & 0x33333333) + ((word >> 2) & 0x33333333)
    return (((word + (word >> 4)) & 0x0F0F0F0F) * 0x01010101 & 0xFFFFFFFF) >> 24


@njit(cache=False)
def _near(keys: Ints, count: int, low: int, high: int, standing: int, codes: Ints) -> int:
    """Give the package worth low to high with the fewest steps to another."""
    start = _first(keys, count, low)
    if start == count:
        return keys[_first(keys, count, keys[count - 1] >> PACKAGE_BITS)] & PACKAGE
    best, fewest = keys[start] & PACKAGE, 1 << 30
    if standing < 0:
        return best
    for position in range(start, count):
        if keys[position] >> PACKAGE_BITS > high:
            break
        package = keys[position] & PACKAGE
        steps = _bits(codes[package] ^ codes[standing])
        if steps < fewest:
            best, fewest = package, steps
    return best


@njit(cache=False)
def _talk(
    values: Ints,
    keys: Ints,
    counts: Ints,
    floor: Ints,
    span: Ints,
    none: Ints,
    first: int,
    given: Floats,
    codes: Ints,
    end: Ints,
) -> None:
    """Play one talk of one world; write package and round of the deal, or -1 and 0."""
    end[0], end[1] = -1, 0
    offers = np.full(2, -1, dtype=np.int64)
    for round in range(given.shape[1]):
        for half in range(2):
            side = first if half == 0 else 1 - first
            if counts[side] == 0:
                continue
            most = keys[side, counts[side] - 1] >> PACKAGE_BITS
            best = (most - floor[side]) / span[side]
            reservation = (none[side] - floor[side]) / span[side]
            target = best - (best - reservation) * given[side, round]
            low = int(np.ceil(target * span[side] + floor[side] - SLACK))
            high = int(np.floor((target + BAND) * span[side] + floor[side] + SLACK))
            standing = offers[1 - side]
            mine = _near(keys[side], counts[side], low, high, standing, codes)
            if standing >= 0 and values[side, standing] >= values[side, mine]:
                end[0], end[1] = standing, round + 1
                return
            offers[side] = mine


@njit(cache=False)
def _play(
    values: Any, none: Any, draw: Ints, first: Ints, given: Floats, codes: Ints, ends: Ints
) -> None:
    """Play every talk of every world, ends (T, W, 2); a new draw of the payoffs is ranked anew."""
    talks, size = values.shape[0], values.shape[3]
    keys = np.empty((talks, 2, size), dtype=np.int64)
    counts, floor, span = np.zeros((3, talks, 2), dtype=np.int64)
    ranked = -1
    for world in range(len(draw)):
        d = draw[world]
        if d != ranked:
            for talk in range(talks):
                for side in range(2):
                    row = values[talk, side, d]
                    counts[talk, side] = _rank(row, none[talk, side, d], keys[talk, side])
                    floor[talk, side] = row.min()
                    span[talk, side] = max(row.max() - row.min(), 1)
            ranked = d
        for talk in range(talks):
            _talk(
                values[talk, :, d], keys[talk], counts[talk], floor[talk], span[talk],
                none[talk, :, d], first[talk, world], given[talk, :, world], codes,
                ends[talk, world],
            )  # fmt: skip


@dataclass(frozen=True, eq=False)
class ScalarLoop:
    """A game of `experiments.commands.games`, laid out for the loop.

    Attributes:
        values: (T, 2, D, P) in steps of the seats' grids; none: (T, 2, D) of no deal.
        draw: (W,); first: (T, W) side that moves first.
        given: (T, 2, W, R) share of the way to no deal that a seat goes in each round.
        codes: (P,) as `Distance.codes`.
    """

    values: Ints
    none: Ints
    draw: Ints
    first: Ints
    given: Floats
    codes: Ints

    @classmethod
    def of(cls, game: Scenario, worlds: int, seed: int = 0) -> "ScalarLoop":
        """Lay out a game; strategies have to be time-dependent."""
        pairs = [_values(game, talk) for talk in range(len(game.talks))]
        return cls(
            values=np.array([values for values, _ in pairs]),
            none=np.array([none for _, none in pairs]),
            draw=(np.arange(worlds) // game.replications) % game.payoffs.draws,
            first=np.array([_first_movers(rules.name, worlds, seed) for rules in game.talks]),
            given=np.array([_given(game, talk, worlds, seed) for talk in range(len(game.talks))]),
            codes=np.asarray(game.talks[0].space.distance.codes, dtype=np.int64),
        )

    def play(self) -> Ints:
        """Play; give package and round of the deal (-1 and 0 without one), (T, W, 2)."""
        ends = np.empty((*self.first.shape, 2), dtype=np.int64)
        _play(self.values, self.none, self.draw, self.first, self.given, self.codes, ends)
        return ends


def _values(game: Scenario, talk: int) -> tuple[Any, Any]:
    payoffs, values, none = game.payoffs, [], []
    for country in (0, talk + 1):
        table = np.rint(payoffs.main[country][talk] / payoffs.grid(country, talk))
        values.append(table[:, 1:].astype(np.int64))
        none.append(table[:, 0].astype(np.int64))
    return values, none


def _first_movers(talk: str, worlds: int, seed: int) -> Any:
    return (uniforms(seed, talk, "first mover", worlds)[:, 0] < 0.5).astype(np.int64)


def _given(game: Scenario, talk: int, worlds: int, seed: int) -> Any:
    """Give the concession curves of both seats, (2, W, R); worlds share them if they can."""
    rules, rounds = game.talks[talk], game.calendar.rounds
    time = np.arange(rounds) / (rounds - 1)
    curves = []
    for country in (rules.hub, rules.partner):
        exponent: Any = game.strategies[country, rules.name].exponent
        if hasattr(exponent, "quantile"):
            luck = uniforms(seed, f"{country}:{rules.name}", "parameter exponent", worlds)
            exponent = exponent.quantile(luck[:, 0])[:, None]
        curves.append(np.broadcast_to(time ** (1 / exponent), (worlds, rounds)))
    return curves

"""Uncertain numbers that are drawn together, and how far the others are from being drawn apart.

In a Latin hypercube the draws of a number are put into another order, as Iman and Conover (1982)
do, so that ranks have the correlation that is wanted and every number keeps its values. Independent
draws have it in expectation, and draw d stays the same however many there are.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from sim.chance.spreads import Listed, Sampling, Spread, shares
from sim.config import ScenarioConfig
from sim.config.schema.sentences import unknown
from sim.economy.data.spec import EconomySpec, Floats
from sim.errors import ConfigError
from sim.scenario.uncertain.listing import Uncertain, uncertain, weighed

Stream = tuple[str, str]
Groups = tuple[tuple[str, float, tuple[Stream, ...]], ...]
"""Name, target and streams of what is drawn together."""

_FEWEST = 3
"""Draws of which a correlation is told."""

_WHERE = ("payoffs.weights.", "talks.")
"""Where numbers stand that can be drawn together."""


def drawn_of(
    config: ScenarioConfig, spread: Spread, seed: int, stream: Stream, draws: int
) -> Floats:
    """Draw a number, (D,), together with those that it goes with.

    Raises:
        ConfigError: what the config says of correlations does not fit.
    """
    sampling = config.payoffs.sampling
    groups = _groups(config)
    if draws > 1 and not isinstance(spread, Listed) and any(stream in g[2] for g in groups):
        return spread.quantile(_together(groups, seed, draws, sampling)[stream])
    return spread.sample(seed, *stream, draws, sampling)


def sampled(config: ScenarioConfig, number: Uncertain, seed: int, draws: int) -> Floats:
    """Draw an uncertain number, (D,); raises as `drawn_of`."""
    return drawn_of(config, number.spread, seed, number.stream, draws)


def correlations(config: ScenarioConfig, seed: int, spec: EconomySpec) -> dict[str, Any]:
    """Say how draws go together: as they were asked to, and by chance.

    Returns:
        For a manifest; `asked`: by name the target, and the lowest and the highest rank correlation
        drawn; `chance`: the largest one of two numbers that nobody asked for, among the draws of
        the weights and among the samples of the trade model.
    """
    groups, draws = _groups(config), config.payoffs.draws
    if not isinstance(draws, int):
        return {}
    columns: dict[str, Floats] = {}
    names: dict[Stream, str] = {}
    for number in uncertain(config):
        if number.path.startswith(_WHERE) and number.stream not in names:
            names[number.stream] = number.path
            columns[number.path] = sampled(config, number, seed, draws)
    ranks = _ranks(columns)
    asked, wanted = {}, set()
    for name, target, streams in groups:
        pairs = [(names[a], names[b]) for a, b in _pairs(streams) if a in names and b in names]
        wanted |= {frozenset(pair) for pair in pairs}
        if pairs and len(ranks.get(pairs[0][0], ())) >= _FEWEST:
            got = [_correlation(ranks[a], ranks[b]) for a, b in pairs]
            asked[name] = {"target": target, "lowest": min(got), "highest": max(got)}
    trade = {f"economy.sigma.{name}": sigma for name, sigma in spec.sigma.items()}
    trade |= {f"economy.pass_through.{name}": passed for name, passed in spec.passed.items()}
    shared = {
        frozenset((f"economy.sigma.{a}", f"economy.sigma.{b}"))
        for said in (config.economy.estimates.values() if config.economy else ())
        for a, b in _pairs(said)
    }
    chance = {"draws": _largest(ranks, wanted), "elasticities": _largest(_ranks(trade), shared)}
    return {"asked": asked, "chance": chance}


def _groups(config: ScenarioConfig) -> Groups:
    said = config.payoffs.correlations
    if not said:
        return ()
    every = {n.path: n for n in weighed(config) if n.path.startswith(_WHERE)}
    found = []
    for name, group in said.items():
        path = f"payoffs.correlations.{name}"
        for number in group.numbers:
            if number not in every:
                raise unknown(f"{path}.numbers", number, every, "uncertain number")
        together = tuple(dict.fromkeys(every[number].stream for number in group.numbers))
        if len(together) < 2:
            raise ConfigError(
                f"{path}.numbers: a correlation is one of two different numbers or more; a number "
                "that is said for several talks is one"
            )
        known = {every[n].stream for n in group.numbers if every[n].spread.known}
        found.append((name, group.target, tuple(s for s in together if s not in known)))
    return tuple(found)


def _pairs(names: tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    return ((a, b) for k, b in enumerate(names) for a in names[:k])


@lru_cache(maxsize=16)
def _together(groups: Groups, seed: int, draws: int, sampling: Sampling) -> Mapping[Stream, Floats]:
    """Draw the shares of the mass below all numbers that are drawn together, (D,) by stream."""
    streams = tuple(dict.fromkeys(stream for _, _, some in groups for stream in some))
    factor = _factor(groups, streams)
    apart = np.stack([shares(seed, *stream, draws, sampling) for stream in streams], axis=1)
    if sampling == "independent":
        columns = ndtr(ndtri(apart) @ factor.T)
    else:
        columns = _reordered(apart, factor)
    return dict(zip(streams, np.ascontiguousarray(columns.T), strict=True))


def _factor(groups: Groups, streams: tuple[Stream, ...]) -> Floats:
    """Give the lower triangular factor of the correlations of normal scores, (K, K)."""
    wanted = np.eye(len(streams))
    said: dict[frozenset[Stream], tuple[str, float]] = {}
    for name, target, some in groups:
        for a, b in _pairs(some):
            if said.setdefault(frozenset((a, b)), (name, target))[1] != target:
                other, there = said[frozenset((a, b))]
                raise ConfigError(
                    f"payoffs.correlations.{name}.target: {target:g}, and {other} says {there:g} "
                    "of the same two numbers; say it once"
                )
            i, j = streams.index(a), streams.index(b)
            wanted[i, j] = wanted[j, i] = 2 * np.sin(np.pi * target / 6)
    try:
        return np.linalg.cholesky(wanted).astype(np.float64)
    except np.linalg.LinAlgError:
        named = ", ".join(name for name, _, _ in groups)
        raise ConfigError(
            f"payoffs.correlations: no numbers have all of these correlations ({named}): what goes "
            "with two numbers that do not go together can do so only in part; lower a target, or "
            "say the missing pairs too"
        ) from None


def _reordered(apart: Floats, factor: Floats) -> Floats:
    """Put the rows of each column into an order with the correlations, (D, K); the first stays."""
    draws, numbers = apart.shape
    if draws <= numbers:
        raise ConfigError(
            f"payoffs.correlations: {numbers} numbers that are drawn together need more than "
            f"{numbers} draws, and payoffs.draws is {draws}; give more, or "
            "payoffs.sampling = 'independent'"
        )
    scores = ndtri((_order(apart) + 1) / (draws + 1))
    have = np.linalg.cholesky(np.corrcoef(scores, rowvar=False))
    wanted = scores @ np.linalg.solve(have, np.eye(numbers)).T @ factor.T
    found: Floats = np.take_along_axis(np.sort(apart, axis=0), _order(wanted), axis=0)
    return found


def _order(columns: Floats) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Give the ranks of each column, from 0."""
    order = np.argsort(columns, axis=0, kind="stable")
    return np.argsort(order, axis=0, kind="stable")


def _ranks(columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """Give the ranks of what is not the same in all draws."""
    return {
        name: _order(values[:, None])[:, 0].astype(np.float64)
        for name, values in columns.items()
        if len(values) >= _FEWEST and np.ptp(values) > 0
    }


def _correlation(one: Floats, other: Floats) -> float:
    return round(float(np.corrcoef(one, other)[0, 1]), 4)


def _largest(ranks: Mapping[str, Floats], left_out: set[frozenset[str]]) -> dict[str, Any]:
    """Give the largest rank correlation of two numbers, and which they are."""
    pairs = [pair for pair in _pairs(tuple(ranks)) if frozenset(pair) not in left_out]
    if not pairs:
        return {}
    found = {pair: _correlation(ranks[pair[0]], ranks[pair[1]]) for pair in pairs}
    most = max(pairs, key=lambda pair: abs(found[pair]))
    return {"correlation": found[most], "of": list(most)}

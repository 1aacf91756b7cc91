"""Beliefs about the other side's wishes, updated by Bayes' rule with every offer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.parts.additive import AdditiveModel, State, most_levels
from sim.strategies.parts.base import Floats, Ints

Beliefs = NDArray[np.float32]

_LAST_BITS = 4
"""Bits by which beliefs are rounded: products may differ in the last one."""

_UNEXPECTED = 1e-30
"""Probability density, up to a factor, below which numbers of 32 bits would soon be too coarse."""

_PEAKS = 3
"""Levels of an issue at which its worth may be believed to peak."""


def posterior(prior: Any, utility: Any, expected: Any, spread: Any) -> Any:
    """Update the probabilities of hypotheses about a bid's utility to the other side.

    P(h | b) is in proportion to P(h) exp(-(u_h(b) - expected)² / (2 spread²)). Where that is next
    to nothing for all of them exponents count from the largest, so that some hypothesis is left.

    Args:
        prior: (H, ...) probabilities.
        utility: (H, ...) of the bid under each hypothesis.
        expected: what the other side is expected to ask for by now.
        spread: standard deviation of its bids around that.
    """
    miss = utility - expected
    miss /= spread
    miss *= miss
    miss *= -0.5
    weight = np.exp(miss) * prior
    total = _sum(weight)
    if (total < _UNEXPECTED).any():
        with np.errstate(divide="ignore"):
            miss += np.log(prior)
        from_largest = np.exp(miss - miss.max(axis=0))
        weight = np.where(total < _UNEXPECTED, from_largest, weight)
        total = _sum(weight)
    weight /= total
    return weight


@dataclass(frozen=True)
class Bayesian(AdditiveModel):
    """Weighs hypotheses about the other side's weights and tastes by how well they fit its offers.

    For each issue: its weight is that of one of the ranks of the issues (2 rank / (n (n + 1))), and
    the worth of its levels rises, falls, or peaks at a level between, three at most; at first these
    three kinds are as likely. The other side is believed to ask at time t for packages worth
    1 - pace · t to itself, give or take a spread. Issues are updated one by one, the others at what
    they are expected to be.

    Source: Hindriks and Tykhonov (2008), Opponent modelling in automated multi-issue negotiation
    using Bayesian learning, Proceedings of AAMAS 2008, 331–338.

    Attributes:
        pace: utility that the other side is believed to give up by the deadline.
        spread: standard deviation of its offers around that, in utility.
        looks: packages that a search through the model looks at.
        floor: what no deal is believed to be worth to the other side.
    """

    pace: float | Drawn = number(0.5, least=0, most=1)
    spread: float | Drawn = number(0.25, least=1e-6)
    looks: int = number(32, least=1)
    floor: float | Drawn = number(0.0, least=0, most=1)

    def begin(self, view: View) -> State:
        """Believe in every rank and every kind of taste alike.

        `weight` is what `evidence` says of the ranks; before there is any they are alike.
        """
        shapes, taste = _shapes(view.space.shape)
        issues, worlds = len(shapes), len(view)
        return {
            "taste": np.broadcast_to(taste, (worlds, *taste.shape)),
            "weight": np.full((worlds, issues), 1 / issues, dtype=np.float32),
            "evidence": np.zeros((worlds, issues, 2), dtype=np.float32),
        }

    def learn(self, view: View, state: State, before: Ints, now: Ints, turn: int) -> State:
        """Update tastes and ranks, each with the other as expected so far."""
        taste, weight, evidence = (_inside(state[k]) for k in ("taste", "weight", "evidence"))
        bids, begins = _bids(view.space.shape)
        bid = bids.take((view.space.levels.take(now, axis=0) + begins).T, axis=1)
        worth = _sum(taste * bid)
        others = _sum(weight * worth) - weight * worth
        asked, spread = self._asked(view, turn), _single(view.of(self.spread))
        taste = posterior(taste, others + weight * bid, asked, spread)
        miss, slope = (others - asked) / spread, worth / spread
        evidence = evidence + np.stack([miss * slope, slope * slope / 2])
        weight = _weights(evidence)
        return {"taste": _rounded(taste).T, "weight": _rounded(weight).T, "evidence": evidence.T}

    def table(self, view: View, state: Mapping[str, NDArray[Any]]) -> Floats:
        """Give expected weights times expected worth."""
        shapes, _ = _shapes(view.space.shape)
        taste, weight = _inside(state["taste"]), _inside(state["weight"])
        expected = np.zeros((most_levels(view.space), *weight.shape), dtype=np.float32)
        for h in range(shapes.shape[1]):
            expected += taste[h] * shapes[:, h].T[:, :, None]
        expected *= weight
        return np.asarray(_rounded(expected).T.astype(np.float64, order="C"))

    def _asked(self, view: View, turn: int) -> Beliefs:
        """Give what the other side is believed to have asked for in a turn, (W,)."""
        time = turn / np.maximum(view.deadline - 1, 1)
        return _single(1 - view.of(self.pace) * np.minimum(time, 1))


@lru_cache(maxsize=16)
def _shapes(shape: tuple[int, ...]) -> tuple[Beliefs, Beliefs]:
    """Give how the worth of levels may run, (I, H, L), and how likely that is at first, (I, H)."""
    most = max(shape)
    hypotheses = [_runs(levels) for levels in shape]
    count = max(len(runs) for runs in hypotheses)
    shapes = np.zeros((len(shape), count, most), dtype=np.float32)
    prior = np.zeros((len(shape), count), dtype=np.float32)
    for issue, runs in enumerate(hypotheses):
        shapes[issue, : len(runs), : shape[issue]] = runs
        prior[issue, : min(len(runs), 2)] = 1
        prior[issue, 2 : len(runs)] = 1 / max(len(runs) - 2, 1)
    return shapes, prior / prior.sum(axis=1, keepdims=True)


@lru_cache(maxsize=16)
def _bids(shape: tuple[int, ...]) -> tuple[Beliefs, Ints]:
    """Give the worth of all levels of all issues, (H, I * L), and where each begins, (I,)."""
    shapes, _ = _shapes(shape)
    issues, hypotheses, most = shapes.shape
    return shapes.transpose(1, 0, 2).reshape(hypotheses, -1), np.arange(issues) * most


def _runs(levels: int) -> list[Floats]:
    """Give the runs of an issue: down from the first level, up to the last, a peak between."""
    if levels == 1:
        return [np.ones(1)]
    at = np.arange(levels) / (levels - 1)
    middle = at[1:-1]
    some = middle[np.linspace(0, len(middle) - 1, min(len(middle), _PEAKS)).astype(int)]
    return [1 - at, at, *(np.minimum(at / p, (1 - at) / (1 - p)) for p in some)]


@lru_cache(maxsize=16)
def _ranks(issues: int) -> Beliefs:
    """Give the weight of every rank, (R, 1, 1)."""
    return _single(2 * np.arange(1, issues + 1) / (issues * (issues + 1)))[:, None, None]


def _weights(evidence: Beliefs) -> Beliefs:
    """Give expected weights that add up to 1, (I, W), from what all bids say about ranks.

    If the issue has the weight w a bid is worth u + w v to the other side. So P(w | bids) is in
    proportion to exp(-w a - w² b), where a adds up (u - expected) v / spread² over the bids, and b
    v² / (2 spread²).

    Args:
        evidence: (2, I, W) a and b.
    """
    ranks = _ranks(evidence.shape[1])
    against = evidence[1] * ranks
    against += evidence[0]
    against *= ranks
    np.subtract(against.min(axis=0), against, out=against)
    likely = np.exp(against, out=against)
    weight = _sum(likely * ranks)
    weight /= _sum(likely)
    weight /= _sum(weight)
    return weight


def _sum(array: Beliefs) -> Beliefs:
    """Sum over the first, short axis: in order, one step for all worlds."""
    total: Beliefs = array[0].copy()
    for row in array[1:]:
        total += row
    return total


def _inside(array: Beliefs) -> Beliefs:
    """Turn the axes round, worlds last: long axes are fast inside."""
    return np.ascontiguousarray(array.T)


def _single(value: Any) -> Beliefs:
    return np.asarray(value, dtype=np.float32)


def _rounded(belief: Beliefs) -> Beliefs:
    """Round the last bits of numbers that are not negative, in place."""
    bits = belief.view(np.int32)
    bits += 1 << (_LAST_BITS - 1)
    bits &= -1 << _LAST_BITS
    return belief

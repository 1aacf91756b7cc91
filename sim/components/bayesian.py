"""Beliefs about the other side's wishes, updated by Bayes' rule with every offer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.components.additive import AdditiveModel, State, most_levels
from sim.components.base import Floats, Ints
from sim.draws import Drawn
from sim.parameters import number
from sim.view import View

_GRID = 2.0**24
"""Beliefs are rounded to whole parts of this: products may differ in their last bit."""


def posterior(
    prior: Floats, utility: Floats, expected: float | Floats, spread: float | Floats
) -> Floats:
    """Update the probabilities of hypotheses about a bid's utility to the other side.

    P(h | b) is in proportion to P(h) exp(-(u_h(b) - expected)² / (2 spread²)).

    Args:
        prior: (..., H) probabilities.
        utility: (..., H) of the bid under each hypothesis.
        expected: (..., 1), or a number: what the other side is expected to ask for by now.
        spread: standard deviation of its bids around that.
    """
    miss = (utility - expected) / spread
    weight: Floats = prior * np.exp(-0.5 * miss * miss)
    return weight / _sum(weight)[..., None]


@dataclass(frozen=True)
class Bayesian(AdditiveModel):
    """Weighs hypotheses about the other side's weights and tastes by how well they fit its offers.

    For each issue: its weight is that of one of the ranks of the issues (2 rank / (n (n + 1))), and
    the worth of its levels rises, falls, or peaks at a level between. The other side is believed
    to ask at time t for packages worth 1 - pace · t to itself, give or take a spread. Issues are
    updated one by one, the others at what they are expected to be.

    Source: Hindriks and Tykhonov (2008), Opponent modelling in automated multi-issue negotiation
    using Bayesian learning, Proceedings of AAMAS 2008, 331–338.

    Attributes:
        pace: utility that the other side is believed to give up by the deadline.
        spread: standard deviation of its offers around that, in utility.
        looks: packages that a search through the model looks at.
        floor: what no deal is believed to be worth to the other side.
    """

    pace: float | Drawn = number(0.5, least=0, most=1)
    spread: float | Drawn = number(0.25, above=0)
    looks: int = number(32, least=1)
    floor: float | Drawn = number(0.0, least=0, most=1)

    def begin(self, view: View) -> State:
        """Believe in every hypothesis alike."""
        shapes, there = _shapes(view.space.shape)
        issues = len(shapes)
        taste = there / there.sum(axis=1, keepdims=True)
        return {
            "taste": np.broadcast_to(taste, (len(view), *taste.shape)),
            "rank": np.full((len(view), issues, issues), 1 / issues),
        }

    def learn(self, view: View, state: State, before: Ints, now: Ints, turn: int) -> State:
        """Update tastes and ranks, each with the other as expected so far."""
        shapes, _ = _shapes(view.space.shape)
        issues = np.arange(len(shapes))
        levels = view.space.levels[now]
        taste, rank = state["taste"], state["rank"]
        weight = _weights(rank)
        bid = np.stack([shapes[i][:, levels[:, i]].T for i in issues], axis=1)
        worth = _sum(taste * bid)
        others = _sum(weight * worth)[:, None] - weight * worth
        asked = self._asked(view, turn)
        spread = np.asarray(view.of(self.spread)).reshape(-1, 1, 1)
        of_taste = others[:, :, None] + weight[:, :, None] * bid
        of_rank = others[:, :, None] + _ranks(len(shapes)) * worth[:, :, None]
        return {
            "taste": _rounded(posterior(taste, of_taste, asked, spread)),
            "rank": _rounded(posterior(rank, of_rank, asked, spread)),
        }

    def table(self, view: View, state: Mapping[str, NDArray[Any]]) -> Floats:
        """Give expected weights times expected worth."""
        shapes, _ = _shapes(view.space.shape)
        expected = np.zeros((len(view), len(shapes), most_levels(view.space)))
        for h in range(shapes.shape[1]):
            expected += state["taste"][:, :, h, None] * shapes[:, h, :]
        return _rounded(expected * _weights(state["rank"])[:, :, None])

    def _asked(self, view: View, turn: int) -> Floats:
        """Give what the other side is believed to have asked for in a turn, (W, 1, 1)."""
        time = turn / np.maximum(view.deadline - 1, 1)
        return np.asarray(1 - view.of(self.pace) * np.minimum(time, 1)).reshape(-1, 1, 1)


@lru_cache(maxsize=16)
def _shapes(shape: tuple[int, ...]) -> tuple[Floats, NDArray[np.bool_]]:
    """Give how the worth of levels may run, (I, H, L), and which of the H an issue has, (I, H)."""
    most = max(shape)
    hypotheses = [_runs(levels) for levels in shape]
    count = max(len(runs) for runs in hypotheses)
    shapes, there = np.zeros((len(shape), count, most)), np.zeros((len(shape), count), dtype=bool)
    for issue, runs in enumerate(hypotheses):
        shapes[issue, : len(runs), : shape[issue]] = runs
        there[issue, : len(runs)] = True
    return shapes, there


def _runs(levels: int) -> list[Floats]:
    """Give the runs of an issue: down from the first level, up to the last, a peak between."""
    if levels == 1:
        return [np.ones(1)]
    at = np.arange(levels) / (levels - 1)
    peaks = [np.minimum(at / p, (1 - at) / (1 - p)) for p in at[1:-1]]
    return [1 - at, at, *peaks]


def _ranks(issues: int) -> Floats:
    """Give the weight of every rank, (I,)."""
    return 2 * np.arange(1, issues + 1) / (issues * (issues + 1))


def _weights(rank: Floats) -> Floats:
    """Give expected weights that add up to 1, (W, I)."""
    weight = _sum(rank * _ranks(rank.shape[2]))
    return weight / _sum(weight)[:, None]


def _sum(array: Floats) -> Floats:
    """Sum over the last, short axis: in order, one step for all worlds."""
    total = array[..., 0].copy()
    for k in range(1, array.shape[-1]):
        total += array[..., k]
    return total


def _rounded(belief: Floats) -> Floats:
    rounded: Floats = np.rint(belief * _GRID) / _GRID
    return rounded

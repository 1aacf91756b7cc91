"""Intervals by bootstrap hold what they should, also where there are few draws or trajectories."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.sensitivity.answers import Answers
from experiments.analysis.sensitivity.indices import indices
from experiments.analysis.tournament.game import Game
from experiments.analysis.tournament.league import league, tensor
from experiments.backtest.crps import crps
from experiments.backtest.scores import _model
from experiments.design.config import DesignConfig
from experiments.design.samples import SAMPLES
from experiments.results.intervals import Quantity

FEW = pytest.mark.parametrize("draws", [4, 10, 50])


@FEW
@pytest.mark.slow
def test_what_strategies_get_and_profiles_tempt_to_is_covered(draws):
    """With the percentiles of resamples alone it was 78 % of payoffs with four draws."""
    luck = np.random.default_rng(3)
    true = np.array([[[2.0, 0], [3, 1]], [[2, 3], [0, 1]]])
    tempted = np.max([true[0].max(axis=0) - true[0], (true[1].max(axis=1) - true[1].T).T], axis=0)
    payoffs, regrets = [], []
    for seed in range(200):
        common, own = 2 * luck.normal(size=draws), luck.normal(size=(2, 2, 2, draws))
        game = Game(("a", "b"), (("0", "1"),) * 2, true[..., None] + common + own, np.ones(draws))
        for row in league(game, 400, seed).to_dict("records"):
            n = game.players.index(row["player"])
            payoffs.append(row["low"] <= true[n].take(row["number"], axis=n).mean() <= row["high"])
        for row in tensor(game, 400, seed).to_dict("records"):
            regret = tempted[int(row["a"]), int(row["b"])]
            regrets.append(row["regret_low"] <= regret <= row["regret_high"])
    assert 0.91 < np.mean(payoffs) < 0.99
    assert 0.91 < np.mean(regrets) < 0.99


class Number:
    """A number of every world that came out as 0.7."""

    talk, name, family, observed, is_event = "east", "rate", "rates", 0.7, False

    def values(self, ends, patterns):
        return ends.values


@FEW
def test_scores_are_covered(draws):
    """With the percentiles of resamples alone it was 76 % with four draws."""
    luck = np.random.default_rng(3)
    large = np.sort(luck.normal(size=4000) * np.sqrt(2))
    true = float(crps(large, np.ones(len(large)), Number.observed))
    held = []
    for _ in range(200):
        values = (luck.normal(size=(draws, 1)) + luck.normal(size=(draws, 5))).ravel()
        ends = SimpleNamespace(draw=np.arange(draws).repeat(5), values=values)
        ((row, _),) = _model("model", [Number()], ends, {})
        held.append(row["low"] <= true <= row["high"])
    assert 0.9 < np.mean(held) < 0.99


def test_a_score_of_one_world_has_no_interval():
    ends = SimpleNamespace(draw=np.zeros(1, dtype=int), values=np.array([2.0]))
    ((row, _),) = _model("model", [Number()], ends, {})
    assert row["score"] == pytest.approx(1.3)
    assert np.isnan([row["low"], row["high"]]).all()


@pytest.mark.parametrize("trajectories", [8, 32])
def test_strengths_are_covered(trajectories):
    """With the bootstrap of SALib as it is it was 86 % with eight trajectories."""
    deals = Quantity("deals", "share of worlds with a deal", "", share=True, by_talk=True)
    paths, held = ["a", "b", "c"], []
    grid = np.array([0, 1, 2, 3]) / 3
    for seed in range(200):
        design = DesignConfig(uncertainties="morris", points=trajectories, seed=seed)
        unit = SAMPLES["morris"](3, trajectories, seed)
        values = unit[:, 0] * (0.2 + unit[:, 1] ** 2) + unit[:, 2]
        rows = pd.DataFrame({"cell": range(len(unit)), "world": 0, "draw": 0, "value": values})
        plan = SimpleNamespace(config=SimpleNamespace(design=design))
        table = indices(Answers(plan, deals, "east", rows, pd.DataFrame(unit, columns=paths)))
        last = table[(table["size"] == trajectories) & (table["index"] == "strength")]
        row = last.set_index("path").loc["a"]
        held.append(row["low"] <= np.mean(0.2 + grid**2) <= row["high"])
    assert 0.9 < np.mean(held) < 0.99

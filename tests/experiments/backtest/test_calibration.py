"""Calibration finds what moved the outcomes, and nothing else."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_1samp

from experiments.backtest.calibration import (
    PatternMatch,
    acceptance,
    calibrate,
    effective_patterns,
    effective_size,
)
from experiments.backtest.marginals import holm, identified, marginals, ranked
from experiments.commands.calibrate import summary
from experiments.runs.run import run
from sim.errors import ConfigError
from tests.experiments.small import load

DRAWS, EACH = 400, 5


def label(name):
    return SimpleNamespace(label=name)


@pytest.fixture(scope="module")
def toy():
    """Worlds that show the first pattern the more often, the higher `pull` is.

    The second shows in half of the worlds, whatever was drawn; `idle` does nothing.
    """
    luck = np.random.default_rng(7)
    numbers = pd.DataFrame({"pull": luck.random(DRAWS), "idle": luck.random(DRAWS)})
    draw = np.repeat(np.arange(DRAWS), EACH)
    shown = luck.random(DRAWS * EACH) < numbers["pull"].to_numpy()[draw] ** 3
    coin = luck.random(DRAWS * EACH) < 0.5
    behaviour = pd.DataFrame({"pace": np.where(coin, 0.6, 0.4) + 0.1 * luck.random(DRAWS * EACH)})
    return PatternMatch(
        patterns={"pulled": label("pulled"), "coin": label("")},
        holds=np.stack([shown, coin], axis=1),
        world=np.arange(DRAWS * EACH),
        draw=draw,
        numbers=numbers,
        behaviour=behaviour,
        missed=0,
    )


def test_a_known_direction_is_recovered(toy):
    """Of a share of p^3, worlds that show it have p of density 4 p^3: mean 4/5, median 0.84."""
    moved = marginals(toy, 1).set_index("number")
    pull = moved.loc["pull"]
    assert pull["posterior 50 %"] == pytest.approx(0.5**0.25, abs=0.03)
    assert pull["sd ratio"] == pytest.approx(np.sqrt(4 / 6 - 16 / 25) * np.sqrt(12), abs=0.08)
    assert pull["p holm"] < 0.01
    assert moved.loc["pace", "p holm"] < 0.01
    assert moved.loc["idle", "p"] > 0.05
    assert moved.loc["idle", "sd ratio"] == pytest.approx(1, abs=0.1)
    assert toy.posterior()["pull"].mean() == pytest.approx(0.8, abs=0.03)


def test_the_posterior_has_a_row_for_every_accepted_world(toy):
    both = toy.holds.all(axis=1)
    rows = toy.posterior()
    assert len(rows) == both.sum() == toy.counts.sum()
    assert rows["pull"].tolist() == toy.numbers["pull"].to_numpy()[toy.draw[both]].tolist()


def test_more_worlds_are_accepted_if_some_may_miss(toy):
    lenient = replace(toy, missed=1)
    assert lenient.accepted.sum() == toy.holds.any(axis=1).sum()
    table = acceptance(lenient)
    assert table["label"].tolist() == ["pulled", "coin", "all but 1 or fewer"]
    assert table["share"].iloc[-1] == toy.holds.any(axis=1).mean()
    for found, what in ((lenient, "miss at most 1 of the 2 patterns of what"), (toy, "show what")):
        said = next(summary(found, pd.DataFrame(), Path("posterior.parquet")))
        start = f"{found.accepted.sum()} of {len(found.accepted):,} worlds"
        assert said.startswith(f"{start} {what} happened. ")


def test_how_often_each_pattern_shows(toy):
    table = acceptance(toy).set_index("pattern")
    pulled, coin = toy.holds.T
    assert table.loc["pulled", "share"] == pytest.approx(pulled.mean())
    assert table.loc["pulled", "of others"] == pytest.approx(pulled[coin].mean())
    assert table.loc["all", "low"] < (pulled & coin).mean() < table.loc["all", "high"]


def test_how_much_draws_and_patterns_are_worth(toy):
    assert effective_size(np.array([3, 3, 3, 0])) == 3
    assert effective_size(np.array([1.0, 0, 0])) == 1
    assert effective_size(np.zeros(3)) == 0
    assert effective_patterns(toy.holds) == pytest.approx(2, abs=0.01)
    twice = np.repeat(toy.holds[:, :1], 2, axis=1)
    assert effective_patterns(twice) == pytest.approx(1)
    always = np.ones((len(toy.holds), 1), dtype=bool)
    assert effective_patterns(np.hstack([twice, always])) == pytest.approx(1)
    assert effective_patterns(always) == 0
    moved = marginals(toy, 1)
    gone = 1 - moved.set_index("number")["sd ratio"] ** 2
    assert identified(moved) == pytest.approx(gone.sum())


def test_the_distance_is_that_of_kolmogorov_and_smirnov(toy):
    pull = marginals(toy, 1).set_index("number").loc["pull"]
    prior = np.sort(toy.numbers["pull"])
    exact = ks_1samp(
        toy.posterior()["pull"], lambda x: np.searchsorted(prior, x, side="right") / len(prior)
    )
    assert pull["distance"] == pytest.approx(exact.statistic, abs=0.01)


def test_corrected_p_values_and_ranks():
    assert holm(np.array([0.01, 0.04, 0.03])).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert ranked(np.array([5.0, 1.0, 5.0, 9.0])).tolist() == [0.5, 0.125, 0.5, 0.875]


# --- On worlds that were played ------------------------------------------------------------------

MORE = """
draws = 60
replications = 2
[overrides]
"positions.hub" = "all"
"strategies.hub" = { name = "boulware", exponent = 0.5 }
"payoffs.weights.hub.outside" = { low = 0.0, central = 2.0, high = 6.0 }
[patterns.east_signs]
kind = "bunched"
days = 1000
talks = ["east"]
"""


def played(folder, more=MORE, **changes):
    plan = load(folder, more, worlds=240, **changes)
    return run(plan, folder / "out").store.outcomes(), plan


def test_a_hub_that_signs_has_no_good_alternative(tmp_path):
    frame, plan = played(tmp_path)
    found = calibrate(frame, plan)
    outside = "payoffs.weights.hub.outside"
    assert 0 < found.accepted.sum() < 240
    assert found.posterior()[outside].max() < found.numbers[outside].median()
    signed = frame[frame["talk"] == "east"].set_index("world")["status"] == "deal"
    assert signed[found.accepted].all()


def test_cells_are_pooled_unless_they_draw_other_numbers(tmp_path):
    sweep = MORE + '[sweep]\n"rules.period" = [1, 2]\n'
    frame, plan = played(tmp_path, sweep)
    pooled = calibrate(frame, plan)
    assert len(pooled.accepted) == 480
    alone = calibrate(frame[frame["cell"] == 0], plan)
    assert pooled.accepted[:240].tolist() == alone.accepted.tolist()
    drawn = MORE + '[[cells]]\n"payoffs.weights.hub.outside" = 0\n[[cells]]\n'
    drawn += '"payoffs.weights.hub.outside" = { low = 0, central = 1, high = 2 }\n'
    frame, plan = played(tmp_path, drawn)
    with pytest.raises(ConfigError, match=r"^cell 1: draws other numbers than the first cell; "):
        calibrate(frame, plan)


def test_without_patterns(tmp_path):
    frame, plan = played(tmp_path, MORE[: MORE.index("[patterns")])
    with pytest.raises(ConfigError, match=r"^patterns: missing; give what happened"):
        calibrate(frame, plan)

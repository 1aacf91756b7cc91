"""What "computed to ±" covers: ensembles of a known mean, 2,000 of each size."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.effect import effect

ENSEMBLES, WORLDS, MEAN, LOST = 2_000, 2, 0.7, 0.4
"""Ensembles of each size; worlds of a draw; what a world gains in the mean; share of lost deals."""


def ensembles(draws, seed, lost=LOST):
    """Give fake ensembles, each under a number of its own, with and without the rule.

    Payoffs of a world differ by draw and by luck, and so does what the rule adds to them;
    how often it costs the deal differs by draw, and is `lost` in the mean.
    """
    luck = np.random.default_rng(seed)
    shape = (ENSEMBLES, draws, WORLDS)
    before = 3 + luck.normal(size=(*shape[:2], 1)) + luck.normal(size=shape)
    gain = MEAN + 0.5 * luck.normal(size=(*shape[:2], 1)) + 0.8 * luck.normal(size=shape)
    lost = luck.random(shape) < luck.beta(5 * lost, 5 * (1 - lost), size=(*shape[:2], 1))
    number, draw, world = (axis.ravel() for axis in np.indices(shape))
    common = {"ensemble": number, "world": draw * WORLDS + world, "draw": draw, "talk": "east"}
    parts = [
        pd.DataFrame(
            {
                "cell": cell,
                "rules.review": label,
                **common,
                "status": np.where(gone.ravel(), "expired", "deal"),
                "round": 1.0,
                "payoff.east": values.ravel(),
            }
        )
        for cell, (label, values, gone) in enumerate(
            (("none", before, np.zeros(shape, bool)), ("all", before + gain, lost))
        )
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("draws", [4, 10, 50, 250])
@pytest.mark.one_in(3)
def test_of_a_hundred_numbers_93_to_97_lie_within_what_they_are_computed_to(draws):
    frame = ensembles(draws, seed=draws)
    assert 0.93 <= covered(frame, "payoff.east", MEAN) <= 0.97
    most = 0.97 if draws > 4 else 1.0  # if the worlds of a draw are alike, 4 show none in 13 %
    assert 0.93 <= covered(frame, "deals", -100 * LOST) <= most


@pytest.mark.parametrize(
    ("lost", "draws", "least", "most"),
    [(0.2, 6, 0.99, 1), (0.2, 20, 0.93, 0.97), (0.1, 4, 0.99, 1), (0.1, 20, 0.92, 0.97),
     (0.1, 50, 0.92, 0.97), (0.05, 50, 0.93, 0.97), (0.05, 250, 0.93, 0.97), (0.02, 20, 0.99, 1)],
)  # fmt: skip
@pytest.mark.one_in(3)
def test_what_is_rare_is_covered_too(lost, draws, least, most):
    """The numbers of docs/experiments.md: more than 97 % only where no draw may show it at all."""
    frame = ensembles(draws, draws, lost)
    assert least <= covered(frame, "deals", -100 * lost) <= most


def covered(frame, quantity, mean):
    """Give the share of ensembles whose difference lies within what it is computed to."""
    assert frame["ensemble"].nunique() == ENSEMBLES
    table = effect(frame, "rules.review", "none", "all", quantities=[quantity])
    assert len(table) == ENSEMBLES
    assert set(table["draws"]) == {frame["draw"].nunique()}
    return ((table["difference"] - mean).abs() <= table["error"] + 1e-9).mean()


def test_more_draws_shrink_what_is_computed_and_not_the_band():
    few, many = (
        effect(ensembles(d, 0), "rules.review", "none", "all", quantities=["payoff.east"])
        for d in (25, 100)
    )
    assert many["error"].mean() == pytest.approx(few["error"].mean() / 2, rel=0.05)
    width = [(table["p95"] - table["p5"]).mean() for table in (few, many)]
    assert width[1] == pytest.approx(width[0], rel=0.03)
    spread = np.sqrt(0.5**2 + 0.8**2 / WORLDS)
    assert width[1] == pytest.approx(2 * 1.645 * spread, rel=0.03)

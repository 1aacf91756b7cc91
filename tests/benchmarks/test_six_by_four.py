"""The sweep of `benchmarks/six_by_four.toml` is the game of `tariff-talks bench`."""

from pathlib import Path

import numpy as np
from numpy.testing import assert_allclose

from experiments.commands.games import game
from experiments.design.plan import Plan

CONFIG = Path(__file__).parents[2] / "benchmarks" / "six_by_four.toml"
ROUNDED = 6 * 0.5e-4
"""Six issues, each rounded to four digits."""


def test_every_cell_is_the_game_of_the_bench() -> None:
    plan, named = Plan.load(CONFIG), game()
    assert len(plan.cells) == 9
    first = np.zeros(2, int)
    for swept in map(plan.game, plan.cells):
        assert swept.calendar.rounds == named.calendar.rounds
        for k, (talk, model) in enumerate(zip(swept.talks, named.talks, strict=True)):
            assert (talk.scope, tuple(talk.review)) == (model.scope, tuple(model.review))
            assert talk.space.size == model.space.size
            for package in range(0, talk.space.size, 97):
                signed = [np.full(2, -1), np.full(2, -1)]
                signed[k] = np.full(2, package)
                expected = named.payoffs.payoff(first, signed)
                assert_allclose(swept.payoffs.payoff(first, signed), expected, atol=ROUNDED)

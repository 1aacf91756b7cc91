"""The yardstick plays the same worlds as the engine: a ratio compares like with like."""

import numpy as np
import pytest

from experiments.commands.games import game
from sim import negotiate
from sim.chance.spreads import Drawn
from sim.strategies import BUILT_IN

pytest.importorskip("numba", reason="needs the extra benchmark")

LATE = BUILT_IN["boulware"](Drawn("uniform", (0.1, 1.0)))


@pytest.mark.parametrize(
    ("strategy", "draws", "replications"),
    [(None, 1, 1 << 40), (LATE, 1, 1 << 40), (None, 4, 5), (LATE, 20, 1)],
)
def test_the_loop_and_the_engine_end_in_the_same_deals(strategy, draws, replications):
    from benchmarks.scalar_loop import ScalarLoop

    played = game(strategy, draws=draws, replications=replications)
    ends = ScalarLoop.of(played, 20).play()
    record = negotiate(played, 20)
    for talk, end in zip(record.talks, ends, strict=True):
        deals = talk.package >= 0
        assert deals.any()
        assert talk.package.tolist() == end[:, 0].tolist()
        assert np.where(deals, talk.ended_in, 0).tolist() == end[:, 1].tolist()

"""The Mesa model by the book plays the same worlds as the engine."""

import pytest

from benchmarks.by_the_book import Book
from experiments.commands.games import game
from sim import negotiate
from sim.chance.spreads import Drawn
from sim.strategies import BUILT_IN

LATE = BUILT_IN["boulware"](Drawn("uniform", (0.1, 1.0)))


@pytest.mark.parametrize(
    ("strategy", "draws", "replications"), [(None, 1, 1 << 40), (LATE, 4, 3), (None, 12, 1)]
)
def test_the_model_by_the_book_and_the_engine_end_in_the_same_deals(strategy, draws, replications):
    played, worlds = game(strategy, draws=draws, replications=replications), 12
    rows = Book(played, worlds).play()
    assert [row["world"] for row in rows] == list(range(worlds))
    for t, talk in enumerate(negotiate(played, worlds).talks):
        ends = [row[f"talk {t}"] for row in rows]
        assert any(package >= 0 for package, _ in ends)
        assert talk.package.tolist() == [package for package, _ in ends]
        assert [e if p >= 0 else 0 for p, e in zip(talk.package, talk.ended_in, strict=True)] == [
            round for _, round in ends
        ]

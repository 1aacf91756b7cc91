"""A Python user plays a config, reads the results and draws them, without the shell."""

from pathlib import Path

import pytest

from experiments import Plan, Results, figure, show
from sim.errors import TariffTalksError
from tests.experiments.small import SWEEP, write


def test_a_plan_is_played_read_and_drawn(tmp_path: Path) -> None:
    plan = Plan.load(write(tmp_path, SWEEP), {"worlds": 6})
    results = plan.run(tmp_path / "results")
    assert isinstance(results, Results)
    assert len(results.frame) == 6 * 2 * len(plan.cells)
    numbers, drawn = figure(results, "status")
    assert len(numbers)
    assert drawn.axes
    again = plan.run(tmp_path / "results")
    assert again.frame.equals(results.frame)


def test_workers_give_the_same(tmp_path: Path) -> None:
    plan = Plan.load(write(tmp_path, SWEEP), {"worlds": 6})
    assert plan.run(tmp_path / "one").frame.equals(plan.run(tmp_path / "two", workers=2).frame)


def test_a_talk_is_shown_as_the_command_shows_it(tmp_path: Path) -> None:
    plan = Plan.load(write(tmp_path, SWEEP), {"worlds": 6})
    assert "Round 1" in show(plan.game(plan.cells[0]), world=0, seed=1)


def test_that_every_cell_failed_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(
        "from dataclasses import dataclass\nfrom sim import Strategy\n\n"
        "@dataclass(frozen=True)\nclass Wrong(Strategy):\n"
        "    def propose(self, view):\n        return 1 / 0\n"
    )
    changes = {"worlds": 2, "strategies.hub": "wrong.py:Wrong"}
    plan = Plan.load(write(tmp_path, SWEEP), changes)
    with pytest.raises(TariffTalksError, match=r"every cell failed, the first because .*division"):
        plan.run(tmp_path / "results")

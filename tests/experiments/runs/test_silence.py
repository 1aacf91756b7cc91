"""Cells whose talks end because nobody speaks are told of, before a run and after it."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.commands.cli import main
from experiments.design.plan import Plan
from experiments.figures import Results
from experiments.report.findings import findings
from experiments.runs.silence import _evenly, silence, silent_cells
from sim import negotiate
from tests.experiments.small import load

MUTE = """\
from dataclasses import dataclass

import numpy as np

from sim.seats.strategy import BatchStrategy


@dataclass(frozen=True)
class Mute(BatchStrategy):
    '''Says nothing, and signs nothing.'''

    def propose(self, view):
        return -1

    def answer(self, view, mine):
        return np.zeros(len(view), dtype=int)
"""
SWEEP = '[sweep]\n"strategies.east" = ["linear", "mute.py:Mute"]\n'
SAID = (
    "in 1 of 2 cells{} more than 1 % of the talks ended silent, most in cell 1 (50 %): time ran "
    "out, and a side to which some package was worth more than no deal never made an offer; such "
    "talks tell of players that do not speak, not of the rule"
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "mute.py").write_text(MUTE, encoding="utf-8")
    load(tmp_path, SWEEP)
    return tmp_path / "config.toml"


def told(capsys: Any, *words: Any) -> tuple[str, str]:
    assert main([str(word) for word in words]) == 0
    said = capsys.readouterr()
    return said.out, said.err


def test_run_and_plan_warn_of_cells_with_silent_talks(config: Path, capsys: Any) -> None:
    here = [config, "--out", config.parent / "out", "--workers", "1"]
    out, _ = told(capsys, "plan", *here)
    assert f"warning: {SAID.format(', tried on 12 worlds of each,')}\n" in out
    assert "warning" not in told(capsys, "plan", *here, "--no-probe")[0], "nothing is played"
    _, err = told(capsys, "run", *here, "--no-figures", "--no-report")
    assert f"tariff-talks: {SAID.format('')}\n" in err


@pytest.mark.slow
def test_the_report_warns_first(config: Path) -> None:
    plan = Plan.load(config)
    frames = {c.index: negotiate(plan.game(c), 12, seed=5).to_frame() for c in plan.cells}
    results = Results.of(plan, frames)
    first = findings(results)[0]
    assert (first.about, first.said) == ("Warning", f"I{SAID.format('')[1:]}.")
    assert findings(results.only(cells=[0]))[0].about != "Warning"


def test_shares_are_of_the_talks_of_a_cell() -> None:
    rows = [(0, "deal", 99), (0, "silent", 1), (1, "deal", 197), (1, "silent", 3), (2, "silent", 2)]
    frame = pd.DataFrame(rows, columns=["cell", "status", "count"])
    assert silent_cells(frame) == {2: 1.0, 1: 0.015}, "more than 1 %, the most first"
    assert silence(frame[frame["cell"] == 0], 1) == ""
    assert silence(frame[frame["cell"] == 2], 1).startswith("100 % of the talks ended silent")


@pytest.mark.parametrize(
    ("cells", "first"), [(1, [0]), (2, [0, 1]), (3, [0, 2, 1]), (8, [0, 4, 2]), (13, [0, 8, 4])]
)
def test_cells_are_tried_from_coarse_to_fine_and_each_once(cells: int, first: list[int]) -> None:
    order = _evenly(cells)
    assert sorted(order) == list(range(cells))
    assert order[:3] == first

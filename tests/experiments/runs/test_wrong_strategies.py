"""A strategy that is wrong fails its own cell of a run, in a sentence, and no other."""

from pathlib import Path

import pytest

from experiments.runs.run import run
from sim.errors import ConfigError
from tests.experiments.small import breaking, load
from tests.sim.testing.wrong import HEAD, WRONG

SEEN = {name: wrong for name, wrong in WRONG.items() if wrong.run}
"""What a run can tell; the others take the contract, which plays them in several ways."""


def test_there_are_at_least_ten() -> None:
    assert len(SEEN) >= 10


@pytest.mark.parametrize("what", SEEN)
@pytest.mark.one_in(3)
def test_it_fails_its_own_cell_only(what: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(HEAD + SEEN[what].code, encoding="utf-8")
    plan = load(tmp_path, '[sweep]\n"strategies.hub" = ["linear", "micro", "wrong.py:Wrong"]\n')
    summary = run(plan, tmp_path / "out", limit=2 if "loop" in what else None)
    assert summary.failed_cells == [2]
    assert set(summary.store.outcomes()["cell"]) == {0, 1}
    assert SEEN[what].run in summary.failures[0]["message"]


def test_a_parameter_that_does_not_exist_is_told_before_anything_is_played(tmp_path: Path) -> None:
    wrong = WRONG["a parameter that a config misspells"]
    (tmp_path / "wrong.py").write_text(HEAD + wrong.code, encoding="utf-8")
    with pytest.raises(ConfigError, match="did you mean 'share'"):
        load(tmp_path, breaking('{ name = "wrong.py:Wrong", shar = 0.5 }'))

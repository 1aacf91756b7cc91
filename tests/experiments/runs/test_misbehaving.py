"""Whatever a strategy does, it fails its own cell at most: the others are whole, and the same."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from experiments.runs.run import run
from experiments.runs.workers import workers
from sim.scenario.players import in_time
from tests.experiments.runs.misbehaving import BAD, DEFAULT
from tests.experiments.small import load

CELLS = '[sweep]\n"strategies.hub" = ["linear", "boulware", {0}"conceder", "hardliner"]\n'


@pytest.fixture(autouse=True)
def _sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less long for what loops when it is imported or made."""
    for module in ("code", "making"):
        monkeypatch.setattr(f"sim.scenario.players.{module}.LIMIT", 0.5)
    monkeypatch.setattr(in_time, "_GRACE", 0.5)


@cache
def usual() -> Any:
    """Give the table of the four cells alone."""
    with TemporaryDirectory() as folder:
        plan = load(Path(folder), CELLS.format("") + "\n")
        return run(plan, Path(folder) / "out").store.outcomes()


def test_there_are_forty_of_twenty_kinds() -> None:
    assert len(BAD) >= 40
    assert len({bad.kind for bad in BAD.values()}) >= 20
    assert len(DEFAULT) >= 10


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    "what",
    [pytest.param(what, marks=[pytest.mark.nightly] * (what not in DEFAULT)) for what in BAD],
)
@pytest.mark.one_in(2)
def test_it_fails_its_own_cell_at_most(what: str, count: int, tmp_path: Path) -> None:
    bad = BAD[what]
    (tmp_path / "bad.py").write_text(bad.code, encoding="utf-8")
    plan = load(tmp_path, CELLS.format('"bad.py:Bad", '))
    with workers(count) as executor:
        summary = run(plan, tmp_path / "out", executor=executor, limit=5 if bad.slow else 60)
    assert summary.failed_cells == ([2] if bad.run else [])
    for failure in summary.failures:
        assert bad.run in failure["message"]
    found = summary.store.outcomes()
    others = found[found["cell"] != 2].reset_index(drop=True)
    cells = others["cell"].map({0: 0, 1: 1, 3: 2, 4: 3})
    others["cell"] = cells.astype(others["cell"].dtype)
    expected = usual()
    assert others.astype(str).equals(expected[others.columns].astype(str))

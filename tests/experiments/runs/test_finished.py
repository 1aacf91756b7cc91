"""The plan of a finished run has the cells of its table."""

import json
from pathlib import Path

import pytest

from experiments.design.plan import Plan
from experiments.runs.finished import plan_of
from experiments.runs.run import run
from sim.errors import ConfigError
from tests.experiments.small import write

MIXED = """
[sweep]
"strategies.east" = [
  { label = "boulware", value = { name = "boulware", exponent = { uniform = [0.2, 0.8] } } },
  { label = "linear", value = "linear" },
]
"rules.review" = ["all", "none"]
"""
"""TOML writes the long values of the first path in tables of their own, after the second path."""


@pytest.fixture
def played(tmp_path: Path):
    plan = Plan.load(write(tmp_path, MIXED), {"worlds": 2})
    return plan, run(plan, tmp_path / "results").store


def test_cells_keep_their_numbers(played) -> None:
    plan, store = played
    back = plan_of(store)
    assert [cell.labels for cell in back.cells] == [cell.labels for cell in plan.cells]
    assert [cell.index for cell in back.cells] == list(range(4))
    for cell in plan.cells:
        rows = store.outcomes()[store.outcomes()["cell"] == cell.index]
        assert rows["rules.review"].unique().tolist() == [
            back.cells[cell.index].labels["rules.review"]
        ]
        assert back.cells[cell.index].values == cell.values


def test_a_changed_config_is_found_out(played) -> None:
    _, store = played
    manifest = store.manifest()
    manifest["labels"][3]["rules.review"] = "some"
    (store.directory / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"config.toml: has no cell 3 \(.*some\) of its manifest"):
        plan_of(store)

"""What a manifest says of the economy: cells with the same tables stand together."""

import json

import pytest

from experiments.commands.cli import main
from experiments.design.plan import Plan
from experiments.runs.economies import economies, warnings_of
from tests.docs.test_readme import ROOT
from tests.experiments.small import write

CONFIG = """
name = "economies"
scenario = "{scenario}"
worlds = 2
[overrides]
"economy.elasticity_draws" = 1
"payoffs.draws" = 2
[sweep]
"rules.review" = ["all", "none"]
"economy.imbalance" = ["held", "purged"]
"payoffs.weights.usa.price" = [0, 5]
"""


@pytest.fixture
def config(tmp_path):
    scenario = ROOT / "configs" / "scenarios" / "us_japan_korea_2025.toml"
    file = tmp_path / "economies.toml"
    file.write_text(CONFIG.format(scenario=scenario), encoding="utf-8")
    return file


def test_cells_with_the_same_tables_stand_together(config):
    found = economies(Plan.load(config))
    assert [table["imbalance"] for table in found] == ["held", "purged"]
    assert [table["cells"] for table in found] == [[0, 1, 4, 5], [2, 3, 6, 7]]
    for table in found:
        assert table["solver"]["tolerance"] == 1e-11
        assert 0 < table["table"]["max_error"] < 0.01


def test_the_manifest_of_a_run_says_it(config, tmp_path, capsys):
    words = ["run", str(config), "--out", str(tmp_path / "out"), "--workers", "1", "--no-figures"]
    assert main(words) == 0
    assert "payoff tables miss" not in capsys.readouterr().err
    (manifest,) = tmp_path.glob("out/*/manifest.json")
    said = json.loads(manifest.read_text())["economy"]
    assert said == json.loads(json.dumps(economies(Plan.load(config))))


def test_a_run_warns_of_tables_that_are_not_accurate(config, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sim.economy.provenance.MOST_ERROR", 1e-4)
    plan = Plan.load(config)
    assert 1 <= len(warnings_of(plan)) <= 2
    words = ["run", str(config), "--out", str(tmp_path / "out"), "--workers", "1", "--no-figures"]
    assert main(words) == 0
    err = capsys.readouterr().err
    assert "tariff-talks: the payoff tables miss 300 joint solutions by up to 0." in err
    assert 'payoffs.table = "exact" solves all pairs of packages instead' in err


def test_given_payoffs_have_no_economy(tmp_path):
    plan = Plan.load(write(tmp_path))
    assert economies(plan) == []
    assert warnings_of(plan) == []


def test_a_cell_without_a_solution_is_left_out(config, monkeypatch):
    text = config.read_text().replace('"purged"]', '"purged"]\n"economy.competition" = ["perfect"]')
    text = text.replace("[sweep]", '"economy.plants.japan.credited" = 1\n[sweep]')
    config.write_text(text, encoding="utf-8")
    assert economies(Plan.load(config)) == []

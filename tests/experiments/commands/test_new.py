"""The command `new`: what it makes is whole, and nothing is written over."""

from pathlib import Path

import pytest

from experiments.commands.cli import main
from experiments.commands.new import new
from experiments.design.plan import Plan
from sim.testing import strategy_contract

pytestmark = pytest.mark.fast


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert new(Path("deeper/first")) == 0
    return tmp_path / "deeper" / "first"


def test_a_folder_to_begin_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "deeper/first"]) == 0
    made = tmp_path / "deeper" / "first"
    files = ["README.md", "experiment.toml", "scenario.toml", "strategy.py"]
    assert sorted(file.name for file in made.iterdir()) == files
    said = capsys.readouterr().out.splitlines()
    assert said[:4] == [f"deeper/first/{name}" for name in files]
    assert said[-1] == "Play it: tariff-talks run deeper/first/experiment.toml"
    assert "my_talks" not in "".join(file.read_text("utf-8") for file in made.iterdir())


def test_it_is_played_as_it_is(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = Plan.load(made / "experiment.toml")
    assert plan.config.name == plan.scenario["name"] == "first"
    assert len(plan.cells) == 4
    assert plan.files[-1] == (made / "strategy.py").resolve()
    words = ["run", str(made / "experiment.toml"), "--out", str(made / "results")]
    few = ["--set", "worlds=4", "--set", "draws=2", "--set", "economy.elasticity_draws=1"]
    assert main([*words, *few, "--workers", "1", "--no-figures"]) == 0
    assert list(made.glob("results/first-*/outcomes.parquet"))


def test_its_strategy_keeps_the_contract(made: Path) -> None:
    checks = strategy_contract(f"{made / 'strategy.py'}:Halfway", directory=made)
    for check in checks:
        if check.name in ("can_be_built", "raises_nothing"):
            check()


def test_nothing_is_written_over(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "deeper/first"]) == 2
    assert "deeper/first: is there already; name a folder that is not" in capsys.readouterr().err
    assert main(["new", "my talks"]) == 2
    assert "letters, digits, '_', '-' and '.' only" in capsys.readouterr().err

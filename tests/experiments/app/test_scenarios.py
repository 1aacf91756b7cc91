"""The scenario files that can be chosen."""

from pathlib import Path

import pytest

from experiments.app.scenarios import FOLDER, folder, scenarios
from sim.errors import ConfigError
from tests.experiments.app.conftest import REAL

pytestmark = pytest.mark.fast


def test_a_scenario_comes_before_those_that_extend_it(folder: Path) -> None:
    there = folder / "scenarios"
    (there / "a.toml").write_text(
        'extends = "small.toml"\nname = "a"\ntitle = "Another one"', encoding="utf-8"
    )
    (there / "broken.toml").write_text("name =", encoding="utf-8")
    assert [(each.path.name, each.title) for each in scenarios(there)] == [
        ("small.toml", "A hub and two partners"),
        ("a.toml", "Another one"),
        ("broken.toml", "broken.toml (cannot be read: choose it to see why)"),
    ]


def test_where_scenarios_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    assert folder().is_dir(), "those of the checkout"
    (tmp_path / "configs" / "scenarios").mkdir(parents=True)
    assert folder() == Path("configs/scenarios")
    monkeypatch.setenv(FOLDER, "mine")
    assert folder() == Path("mine")


def test_a_folder_without_scenarios_gets_a_sentence(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ConfigError, match=r"holds no scenario file; .* --scenarios"):
            scenarios(directory)


def test_the_real_situation_comes_first() -> None:
    listed = [each.path.name for each in scenarios(REAL.parent)]
    assert listed[0] == REAL.name
    assert listed[-4:] == ["pie.toml", "harbour", "orchard", "two_tariffs"]

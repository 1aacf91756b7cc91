"""What comes with the package is found by name, from any folder, and reads the same from each."""

from pathlib import Path

import pytest

from sim import Scenario
from sim.config import read_scenario
from sim.config.shipped import (
    SHIPPED,
    domain_folder,
    example,
    located,
    outcomes_file,
    scenario_file,
)
from sim.errors import ConfigError

pytestmark = pytest.mark.fast

MINE = 'extends = "us_japan_korea_2025"\nname = "mine"\n[changes]\n"rules.period" = 3\n'


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_names():
    assert example("quickstart") == SHIPPED / "quickstart.toml"
    assert scenario_file("pie") == SHIPPED / "scenarios" / "pie.toml"
    assert outcomes_file("us_eu_2025", Path()) == SHIPPED / "outcomes" / "us_eu_2025.toml"
    assert domain_folder(Path("harbour")) == SHIPPED / "domains" / "harbour"
    assert Scenario.load("pie").name == "pie"


def test_a_file_comes_before_a_name(tmp_path):
    own = tmp_path / "pie"
    own.write_text("")
    assert scenario_file("pie") == Path("pie")
    assert scenario_file("pie", tmp_path) == own
    (tmp_path / "deeper").mkdir()
    assert scenario_file("pie", tmp_path / "deeper") == SHIPPED / "scenarios" / "pie.toml"


@pytest.mark.parametrize(
    ("find", "name", "said"),
    [
        (example, "quickstrat", "there is no example config that comes with the package named "
         "'quickstrat'; did you mean 'quickstart'?"),
        (scenario_file, "us_japan", "there is no scenario that comes with the package named "
         "'us_japan'; there is pie, "),
    ],
)  # fmt: skip
def test_a_name_that_nothing_has(find, name, said):
    with pytest.raises(ConfigError) as raised:
        find(name)
    assert str(raised.value).startswith(f"{name}: {said}")


def test_a_file_without_its_ending_is_named(tmp_path):
    (tmp_path / "mine.toml").write_text(MINE)
    with pytest.raises(ConfigError, match=r"^mine: there is no such file; write mine\.toml$"):
        scenario_file("mine")


@pytest.mark.parametrize("path", ["mine.toml", "deeper/mine.toml", "gone/pie", "../pie"])
def test_paths_stay_paths(path):
    assert scenario_file(path) == Path(path)


@pytest.mark.slow
def test_a_child_anywhere_names_the_data_of_the_package_and_reads_them(tmp_path):
    """The words are the same in every folder and on every machine."""
    said = []
    for folder in (tmp_path / "one", tmp_path / "other" / "deeper"):
        folder.mkdir(parents=True)
        (folder / "mine.toml").write_text(MINE)
        (folder / "grandchild.toml").write_text('extends = "mine.toml"\nname = "its own"\n')
        said.append(read_scenario(folder / "grandchild.toml"))
    assert said[0] == said[1]
    assert said[0]["economy"]["data"] == "package:data"
    assert located(said[0]["economy"]["data"], tmp_path) == SHIPPED / "data"
    scenario = Scenario.load(tmp_path / "one" / "grandchild.toml", {"payoffs.draws": 1})
    assert (scenario.name, scenario.talks[0].period) == ("its own", 3)


def test_a_sibling_that_comes_with_the_package_still_names_it_from_its_place():
    assert read_scenario("strict_package")["economy"]["data"] == "../data"


def test_what_a_parent_names_is_the_parents_file(tmp_path):
    """Though one of the same name lies beside the child, or lies there alone."""
    parent, child = tmp_path / "parent", tmp_path / "child"
    for folder in (parent, child):
        (folder / "tables").mkdir(parents=True)
    base = (SHIPPED / "scenarios" / "us_japan_korea_2025.toml").read_text(encoding="utf-8")
    base = base.replace('data = "../data"', 'data = "tables"')
    (parent / "base.toml").write_text(base + "", encoding="utf-8")
    (child / "mine.toml").write_text('extends = "../parent/base.toml"\nname = "mine"\n')
    assert read_scenario(child / "mine.toml")["economy"]["data"] == "../parent/tables"
    (parent / "tables").rmdir()
    assert read_scenario(child / "mine.toml")["economy"]["data"] == "../parent/tables"

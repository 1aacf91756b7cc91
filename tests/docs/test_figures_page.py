"""The page on figures shows every figure, and what it says works."""

import re
from pathlib import Path

import pytest

from experiments.design.plan import Plan
from experiments.figures import FIGURES
from experiments.figures.pictures import picture, pictures
from sim.config import read_toml

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"
PAGE = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")


def test_every_figure_has_its_heading_and_picture() -> None:
    heads = re.findall(r"^### (\w+): ", PAGE, flags=re.MULTILINE)
    assert sorted(heads) == sorted(FIGURES)
    shown = re.findall(r"!\[[^\]]+\]\((figures/[^)]+)\)", PAGE)
    assert len(shown) > len(FIGURES)
    assert all((ROOT / "docs" / file).is_file() for file in shown)


def test_commands_have_arguments_that_exist() -> None:
    commands = re.findall(r"--figure (\w+)((?: --arg \S+=\S+)*)", PAGE)
    assert len(commands) > 3
    for name, words in commands:
        pairs = dict(pair.split("=") for pair in re.findall(r"--arg (\S+)", words))
        said = {key: int(v) if v.isdecimal() else v for key, v in pairs.items()}
        assert picture(name, {"figure": name, **said}, "page").figure == name


def test_configs_of_the_page(tmp_path: Path) -> None:
    for name in ("scenarios", "data"):
        (tmp_path / name).symlink_to(CONFIGS / name)
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    tables = [block for block in blocks if not block.startswith("name")]
    (whole,) = (block for block in blocks if block.startswith("name"))
    file = tmp_path / "page.toml"
    file.write_text(whole + "\n" + "\n".join(tables), encoding="utf-8")
    plan = Plan.load(file)
    assert len(plan.cells) == 14
    assert [one.figure for one in pictures(plan.config.figures)] == ["status", "docket", "heat_map"]
    assert "give.pledge" in plan.config.observed["japan"].columns()


@pytest.mark.parametrize("file", sorted(CONFIGS.glob("*.toml")), ids=lambda file: file.stem)
def test_figures_of_the_configs_exist(file: Path) -> None:
    assert pictures(read_toml(file).get("figures", {}))


def test_cells_that_a_config_compares_differ_in_the_rule_alone() -> None:
    plan = Plan.load(CONFIGS / "package_rule.toml")
    said = plan.config.figures["rule_alone"]
    a, b = (dict(plan.cells[said[key]].labels) for key in ("a", "b"))
    assert (a.pop("rules.review"), b.pop("rules.review")) == ("none", "by exchange")
    assert a == b
    assert a["strategies.usa"] == "yields late or never"

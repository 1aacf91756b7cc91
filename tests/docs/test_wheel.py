"""The built package in an empty environment, far from any checkout: names, tutorial, first figure.

Installs from the registry: `pytest -m wheel`, a part of `.ci/run`.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.docs.test_first_strategy import PAGE
from tests.docs.test_readme import CONFIGS, blocks

pytestmark = pytest.mark.wheel

ROOT = CONFIGS.parent
FEW = ["--set", "worlds=8", "--set", "draws=4", "--set", "replications=2", "--workers", "1"]


class Installed:
    """The package as somebody has it who has only the wheel.

    Attributes:
        wheel: the file.
        programs: where the environment has its commands.
    """

    def __init__(self, folder: Path) -> None:
        self.home, self.programs = folder, folder / "env" / "bin"
        self.call(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
        (self.wheel,) = folder.glob("*.whl")
        self.call(sys.executable, "-m", "venv", folder / "env")
        self.call(self.programs / "pip", "install", "-q", self.wheel)

    def call(self, *words: str | Path, cwd: Path | None = None, fine: bool = True) -> str:
        """Run a command as somebody who has no checkout; give what it says."""
        told = {**os.environ, "TARIFF_TALKS_CACHE": str(self.home / "cache")}
        told.pop("PYTHONPATH", None)
        done = subprocess.run(
            list(map(str, words)), capture_output=True, text=True, cwd=cwd or self.home, env=told
        )
        assert (done.returncode == 0) == fine, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def tariff_talks(self, folder: Path, *words: str, fine: bool = True) -> str:
        """Run the command in a folder; give what it says."""
        return self.call(self.programs / "tariff-talks", *words, cwd=folder, fine=fine)

    def python(self, folder: Path, code: str) -> str:
        """Run Python in a folder; give what it prints."""
        return self.call(self.programs / "python", "-c", code, cwd=folder)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"))


def test_all_that_is_shipped_is_inside_and_nothing_else(installed: Installed) -> None:
    inside = set(zipfile.ZipFile(installed.wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "configs", "sim", "experiments"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    wanted = {re.sub("^configs/", "sim/shipped/", name) for name in tracked.stdout.split()}
    assert {name for name in inside if ".dist-info/" not in name} == wanted


def test_the_first_figure_takes_three_commands(installed: Installed, tmp_path: Path) -> None:
    """An environment, the wheel, and this one."""
    installed.tariff_talks(tmp_path, "run", "quickstart", *FEW)
    (run,) = (tmp_path / "results").glob("quickstart-*")
    assert (run / "report.html").stat().st_size > 100_000
    assert len(list((run / "figures").glob("*.png"))) >= 6
    assert [file.name for file in tmp_path.iterdir()] == ["results"]


def test_the_tutorial(installed: Installed, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "mine.py").write_text(blocks(PAGE, "python")[0], encoding="utf-8")
    (mine / "mine.toml").write_text(blocks(PAGE, "toml")[0], encoding="utf-8")
    lines = re.findall(r"^tariff-talks (.*)$", "\n".join(blocks(PAGE, "sh")), re.MULTILINE)
    for line in lines:
        few = FEW if line.startswith("run") else []
        installed.tariff_talks(tmp_path, *line.split(), *few)
    assert (mine / "patient.png").stat().st_size > 10_000
    assert list((mine / "results").glob("mine-*/report.html"))


def test_a_new_folder_is_played(installed: Installed, tmp_path: Path) -> None:
    installed.tariff_talks(tmp_path, "new", "first")
    told = installed.tariff_talks(tmp_path / "first", "run", "experiment.toml", *FEW)
    assert "4 cells of 8 worlds: results/first-" in told
    as_run = next((tmp_path / "first" / "results").glob("*/config.toml")).read_text("utf-8")
    assert 'data = "package:data"' in as_run


def test_names_from_python(installed: Installed, tmp_path: Path) -> None:
    code = (
        "import sim; from sim import Scenario; from experiments import Plan\n"
        "game = Scenario.load('us_japan_korea_2025', {'payoffs.draws': 2})\n"
        "print(game.name, Plan.load('quickstart').worlds, sim.__file__)"
    )
    name, worlds, file = installed.python(tmp_path, code).split()
    assert (name, worlds) == ("us_japan_korea_2025", "1000")
    assert file.startswith(str(installed.home))


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "insistence", "--no-probe"],
        ["show", "quickstart", "--cell", "3", "--set", "draws=2"],
        ["economy", "us_eu_2025", "--no-figures", "--set", "*.cars=15"],
        ["domain", "harbour"],
        ["backtest", "score", "backtest", *FEW, "--no-figures"],
    ],
    ids=lambda words: words[0],
)
def test_commands_find_what_comes_with_the_package(
    installed: Installed, tmp_path: Path, words: list[str]
) -> None:
    assert installed.tariff_talks(tmp_path, *words)


def test_what_is_missing_is_installed_from_the_wheel(installed: Installed, tmp_path: Path) -> None:
    said = installed.tariff_talks(tmp_path, "app", fine=False)
    hint = re.search(r"pip install '(.*)\[app\]' where that wheel lies", said)
    assert hint, said
    assert hint[1] == installed.wheel.name
    words = ["install", "--dry-run", f"{hint[1]}[app]"]
    assert "streamlit" in installed.call(installed.programs / "pip", *words)


def test_editors_are_told_what_a_file_may_say(installed: Installed, tmp_path: Path) -> None:
    installed.tariff_talks(tmp_path, "schema", "scenario", "--out", "scenario.schema.json")
    assert "anyOf" in json.loads((tmp_path / "scenario.schema.json").read_text(encoding="utf-8"))

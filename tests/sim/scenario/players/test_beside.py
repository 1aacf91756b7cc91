"""A strategy's file imports what lies beside it, and two folders do not get in each other's way."""

import sys
from pathlib import Path

import pytest

from experiments.runs.kept.carried import files_of
from experiments.runs.run import run
from experiments.runs.workers import workers
from sim.errors import ConfigError
from sim.scenario.players.beside import helpers
from sim.scenario.players.registry import build
from sim.testing import offers, pie, play
from tests.experiments.small import load

HEAD = "from dataclasses import dataclass\nfrom sim import BatchStrategy\n"
CLASS = """

@dataclass(frozen=True)
class Mine(BatchStrategy):
    def propose(self, view):
        {0}return view.at_least({1})
"""

WAYS = {
    "import a module": ("import shares", "", "shares.MOST"),
    "from a module": ("from shares import MOST", "", "MOST"),
    "from a module, all": ("from shares import *", "", "MOST"),
    "under another name": ("import shares as s", "", "s.MOST"),
    "only when it plays": ("", "from shares import MOST; ", "MOST"),
    "a package": ("import folder", "", "folder.MOST"),
    "a part of a package": ("import folder.part", "", "folder.part.MOST"),
    "from a part of a package": ("from folder.part import MOST", "", "MOST"),
    "a part from a package": ("from folder import part", "", "part.MOST"),
    "a helper of a helper": ("import further", "", "further.shares.MOST"),
}


def lay(folder: Path, way: str, share: float) -> Path:
    """Write a strategy, and helpers that hold a share."""
    top, first, last = WAYS[way]
    (folder / "folder").mkdir(parents=True)
    (folder / "shares.py").write_text(f"MOST = {share}\n")
    (folder / "further.py").write_text("import shares\n")
    (folder / "folder" / "part.py").write_text(f"MOST = {share}\n")
    (folder / "folder" / "__init__.py").write_text("from .part import MOST\n")
    (folder / "mine.py").write_text(f"{HEAD}{top}\n" + CLASS.format(first, last))
    return folder / "mine.py"


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_two_folders_have_helpers_of_their_own(way: str, tmp_path: Path) -> None:
    before = list(sys.path)
    files = [lay(tmp_path / name, way, share) for name, share in (("a", 0.25), ("b", 0.75))]
    made = [build(f"{file}:Mine") for file in files]
    asked = [offers(play(each, (0,), game=pie(2, slices=100)))[0] for each in (*made, *made)]
    assert asked == [25, 75, 25, 75]
    assert sys.path == before
    assert "shares" not in sys.modules


def test_a_changed_helper_is_another_strategy_and_another_run(tmp_path: Path) -> None:
    file = lay(tmp_path, "a helper of a helper", 0.25)
    assert [each.name for each in helpers(file)] == ["further.py", "shares.py"]
    digests = set()
    for share in (0.25, 0.5):
        (tmp_path / "shares.py").write_text(f"MOST = {share}\n")
        plan = load(tmp_path, '[overrides]\n"strategies.hub" = "mine.py:Mine"\n')
        digests.add(plan.digest)
        made = build(f"{file}:Mine")
        assert offers(play(made, (0,), game=pie(2, slices=100)))[0] == 100 * share
    assert len(digests) == 2


def test_workers_find_it_too(tmp_path: Path) -> None:
    lay(tmp_path, "only when it plays", 0.5)
    tables = []
    for count in (1, 2):
        plan = load(tmp_path, '[sweep]\n"strategies.hub" = ["linear", "mine.py:Mine"]\n')
        with workers(count) as executor:
            summary = run(plan, tmp_path / f"out{count}", executor=executor)
        assert not summary.failures
        tables.append((summary.store.directory / "outcomes.parquet").read_bytes())
    assert tables[0] == tables[1]


def test_what_an_import_finds_here_anyway_goes_with_the_run_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a notebook beside them: elsewhere it would be missing. Both have the same digest."""
    lay(tmp_path, "only when it plays", 0.5)
    more = '[overrides]\n"strategies.hub" = "mine.py:Mine"\n'
    usual = load(tmp_path, more)
    monkeypatch.syspath_prepend(tmp_path)
    here = load(tmp_path, more)
    assert files_of(here) == files_of(usual)
    assert here.digest == usual.digest
    assert len(helpers(tmp_path / "mine.py")) == len(files_of(here)) - 1 > 0


def test_what_is_not_there_is_said_by_the_plan(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(f"{HEAD}import not_there{CLASS.format('', '0')}")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, '[overrides]\n"strategies.hub" = "mine.py:Mine"\n')
    assert "No module named 'not_there'" in str(caught.value)
    assert f"a helper lies beside the file that imports it ({tmp_path}/not_there.py)" in str(
        caught.value
    )


def test_what_python_and_this_package_bring_is_never_a_helper(tmp_path: Path) -> None:
    for name in ("random", "sim", "experiments"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit\n")
    (tmp_path / "mine.py").write_text(f"{HEAD}import random{CLASS.format('', '0')}")
    build(f"{tmp_path / 'mine.py'}:Mine")
    assert helpers(tmp_path / "mine.py") == []

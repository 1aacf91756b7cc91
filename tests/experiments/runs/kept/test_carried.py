"""A run stands by itself: its directory has all files that it needs, and no path of a machine."""

import shutil
from itertools import product
from pathlib import Path

import pytest

from experiments.commands.cli import main
from experiments.design.plan import Plan
from experiments.results.results import Results
from experiments.runs.run import run
from experiments.runs.store import CONFIG, OUTCOMES, Store, plan_of
from tests.experiments.small import OWN, SCENARIO, write

USES = """
[sweep]
"strategies.east" = ["linear", "own.py:Best", { name = "lib/own.py:Best" }]
"""
"""Two files of one name in two folders, one as a word and one in a table."""

TABLE = """
[sweep]
"strategies.east" = ["linear", "own.py:Best"]
"""


BY_ISSUE = SCENARIO[SCENARIO.index("hub = { cars") : SCENARIO.index("[payoffs.given.west]")]
BY_PACKAGE = SCENARIO.replace(BY_ISSUE, 'file = "payoffs/east.csv"\n\n', 1)


def place(folder: Path, more: str = USES, scenario: str = SCENARIO) -> Path:
    """Write an experiment with files of its own; give its config."""
    (folder / "lib").mkdir(parents=True)
    (folder / "own.py").write_text(OWN, encoding="utf-8")
    (folder / "lib" / "own.py").write_text(f"{OWN}\n# another\n", encoding="utf-8")
    return write(folder, more, scenario)


@pytest.mark.slow
def test_the_same_files_in_two_folders_are_the_same_run(tmp_path):
    first, second = (Plan.load(place(tmp_path / name / "deep")) for name in ("a", "b"))
    assert first.digest == second.digest
    stores = [run(plan, plan.directory / "results").store for plan in (first, second)]
    assert stores[0].directory.name == stores[1].directory.name
    files = [
        (store.directory / name).read_bytes() for name in (OUTCOMES, CONFIG) for store in stores
    ]
    assert files[0] == files[1]
    assert files[2] == files[3]


def test_a_file_that_is_named_in_full_has_no_path_in_labels_table_and_config(tmp_path):
    config = place(tmp_path / "secret")
    text = config.read_text().replace('"own.py:Best"', f'"{tmp_path}/secret/own.py:Best"')
    config.write_text(text)
    plan = Plan.load(config)
    assert plan.digest == Plan.load(place(tmp_path / "other")).digest
    assert [cell.labels["strategies.east"] for cell in plan.cells] == [
        "linear",
        "own.py:Best",
        "Best",
    ]
    store = run(plan, tmp_path / "out").store
    assert "secret" not in (store.directory / CONFIG).read_text()
    assert b"secret" not in (store.directory / OUTCOMES).read_bytes()


def test_another_content_is_another_run(tmp_path):
    config = place(tmp_path / "a")
    before = Plan.load(config).digest
    (tmp_path / "a" / "lib" / "own.py").write_text(f"{OWN}\n# a third\n")
    assert Plan.load(config).digest != before


@pytest.mark.slow
def test_a_copied_directory_without_its_files_still_plays_and_reads(tmp_path, capsys):
    plan = Plan.load(place(tmp_path / "here"))
    store = run(plan, tmp_path / "here" / "results").store
    whole = (store.directory / OUTCOMES).read_bytes()
    away = Path(shutil.copytree(store.directory, tmp_path / "away"))
    shutil.rmtree(tmp_path / "here")
    again = Plan.load(away / CONFIG)
    assert again.digest == plan.digest
    assert [cell.labels for cell in again.cells] == [cell.labels for cell in plan.cells]
    assert (run(again, tmp_path / "out").store.directory / OUTCOMES).read_bytes() == whole
    assert len(Results.load(away).frame) == 72
    for words in (
        ["show", str(away / CONFIG), "--cell", "1"],
        ["effect", str(away), "--path", "strategies.east", "--from", "linear", "--to", "Best"],
    ):
        assert main(words) == 0, capsys.readouterr().err


@pytest.mark.slow
def test_what_plays_nothing_needs_no_strategy_at_all(tmp_path, capsys):
    """Also not one of a module that the other machine does not have."""
    store = run(Plan.load(place(tmp_path / "here")), tmp_path / "results").store
    shutil.rmtree(store.directory / "files")
    shutil.rmtree(tmp_path / "here")
    directory = str(store.directory)
    assert [cell.index for cell in plan_of(Store(store.directory)).cells] == [0, 1, 2]
    for words in (
        ["plot", directory, "--figure", "status"],
        ["export", directory, "--csv", str(tmp_path / "rows.csv")],
    ):
        assert main(words) == 0, capsys.readouterr().err
    main(["plot", directory, "--report"])
    said = capsys.readouterr().err
    assert "no turns are shown: strategies.east: there is no file 'files/own.py'" in said
    drawn = {file.stem for file in (store.directory / "figures").glob("*.png")}
    assert drawn >= {"status", "timing", "payoffs", "payoff_plane"}
    assert (store.directory / "report.html").is_file()


@pytest.mark.slow
def test_a_mended_strategy_is_taken_by_retry_from_where_it_was(tmp_path, capsys):
    more = '[sweep]\n"strategies.east" = ["linear", { name = "own.py:Breaks", world = 7 }]\n'
    config = place(tmp_path / "here", more)
    out = tmp_path / "here" / "results"
    words = ["--workers", "1", "--no-figures"]
    assert main(["run", str(config), "--out", str(out), *words]) == 1
    (directory,) = out.iterdir()
    moved = (
        Path(shutil.copytree(tmp_path / "here", tmp_path / "there")) / "results" / directory.name
    )
    own = tmp_path / "there" / "own.py"
    own.write_text(own.read_text().replace('raise RuntimeError("no more ideas")', "pass"))
    assert main(["run", "--retry", str(moved), *words]) == 2
    assert "a file that it was played with has changed" in capsys.readouterr().err
    own.write_text(own.read_text().replace('"menu": 10**6', '"raise": view.best_package'))
    assert main(["run", "--retry", str(moved), *words, "--force"]) == 0
    assert "raise RuntimeError" not in (moved / "files" / "own.py").read_text()
    assert main(["run", "--retry", str(directory), *words]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("changed", [False, True])
def test_payoffs_of_a_file_are_carried_too(tmp_path, changed):
    config = place(tmp_path / "here", TABLE, BY_PACKAGE)
    (tmp_path / "here" / "payoffs").mkdir()
    rows = product((25, 15, 0), (25, 0), (0, 200, 400), (0, 1, 2))
    lines = [
        f"{c},{m},{p},{a},{p / 200 + a - (25 - c) / 10},{(25 - c) / 5 - a}" for c, m, p, a in rows
    ]
    file = tmp_path / "here" / "payoffs" / "east.csv"
    file.write_text("\n".join(["cars,metals,pledge,access,hub,partner", *lines]) + "\n")
    plan = Plan.load(config)
    store = run(plan, tmp_path / "out").store
    assert (store.directory / "files" / "east.csv").read_bytes() == file.read_bytes()
    if changed:
        file.write_text(file.read_text().replace("25,25,0,0,0.0", "25,25,0,0,0.1"))
        assert Plan.load(config).digest != plan.digest
    again = Plan.load(store.directory / CONFIG)
    assert again.digest == plan.digest
    assert run(again, tmp_path / "out").fresh == 0


def test_what_a_strategy_imports_from_beside_it_is_carried_too(tmp_path):
    config = place(tmp_path / "here", '[sweep]\n"strategies.east" = ["linear", "own.py:Best"]\n')
    own = tmp_path / "here" / "own.py"
    own.write_text(f"from taste import LIKES\n{own.read_text()}")
    (tmp_path / "here" / "taste.py").write_text("LIKES = 'cars'\n")
    plan = Plan.load(config)
    store = run(plan, tmp_path / "out").store
    assert (store.directory / "files" / "taste.py").is_file()
    shutil.rmtree(tmp_path / "here")
    again = Plan.load(store.directory / CONFIG)
    assert again.digest == plan.digest
    assert run(again, tmp_path / "anew").failures == []

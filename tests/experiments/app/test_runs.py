"""The results of a run on the page."""

from pathlib import Path
from shutil import copytree

import pytest
from pandas.testing import assert_frame_equal

from experiments.app.runs import (
    arguments,
    config_text,
    deals,
    filtered,
    finished_runs,
    open_run,
    read_arguments,
    with_turns,
)
from experiments.commands.cli import main
from experiments.figures import FIGURES
from experiments.results.replay import keep_turns
from experiments.runs.store import Store, plan_of
from sim.errors import ConfigError
from tests.experiments.small import write

pytestmark = pytest.mark.fast


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ran")
    words = ["run", str(write(folder)), "--out", str(folder / "results"), "--workers", "1"]
    assert main([*words, "--no-figures"]) == 0
    (directory,) = (folder / "results").iterdir()
    return directory


def test_finished_runs_are_found(ran: Path, tmp_path: Path) -> None:
    assert finished_runs(ran.parent) == [ran]
    assert finished_runs(tmp_path) == []


@pytest.mark.parametrize("directory", ["", "   ", "nowhere", "."])
def test_a_directory_that_is_none_gets_a_sentence(directory: str) -> None:
    with pytest.raises(ConfigError, match=r"holds no finished run|results: name a directory"):
        open_run(directory)


def test_cells_are_kept_by_their_values(ran: Path) -> None:
    found = open_run(f" {ran} ")
    kept = filtered(found, {"rules.review": ["none"], "strategies.east": ["linear", "boulware"]})
    assert set(kept.frame["rules.review"]) == {"none"}
    assert kept.frame["cell"].nunique() == 2
    with pytest.raises(ConfigError, match="cells: none is left"):
        filtered(found, {"rules.review": []})


def test_arguments_of_figures_say_what_they_are() -> None:
    for figure in FIGURES:
        for argument in arguments(figure):
            assert argument.kind in ("whole number", "text", "texts with commas")
            assert argument.about, f"{figure}: {argument.name} is not told"


def test_arguments_are_read_as_typed() -> None:
    assert read_arguments("status", {"most": " 3 "}) == {"most": 3}
    assert read_arguments("status", {"most": ""}) == {}
    assert read_arguments("terms", {"columns": "rate.cars, rate.metals"}) == {
        "columns": ["rate.cars", "rate.metals"]
    }
    with pytest.raises(ConfigError, match=r"argument\.most: 'many'"):
        read_arguments("status", {"most": "many"})


@pytest.mark.parametrize("names", [["outcomes.parquet"], ["manifest.json", ".manifest.json"]])
def test_a_damaged_run_gets_a_sentence(ran: Path, tmp_path: Path, names: list[str]) -> None:
    copy = tmp_path / "copy"
    copytree(ran, copy)
    for name in names:
        (copy / name).write_text("nonsense", encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"copy/{names[0]}: is damaged"):
        open_run(str(copy))


def test_a_damaged_manifest_is_read_from_its_copy(ran: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copytree(ran, copy)
    (copy / "manifest.json").write_text("nonsense", encoding="utf-8")
    assert open_run(str(copy)).frame.equals(open_run(str(ran)).frame)


def test_cells_are_told_in_words(ran: Path) -> None:
    table = deals(open_run(str(ran)))
    assert {"East: deals, %", "West: with a cut, %"} <= set(table.columns)
    assert set(table["review rule"]) == {"every measure", "no rule"}


def test_a_share_has_its_interval_beside_it(ran: Path) -> None:
    """Of the same cell, which are told apart by two paths here, and of one cell alone."""
    found = open_run(str(ran))
    for results in (
        found,
        filtered(found, {path: found.frame[path].unique()[1:] for path in found.varied}),
    ):
        table = deals(results)
        for share, interval in zip(table["East: deals, %"], table["East: between, %"], strict=True):
            low, _, high = interval.replace("<1", "0").replace(">99", "100").partition(" to ")
            assert float(low) - 0.5 <= share <= float(high) + 0.5
            assert float(low) < float(high)


def test_the_config_as_run(ran: Path) -> None:
    assert 'name = "small"' in config_text(str(ran))


def test_looking_at_a_run_leaves_it_as_it_is(ran: Path) -> None:
    before = {file: file.read_bytes() for file in ran.rglob("*") if file.is_file()}
    found = open_run(str(ran))
    for name in FIGURES:
        drawn = with_turns(str(ran), name, found)
        assert (drawn.log is not None) == getattr(FIGURES[name], "TURNS", False)
    assert {file: file.read_bytes() for file in ran.rglob("*") if file.is_file()} == before


def test_turns_played_again_are_those_that_a_run_keeps(ran: Path, tmp_path: Path) -> None:
    played = with_turns(str(ran), "docket", open_run(str(ran))).log
    copy = tmp_path / "kept"
    copytree(ran, copy)
    store = Store.open(copy)
    keep_turns(store, plan_of(store))
    kept = store.turns()
    assert played is not None
    assert kept is not None
    assert_frame_equal(played, kept, check_dtype=False, check_categorical=False)
    assert with_turns(str(copy), "docket", open_run(str(copy))).log is not None

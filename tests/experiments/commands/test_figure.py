"""The commands `plot`, `report` and `figures`, and what `run` draws."""

from pathlib import Path

import pytest

from experiments.commands.cli import main
from experiments.runs.processes import STOPPED
from experiments.runs.store import DIGESTS, Store
from experiments.runs.workers import ProcessPool
from tests.experiments.small import SWEEP, write

kill = ProcessPool.kill

FIGURES = """
[figures]
status = {}
stances = { figure = "heat_map", quantity = "deals" }
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ran")
    config = write(folder, SWEEP + FIGURES)
    assert main(["run", str(config), "--out", str(folder / "results"), "--workers", "1"]) == 0
    (directory,) = (folder / "results").iterdir()
    return directory


@pytest.mark.slow
def test_run_draws_what_the_config_selects_and_reports(ran: Path) -> None:
    assert sorted(file.name for file in (ran / "figures").iterdir()) == sorted(
        [f"{name}.{kind}" for name in ("status", "stances") for kind in ("png", "svg", "csv")]
        + ["phone"]
    )
    assert (ran / "report.html").is_file()
    assert not (ran / "turns.parquet").exists(), "no figure needs turns"
    assert {file.name for file in (ran / "transcripts").iterdir()} == {
        "index.json", "typical.txt", "earliest.txt", "hardest.txt",
    }  # fmt: skip


def test_run_without_report_or_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = write(tmp_path, FIGURES)
    words = ["run", str(config), "--workers", "1", "--out"]
    assert main([*words, str(tmp_path / "one"), "--no-report", "--set", "worlds=2"]) == 2
    assert "figure stances: left out; it needs two swept paths" in capsys.readouterr().err
    (directory,) = (tmp_path / "one").iterdir()
    assert (directory / "figures" / "status.png").is_file()
    assert not (directory / "report.html").exists()
    assert main([*words, str(tmp_path / "two"), "--no-figures", "--set", "worlds=2"]) == 0
    (directory,) = (tmp_path / "two").iterdir()
    assert not (directory / "figures").exists()
    assert not (directory / "report.html").exists()


def test_a_wrong_figure_stops_a_run_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write(tmp_path, "[figures]\nstats = {}\n")
    assert main(["run", str(config), "--out", str(tmp_path / "results")]) == 2
    assert capsys.readouterr().err == (
        "tariff-talks: figures.stats: there is no figure 'stats'; did you mean 'status'?\n"
    )
    assert not (tmp_path / "results").exists()
    words = ["--workers", "1", "--no-figures", "--set", "worlds=2"]
    assert main(["run", str(config), "--out", str(tmp_path / "results"), *words]) == 0


@pytest.mark.slow
def test_other_figures_of_a_run_that_was_finished_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--out", str(tmp_path / "results"), "--workers", "1"]
    main(["run", str(write(tmp_path, SWEEP + FIGURES)), *words])
    main(["run", str(write(tmp_path, SWEEP + "[figures]\npayoffs = {}\n")), *words])
    assert "was finished before" in capsys.readouterr().out
    (directory,) = (tmp_path / "results").iterdir()
    assert (directory / "figures" / "payoffs.svg").is_file()
    main(["plot", str(directory)])
    assert capsys.readouterr().out.split() == [str(directory / "figures" / "payoffs.png")]


def test_plot_draws_one_figure_with_arguments(
    ran: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["plot", str(ran), "--figure", "heat_map", "--arg", "quantity=payoff"]
    assert main([*words, "--name", "gains", "--arg", "rows=strategies.east"]) == 0
    assert capsys.readouterr().out.split() == [str(ran / "figures" / "gains.png")]
    head = (ran / "figures" / "gains.csv").read_text(encoding="utf-8").splitlines()[1]
    assert head.startswith("strategies.east,rules.review,linear,all,payoff.hub,hub,")


@pytest.mark.slow
def test_plot_plays_what_a_figure_needs(ran: Path) -> None:
    assert main(["plot", str(ran), "--figure", "docket", "--arg", "cell=1"]) == 0
    assert (ran / "turns.parquet").is_file()
    assert (ran / "figures" / "docket.svg").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--figure", "heat"], "--figure: there is no figure 'heat'"),
        (["--figure", "status", "--arg", "most"], "--arg most: is not KEY=VALUE, such as quantity"),
        (["--figure", "status", "--arg", "most=few"], "--arg.most: 'few' is not a whole number"),
        (
            ["--figure", "status", "--arg", "cells=3"],
            "--arg.cells: there is no key 'cells'; there is most",
        ),
        (
            ["--arg", "most=3"],
            "--arg, --name, --out, --width, --title and --talk: belong",
        ),
        (
            ["--figure", "heat_map", "--arg", "quantity=payoff.esat"],
            "figure heat_map: quantity: there is no quantity 'payoff.esat'; did you mean",
        ),
        (["--figure", "shares"], "figure shares: left out; it needs a swept path whose values are"),
    ],
)
def test_plot_says_what_is_wrong(
    ran: Path, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plot", str(ran), *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"tariff-talks: {sentence}")
    assert said.count("\n") == 1


@pytest.mark.slow
def test_report_command(ran: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = ran / "report.html"
    before = file.read_bytes()
    file.unlink()
    assert main(["plot", "--report", str(ran)]) == 0
    assert capsys.readouterr().out.split() == [str(file)]
    assert file.read_bytes() == before, "the same run, the same report"
    assert main(["plot", "--report", str(ran.parent)]) == 2
    assert "holds no finished run" in capsys.readouterr().err


def test_figures_lists_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", "--list"]) == 0
    said = capsys.readouterr().out
    assert "heat_map       How does it depend on who plays what?" in said
    assert "quantity = str, 'deals' if not given" in said


@pytest.mark.slow
def test_a_run_whose_code_has_changed_is_shown_without_turns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import pandas as pd

    config = write(tmp_path, "[figures]\nstatus = {}\n")
    main(["run", str(config), "--out", str(tmp_path), "--workers", "1", "--no-figures"])
    (file,) = tmp_path.glob("small-*/outcomes.parquet")
    frame = pd.read_parquet(file)
    frame["package"] += 1
    frame.to_parquet(file)
    store = Store(file.parent)
    store.write_manifest(store.manifest() | {DIGESTS: store.digests()})
    capsys.readouterr()
    assert main(["plot", "--report", str(file.parent)]) == 0
    said = capsys.readouterr().err
    assert "no turns are shown: world" in said
    assert "run the config again" in said
    assert (file.parent / "report.html").is_file()


def test_what_stops_the_report_ends_the_processes_that_draw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures that wait are not drawn by new processes."""

    def stopped(store: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.report.prepare", stopped)
    killed: list[ProcessPool] = []
    monkeypatch.setattr(ProcessPool, "kill", lambda pool: (killed.append(pool), kill(pool)))
    config = write(tmp_path, SWEEP + FIGURES)
    words = ["run", str(config), "--out", str(tmp_path / "results"), "--workers", "2"]
    assert main(words) == STOPPED
    with pytest.raises(RuntimeError, match="have been ended"):
        killed[0].submit(int)
    (directory,) = (tmp_path / "results").iterdir()
    assert not (directory / "report.html").exists()

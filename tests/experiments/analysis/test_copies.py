"""Cells that are equal in every world are named, and no others."""

from pathlib import Path

import pandas as pd
import pytest

from experiments.analysis.copies import a_game, copies, told
from experiments.commands.cli import main
from experiments.runs.store import Store
from tests.experiments.small import write

COPY = """
[sweep]
"rules.cooldown" = [1, 2, 3]
"strategies.east" = ["linear", "conceder"]
"""
"""Nothing is ever refused where silence leaves a request pending: a cool-down changes nothing."""


def frame(cell: int, **changes: list[object]) -> pd.DataFrame:
    """The outcomes of two worlds of one talk."""
    usual = {"world": [0, 1], "talk": ["east"] * 2, "status": ["deal", "expired"]}
    usual |= {"round": [3, 12], "package": [4, -1], "payoff.east": [1.0, 0.0], "signals": [1, 2]}
    return pd.DataFrame({"cell": cell, **usual, **changes})


def test_cells_are_copies_by_how_when_and_for_what_they_end() -> None:
    same = [frame(0), frame(3, signals=[7, 8]), frame(5)]
    others = [
        frame(1, round=[3, 11]),
        frame(2, package=[5, -1]),
        frame(4, status=["deal", "silent"]),
        frame(6, **{"payoff.east": [1.0, 1e-9]}),
        frame(7).iloc[:1],
    ]
    assert copies([*same, *others]) == [(0, 3, 5)]


def test_it_does_not_matter_how_a_table_is_cut() -> None:
    whole = pd.concat([frame(0), frame(1), frame(2, round=[1, 2])], ignore_index=True)
    cut = [whole.iloc[:1], whole.iloc[1:3], whole.iloc[3:]]
    assert copies([whole]) == copies(cut) == [(0, 1)]


def test_a_sentence_names_a_few() -> None:
    assert told([]) == ""
    assert told([(0, 2), (1, 3, 4)]).startswith(
        "equal in every world are cells 0 and 2; 1, 3 and 4:"
    )
    many = told([tuple(range(8)), *[(k, k + 1) for k in range(8, 20, 2)]])
    assert "0, 1, 2, 3, 4 and 3 more" in many
    assert "and 2 more such groups" in many


def test_in_a_game_they_are_ties() -> None:
    seats = ["rules.review", "strategies.usa", "strategies.japan"]
    assert a_game(seats, "grid")
    assert not a_game(seats, "zip")
    assert not a_game(["strategies.usa", "strategies.usa.exponent", "positions.japan"], "grid")
    assert "leave out all but one" in told([(0, 2)])
    assert "leave out" not in told([(0, 2)], game=True)
    assert "a game needs every profile" in told([(0, 2)], game=True)


@pytest.mark.slow
def test_a_run_says_it_and_so_does_its_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write(tmp_path, COPY)
    code = main(["run", str(config), "--out", str(tmp_path), "--workers", "1"])
    assert code == 0
    said = [line for line in capsys.readouterr().err.splitlines() if "equal in every world" in line]
    assert len(said) == 1
    assert "cells 0, 2 and 4; 1, 3 and 5:" in said[0]
    (directory,) = (path.parent for path in tmp_path.glob("*/manifest.json"))
    assert Store.open(directory).heads().empty
    assert "equal in every world are" in (directory / "report.html").read_text().lower()


def test_a_run_without_copies_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write(tmp_path)
    assert main(["run", str(config), "--out", str(tmp_path), "--workers", "1", "--no-figures"]) == 0
    assert "equal in every world" not in capsys.readouterr().err

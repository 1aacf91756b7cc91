"""The page on a first strategy works as it stands there, from the first step to the last."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments.commands.cli import main
from sim import negotiate
from sim.scenario.players.registry import build
from sim.testing import pie, play, tariff_game
from tests.docs.test_readme import blocks

PAGE = "docs/first_strategy.md"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a place with a folder of one's own, and be in it."""
    mine = tmp_path / "mine"
    mine.mkdir()
    strategy, batch, *_ = blocks(PAGE, "python")
    (mine / "mine.py").write_text(strategy + "\n\n" + batch, encoding="utf-8")
    (mine / "mine.toml").write_text(blocks(PAGE, "toml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(mine)
    yield tmp_path
    sys.modules.pop("mine", None)


def commands() -> dict[str, list[str]]:
    """Give the words after `tariff-talks` of every command of the page, by the first."""
    text = "\n".join(blocks(PAGE, "sh"))
    found = re.findall(r"^tariff-talks (.*)$", text, re.MULTILINE)
    return {line.split()[0]: line.split() for line in found}


@pytest.mark.slow
def test_the_steps(place: Path, capsys: Any) -> None:
    said = commands()
    assert list(said) == ["check", "show", "strategies", "run"]
    assert main([*said["show"], "--set", "draws=4"]) == 0
    told = capsys.readouterr().out
    assert "hold = 0.6" in told or "hold=0.6" in told
    assert main(said["strategies"]) == 0
    assert (place / "mine" / "patient.png").stat().st_size > 10_000
    few = ["--set", "worlds=8", "--set", "draws=4", "--set", "replications=2", "--workers", "1"]
    assert main([*said["run"], *few, "--no-figures"]) == 0
    assert list((place / "mine" / "results").glob("mine-*/outcomes.parquet"))


@pytest.mark.slow
def test_the_check_passes(place: Path, capsys: Any) -> None:
    assert main(commands()["check"]) == 0
    assert "keeps its contract: 21 checks" in capsys.readouterr().out


def test_both_kinds_are_the_same_play(place: Path) -> None:
    names = ("mine/mine.py:Patient", "mine/mine.py:PatientToo")
    for hold in (0.0, 0.3, 0.7):
        one, all_worlds = (build({"name": name, "hold": hold}) for name in names)
        first, second = (
            negotiate(pie(20, 100, players=(player, "linear")), 3).to_frame()
            for player in (one, all_worlds)
        )
        assert first.equals(second)


def test_the_tests_of_the_page_pass(place: Path) -> None:
    *_, transcript, contract = blocks(PAGE, "python")
    tests: dict[str, Any] = {}
    exec(transcript, tests)
    tests["test_it_holds_and_then_gives_way"]()
    tests["test_late_it_demands_half_of_what_is_left"]()
    exec(contract, tests)
    (given,) = tests["test_contract"].pytestmark
    assert len(given.args[1]) == 21


def test_a_quiet_one_asks_for_nothing(place: Path) -> None:
    page: dict[str, Any] = {"__name__": "page"}
    exec(blocks(PAGE, "python")[2], page)
    loud = build("mine/mine.py:Patient")
    made = [
        play(player, (-1,), game=tariff_game(), seat="partner")[0].offer
        for player in (loud, page["Quiet"]())
    ]
    assert made[0] >= 0
    assert made[1] == -1, "nothing is open, and it does not ask"


def test_a_choosy_one_takes_late_what_is_as_good_as_the_best_so_far(place: Path) -> None:
    page: dict[str, Any] = {"__name__": "page"}
    exec(blocks(PAGE, "python")[3], page)
    theirs = (3, 4, 3, 2, 3, 3, 3, 3, 4, 3, 3)
    patient, choosy = (
        play(player, theirs, game=pie(rounds=11))
        for player in (
            build({"name": "mine/mine.py:Patient", "hold": 0.9}),
            page["Choosy"](hold=0.9),
        )
    )
    assert [turn.answer for turn in choosy] == ["", *["reject"] * 8, "accept"]
    assert patient[9].answer == "reject"


def test_the_tutorial_is_typed(place: Path) -> None:
    """What it imports is exported, and every question that it writes says what it is given."""
    import inspect

    import sim

    for n in (0, 1, 3):
        page: dict[str, Any] = {"__name__": "page"}
        exec(blocks(PAGE, "python")[n], page)
        for name in re.findall(r"from sim import (.+)", blocks(PAGE, "python")[n])[0].split(", "):
            assert name in sim.__all__
        written = [
            (cls, name)
            for cls in page.values()
            if isinstance(cls, type) and cls.__module__ == "page"
            for name in ("propose", "answer")
            if name in vars(cls)
        ]
        assert written
        for cls, name in written:
            signature = inspect.signature(getattr(cls, name))
            assert signature.parameters["view"].annotation in (sim.View, sim.WorldView)
            assert signature.return_annotation is not inspect.Signature.empty


@pytest.mark.slow
def test_the_combination_of_the_page_plays(place: Path) -> None:
    from experiments.design.plan import Plan

    config = place / "mine" / "mine.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text[: text.index("[sweep]")] + blocks(PAGE, "toml")[1], encoding="utf-8")
    plan = Plan.load(config, {"draws": 2, "worlds": 2, "replications": 1})
    frame = negotiate(plan.game(plan.cells[0]), 2).to_frame()
    assert (frame.loc[frame["talk"] == "japan", "offers.partner"] > 0).all()

"""The command check: each check by name, what fails in a sentence."""

from os import terminal_size
from pathlib import Path
from typing import Any

import pytest

from experiments.commands.cli import main
from sim.testing import contract
from tests.experiments.runs.misbehaving import BAD, BEST, DEFAULT, many, one
from tests.sim.testing.wrong import HEAD, WRONG

WIDE = terminal_size((10_000, 50))
QUICK = ("can_be_built", "can_be_pickled", "raises_nothing", "holds_no_state")


@pytest.fixture(autouse=True)
def _few_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the quickest checks only; the others are tested by themselves."""
    monkeypatch.setattr("experiments.commands.check.ONLY", QUICK)


def told(capsys: Any, *words: Any) -> tuple[int, str, str]:
    code = main(["check", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_right_strategy_keeps_its_contract(capsys: Any) -> None:
    code, out, err = told(capsys, "hardliner")
    assert (code, err) == (0, "")
    assert out.endswith("\nhardliner keeps its contract: 4 checks\n")
    assert [line.split()[1] for line in out.splitlines() if line.startswith("✓")] == list(QUICK)


def test_a_wrong_one_is_told_what_to_change(capsys: Any, tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(HEAD + WRONG["an exception in the third turn"].code, encoding="utf-8")
    code, out, _ = told(capsys, f"{file}:Wrong")
    assert code == 1
    assert "✗ raises_nothing" in out
    assert "ZeroDivisionError" in out
    assert out.endswith("breaks its contract: 1 of 4 checks\n")


def test_what_cannot_be_built_is_told_once(capsys: Any, tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(HEAD + WRONG["a typo in a method name"].code, encoding="utf-8")
    code, out, _ = told(capsys, f"{file}:Wrong")
    assert code == 1
    assert "did you mean 'propose'?" in out
    assert out.endswith("the other 3 checks need that\n")


@pytest.mark.parametrize("seconds", ["0", "soon", "inf"])
def test_a_time_that_is_none_is_told(seconds: str, capsys: Any) -> None:
    assert main(["check", "linear", "--seconds", seconds]) == 2
    assert f"--seconds: {seconds} is not a number of seconds above 0" in capsys.readouterr().err


def test_the_help_says_how_long_a_question_may_take(capsys: Any) -> None:
    assert main(["check", "--help"]) == 0
    assert f"a question may take ({contract.SECONDS:g})" in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.parametrize(
    "what",
    [pytest.param(what, marks=[pytest.mark.nightly] * (what not in DEFAULT)) for what in BAD],
)
def test_what_misbehaves_is_named(
    what: str, capfd: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default the check that names it is made alone, nightly with all the others."""
    bad, file = BAD[what], tmp_path / "bad.py"
    quick = ("can_be_built", bad.check) if what in DEFAULT else ()
    monkeypatch.setattr("experiments.commands.check.ONLY", quick)
    monkeypatch.setattr("experiments.commands.check.get_terminal_size", lambda: WIDE)
    file.write_text(bad.code, encoding="utf-8")
    code = main(["check", f"{file}:Bad", "--seconds", "1"])
    out = capfd.readouterr().out
    assert code == 1
    named = next(line for line in out.splitlines() if line.startswith(f"✗ {bad.check}"))
    said = out[out.index(named) :].splitlines()[1]
    assert bad.says in said
    assert "Traceback" not in out


def test_what_a_strategy_prints_is_no_part_of_it(capfd: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        many("print('loud', view.round)\nos.write(1, b'louder')\n" + BEST, "print('at import')"),
        encoding="utf-8",
    )
    assert main(["check", f"{file}:Bad", "--json"]) == 0
    out = capfd.readouterr().out
    assert "loud" not in out
    assert "at import" not in out


def test_a_budget_that_is_over_is_told(
    capfd: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.commands.check.BUDGET", 1.0)
    file = tmp_path / "slow.py"
    file.write_text(one("sum(range(3_000_000))\n" + BEST), encoding="utf-8")
    assert main(["check", f"{file}:Bad"]) == 1
    out = " ".join(capfd.readouterr().out.split())
    assert "propose was asked last when the 1 s for all checks were over" in out

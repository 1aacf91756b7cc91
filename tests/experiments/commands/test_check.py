"""The command check: each check by name, what fails in a sentence."""

from pathlib import Path
from typing import Any

import pytest

from experiments.commands.cli import main
from sim.testing import contract, strategy_contract
from tests.sim.testing.wrong import HEAD, WRONG

QUICK = ("can_be_built", "can_be_pickled", "raises_nothing", "holds_no_state")


@pytest.fixture(autouse=True)
def _few_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the quickest checks only; the others are tested by themselves."""

    def few(*given: Any, **more: Any) -> Any:
        return [check for check in strategy_contract(*given, **more) if check.name in QUICK]

    monkeypatch.setattr(contract, "strategy_contract", few)


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

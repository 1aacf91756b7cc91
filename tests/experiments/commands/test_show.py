"""`show`, and what else plays a strategy of one's own outside a run: it ends in a sentence."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from experiments import Plan
from experiments.app import engine
from experiments.commands.cli import main
from experiments.runs import dispatch
from sim.errors import TariffTalksError
from sim.scenario.players import in_time
from tests.experiments.runs.misbehaving import BAD, DEFAULT, many, one
from tests.experiments.small import write

HUB = '[overrides]\n"strategies.hub" = "bad.py:Bad"\n'
LATE = one("if view.round > 2: os._exit(5)\nreturn view.best_package")


@pytest.fixture(autouse=True)
def _sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less long for what loops."""
    for module in ("code", "making"):
        monkeypatch.setattr(f"sim.scenario.players.{module}.LIMIT", 0.5)
    monkeypatch.setattr(in_time, "_GRACE", 0.5)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Write a config whose hub ends its process in round 3."""
    (tmp_path / "bad.py").write_text(LATE, encoding="utf-8")
    return write(tmp_path, HUB)


@pytest.mark.parametrize(
    "what",
    [pytest.param(what, marks=[pytest.mark.nightly] * (what not in DEFAULT)) for what in BAD],
)
@pytest.mark.one_in(4)
def test_show_ends_in_a_sentence_whatever_a_strategy_does(
    what: str, tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = BAD[what]
    (tmp_path / "bad.py").write_text(bad.code, encoding="utf-8")
    if bad.slow:
        monkeypatch.setattr(dispatch, "LIMIT", 2.0)
    code = main(["show", str(write(tmp_path, HUB))])
    out, err = capfd.readouterr()
    if not bad.run:
        assert (code, "Payoffs (as given)" in out) == (0, True), err
        return
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("tariff-talks: ")
    assert "Traceback" not in err


@pytest.mark.slow
def test_what_a_strategy_prints_is_printed_once(tmp_path: Path) -> None:
    said = one("if view.round == 1: print('here I am')\nreturn view.best_package")
    (tmp_path / "bad.py").write_text(said, encoding="utf-8")
    command = "import sys; from experiments.commands.start import main; sys.exit(main())"
    words = [sys.executable, "-c", command, "show", str(write(tmp_path, HUB))]
    found = subprocess.run(words, check=True, capture_output=True, text=True)
    assert found.stdout.count("here I am") == 2, "in the first round of two talks"


def test_a_plot_of_a_strategy_that_ends_its_process(config: Path, capsys: Any) -> None:
    words = [
        "strategies",
        f"{config.parent / 'bad.py'}:Bad",
        "--plot",
        str(config.parent / "a.png"),
    ]
    assert main(words) == 2
    assert "it was ended from inside, with exit code 5" in capsys.readouterr().err


def test_the_page_goes_on_after_a_strategy_that_ends_its_process(config: Path) -> None:
    plan = Plan.load(config)
    for _ in range(2):
        with pytest.raises(TariffTalksError, match="ended from inside, with exit code 5"):
            engine.game_of(plan, plan.cells[0])


def test_the_page_goes_on_after_one_that_does_so_in_many_worlds_only(tmp_path: Path) -> None:
    many_only = many("if len(view) > 1: os._exit(5)\nreturn view.best_package")
    (tmp_path / "bad.py").write_text(many_only, encoding="utf-8")
    plan = Plan.load(write(tmp_path, HUB))
    engine.game_of(plan, plan.cells[0])
    with pytest.raises(TariffTalksError, match="ended from inside, with exit code 5"):
        engine.play_worlds(plan, 0, 12)

"""A small game for the page: payoffs are given, so that nothing is solved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments.app.choices import Choices, plan_of
from experiments.app.negotiation import Negotiation
from experiments.app.scenarios import FOLDER
from experiments.commands.cli import main
from experiments.design.plan import Plan
from sim import Scenario
from tests.experiments.app import visiting
from tests.experiments.app.visiting import Visitor
from tests.experiments.small import SCENARIO, write

ROOT = Path(__file__).parents[3]
REAL = ROOT / "configs" / "scenarios" / "us_japan_korea_2025.toml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with the small scenario, from where the page is started."""
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "small.toml").write_text(SCENARIO, encoding="utf-8")
    monkeypatch.setenv(FOLDER, str(scenarios))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def choices(folder: Path) -> Choices:
    return Choices(folder / "scenarios" / "small.toml", {}, 3)


@pytest.fixture
def plan(choices: Choices) -> Plan:
    return plan_of(choices.config("small", "Why?"))


@pytest.fixture
def game(plan: Plan) -> Scenario:
    return plan.game(plan.cells[0])


@pytest.fixture
def open_game(choices: Choices) -> Scenario:
    """Give the small game with a hub that admits everything."""
    hub = {"strategies.hub": "linear", "positions.hub": "all"}
    plan = plan_of(choices.config("small", "Why?", more=hub))
    return plan.game(plan.cells[0])


@pytest.fixture
def shown(open_game: Scenario) -> Negotiation:
    return Negotiation.play(open_game, 3)


@pytest.fixture(scope="session")
def real_plan() -> Plan:
    """Give the talks of 2025, with one draw."""
    choices = Choices(REAL)
    return plan_of(choices.config("real", "Why?", more=choices.central()))


@pytest.fixture(scope="session")
def real(real_plan: Plan) -> Scenario:
    return real_plan.game(real_plan.cells[0])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a run of its own, for a server of the page."""
    if said := visiting.missing():
        pytest.skip(said)
    folder = tmp_path_factory.mktemp("served")
    words = ["run", str(write(folder)), "--out", str(folder / "results"), "--workers", "1"]
    assert main([*words, "--no-figures"]) == 0
    return folder


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """Serve the page; give its address."""
    with visiting.served(site, ["--scenarios", str(REAL.parent)]) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(served: str) -> Iterator[Any]:
    with visiting.chromium() as started:
        yield started


@pytest.fixture
def visitor(chromium: Any, served: str) -> Iterator[Visitor]:
    visitor = Visitor(chromium, served)
    yield visitor
    visitor.page.close()
    assert visitor.hosts == {"127.0.0.1"}, "something was asked of another machine"
    assert visitor.broken == []

"""Given domains are chosen on the page like any scenario."""

from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from experiments.app.choices import Choices, plan_of
from experiments.app.scenarios import scenarios
from experiments.commands.cli import main
from sim.domains import FILES, read
from tests.experiments.app.conftest import ROOT
from tests.experiments.app.test_pages import config, fine, many, one, press, said, seat

pytestmark = pytest.mark.fast

DOMAINS = ROOT / "configs" / "domains"


@pytest.fixture
def domains(folder: Path) -> Path:
    """Give the folder of domains beside that of the scenarios."""
    return Path(copytree(DOMAINS, folder / "domains"))


@pytest.mark.parametrize("name", ["harbour", "orchard", "two_tariffs"])
def test_a_domain_is_played_with_its_own_utilities(name: str) -> None:
    domain = read(*(DOMAINS / name / file for file in FILES))
    plan = plan_of(Choices(DOMAINS / name).config("x", "Why?"))
    game = plan.game(plan.cells[0])
    (rules,) = game.talks
    assert rules.space.size == domain.size
    assert rules.allowed.all(), "every package of a domain is one"
    packages = np.arange(domain.size)
    draws = np.zeros(domain.size, dtype=np.int64)
    worth = game.payoffs.payoff(draws, [packages])[:, :] - game.payoffs.payoff(draws, [draws - 1])
    assert pytest.approx(domain.utilities - domain.reservation, abs=1e-6) == worth.T
    labels = [issue.label for issue in rules.space.issues]
    assert all(
        value in label
        for label, values in zip(labels, domain.issues.values(), strict=True)
        for value in values
    ), "a reader is told which value a level is"


def test_the_page_lists_domains_after_scenarios(domains: Path, folder: Path) -> None:
    found = [each.path.name for each in scenarios(folder / "scenarios")]
    assert found == ["small.toml", "harbour", "orchard", "two_tariffs"]
    (domains / "orchard" / "profileA.json").write_text("{", encoding="utf-8")
    titles = [each.title for each in scenarios(folder / "scenarios")]
    assert "orchard (cannot be read: choose it to see why)" in titles


@pytest.mark.slow
@pytest.mark.parametrize("page", [one, many, seat])
def test_a_domain_is_chosen(page, domains: Path, folder: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["choices"] = {"worlds": 10, "scenario": "domains/harbour"}
    app.run()
    fine(app)
    assert "harbour" in said(app)
    if page is seat:
        press(app, "Begin")
        press(app, "Make this move")
        fine(app)
        assert "Side B" in said(app)
    (folder / "chosen.toml").write_text(config(app), encoding="utf-8")
    assert main(["show", "chosen.toml"]) == 0
    assert "Side B" in capsys.readouterr().out
